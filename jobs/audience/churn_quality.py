"""How good probabilities of leaving are, against who left."""

from dataclasses import dataclass

import numpy as np
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import QuantileDiscretizer
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.recommender.evaluation.estimate import Estimate

# A probability of 0 or 1 that is wrong costs without bound; no nearer to them than this.
_NEAREST = 1e-15
_TENTHS = 10
# Accounts are drawn again in so many groups at most, into which chance puts them: as wide an interval as one by one.
_GROUPS = 2000


@dataclass(frozen=True)
class ForecastQuality:
    """On the examples of the test: less is better of the first two, more of `roc_auc`, null where all did the same.

    `expected_share` is the mean probability, `observed_share` the share that left.
    """

    log_loss: float
    brier_score: float
    roc_auc: float | None
    expected_share: float
    observed_share: float

    @property
    def metrics(self) -> dict[str, float]:
        """Those that have a value."""
        return {name: value for name, value in vars(self).items() if value is not None}


def forecast_quality(forecasts: DataFrame) -> ForecastQuality:
    """Judges `leave_probability` by `leaves`, 1.0 or 0.0.

    log loss = mean of -ln(probability of what happened). Brier score = mean of (probability - leaves) squared (Brier,
    Monthly Weather Review 78, 1950). ROC AUC = chance that of one who left and one who stayed the first had the higher
    probability, ties counted half.
    """
    found = forecasts.agg(
        F.avg(_log_loss("leave_probability")).alias("log_loss"),
        F.avg(F.pow(F.col("leave_probability") - F.col("leaves"), 2)).alias("brier_score"),
        F.avg("leave_probability").alias("expected_share"),
        F.avg("leaves").alias("observed_share"),
    ).head()
    assert found is not None, "an aggregate without groups has one row"
    # As many points of the curve as there are probabilities, instead of a thousand.
    evaluator = BinaryClassificationEvaluator(rawPredictionCol="leave_probability", labelCol="leaves", numBins=0)
    roc_auc = evaluator.evaluate(forecasts) if 0 < found.observed_share < 1 else None
    return ForecastQuality(roc_auc=roc_auc, **found.asDict())


def log_loss_gain(forecasts: DataFrame) -> Estimate:
    """By how much the log loss of `leave_probability` is less than that of `baseline_probability` on the same examples.

    A paired bootstrap over accounts: an account's weeks tell much the same, and are drawn together.
    """
    gain = _log_loss("baseline_probability") - _log_loss("leave_probability")
    groups = (
        forecasts.groupBy(F.pmod(F.xxhash64("account_key"), F.lit(_GROUPS)).alias("_group"))
        .agg(F.sum(gain).alias("sum"), F.count("*").alias("examples"))
        .orderBy("_group")
        .collect()
    )
    return Estimate.of_sums(np.array([row["sum"] for row in groups]), np.array([row.examples for row in groups]))


def _log_loss(probability: str) -> Column:
    """Of one example."""
    of_what_happened = F.abs(F.col("leaves") - 1 + F.col(probability))
    return -F.log(F.greatest(of_what_happened, F.lit(_NEAREST)))


def calibration_by_tenth(forecasts: DataFrame) -> DataFrame:
    """One row a tenth of the examples, the least probable first: how many, which share was expected to leave, and did.

    Where many have the same probability, there are fewer rows. Where probabilities are right, both shares are alike.
    """
    tenths = QuantileDiscretizer(numBuckets=_TENTHS, inputCol="leave_probability", outputCol="_tenth")
    placed: DataFrame = tenths.fit(forecasts).transform(forecasts)
    return (
        placed.groupBy("_tenth")
        .agg(
            F.count("*").alias("examples"),
            F.avg("leave_probability").alias("expected_share"),
            F.avg("leaves").alias("observed_share"),
        )
        .select((F.col("_tenth") + 1).cast("int").alias("tenth"), "examples", "expected_share", "observed_share")
        .orderBy("tenth")
    )
