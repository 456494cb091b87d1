"""What training makes of labels that are noise, and of too few who left."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.audience.churn_examples import labelled_weeks, split_weeks
from jobs.audience.train_churn import (
    CONSTANT,
    IDLE_ALONE,
    REGISTERED_MODEL,
    ChurnTraining,
    NotTrained,
    train_churn,
)
from jobs.config import Settings
from jobs.storage import tracking
from jobs.storage.experiment import Experiment
from jobs.storage.local_rows import local_rows

WEEKS = labelled_weeks(date(2026, 1, 5), date(2026, 5, 31))
ACCOUNTS = 150
SCHEMA = """as_of_date date, account_key string, days_since_last_play int, active_days_28 int, watched_hours_28 double,
    engagement_trend double, months_subscribed double, plan string, leaves double"""


def noise(spark: SparkSession, share_that_leaves: float) -> DataFrame:
    """Accounts of every kind, of which some leave for no reason."""
    stream = np.random.default_rng(7)
    rows = [
        (
            *(week, f"account-{account}", int(stream.integers(28)), int(stream.integers(1, 29))),
            *(stream.gamma(2.0, 5.0), stream.gamma(2.0, 0.5), stream.uniform(0, 24), f"plan-{stream.integers(3)}"),
            float(stream.random() < share_that_leaves),
        )
        for week in WEEKS
        for account in range(ACCOUNTS)
    ]
    return local_rows(spark, rows, SCHEMA).localCheckpoint()


@pytest.fixture
def connected(tmp_path: Path) -> None:
    tracking.connect(Settings(home=tmp_path), Experiment("playhead-tests", "What tests train."))


@pytest.mark.usefixtures("connected")
def test_a_model_of_noise_is_registered_and_not_used(spark: SparkSession) -> None:
    examples = noise(spark, 0.15)
    trained = train_churn(examples, split_weeks(WEEKS), {})
    assert isinstance(trained, ChurnTraining)
    assert trained.used in (CONSTANT, IDLE_ALONE)
    assert trained.model_version == trained.used
    assert trained.over_baseline.low <= 0
    told = f"its gain, {trained.over_baseline}, may be none, and probabilities are those of {trained.used}."
    assert str(trained).endswith(f"version {trained.version} is not the champion: {told}")
    assert MlflowClient().get_model_version(REGISTERED_MODEL, trained.version)
    with pytest.raises(MlflowException):
        MlflowClient().get_model_version_by_alias(REGISTERED_MODEL, tracking.CHAMPION)


@pytest.mark.usefixtures("connected")
def test_of_a_few_who_left_nothing_is_learnt(spark: SparkSession) -> None:
    """Nineteen accounts, of which each left in two examples."""
    leaves = F.split_part("account_key", F.lit("-"), F.lit(2)).cast("int") < 19
    few = noise(spark, 0.0).withColumn("leaves", leaves.cast("double"))
    found = train_churn(few, split_weeks(WEEKS), {})
    assert isinstance(found, NotTrained)
    assert str(found).startswith("no probability of leaving: 19 accounts left in the weeks to learn from, 20 are")
