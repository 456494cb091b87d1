"""Who is about to leave, as a probability: logistic regression with `pyspark.ml`, and what it must be better than."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pyspark.ml import Estimator, Pipeline, PipelineModel, Transformer
from pyspark.ml.classification import LogisticRegression, LogisticRegressionModel
from pyspark.ml.feature import OneHotEncoder, SQLTransformer, StringIndexer, VectorAssembler, VectorSlicer
from pyspark.ml.functions import vector_to_array
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import ACTIVITY_DAYS

# Enough that signs which say the same do not fight each other; the part of a sign that holds stays.
REGULARISATION = 0.01
IDLE_DAYS = "_idle_days"
SIGNS = (IDLE_DAYS, "active_days_28", "_log_hours", "_log_trend", "_log_months", "_plan")
# Who has not played in the window counts as if the last play were on the day before it: the longest that is known.
# Hours are halved and doubled rather than added to; without hours before or since, an hour more keeps the trend finite.
_DERIVED = f"""
SELECT *,
    CAST(coalesce(days_since_last_play, {ACTIVITY_DAYS}) AS double) AS {IDLE_DAYS},
    ln(1 + watched_hours_28) AS _log_hours,
    ln(1 + watched_hours_28 - _hours_before) - ln(1 + _hours_before) AS _log_trend,
    ln(1 + months_subscribed) AS _log_months
FROM (SELECT *, coalesce(watched_hours_28 / (1 + engagement_trend), 0) AS _hours_before FROM __THIS__)
"""


class Forecast(Protocol):
    """Whatever says how probable it is that an account leaves."""

    def predict(self, signals: DataFrame) -> DataFrame:
        """Adds `leave_probability`."""
        ...


@dataclass(frozen=True)
class SameForAll:
    """The share that left, for everybody."""

    share: float

    def predict(self, signals: DataFrame) -> DataFrame:
        return signals.withColumn("leave_probability", F.lit(self.share))


@dataclass(frozen=True)
class LeavingModel:
    """A fitted model; the probability is that of its last stage."""

    model: PipelineModel

    def predict(self, signals: DataFrame) -> DataFrame:
        last = self.model.stages[-1]
        assert isinstance(last, LogisticRegressionModel), "the last stage says how probable it is"
        probability = vector_to_array(F.col(last.getProbabilityCol()))[1]
        return self.model.transform(signals).select(*signals.columns, probability.alias("leave_probability"))


def share_that_left(examples: DataFrame) -> SameForAll:
    """Everybody's probability is the share of the examples that left."""
    share = examples.agg(F.avg("leaves").alias("share")).head()
    assert share is not None, "an aggregate without groups has one row"
    return SameForAll(share.share)


def fit_leaving(examples: DataFrame, signs: Sequence[str]) -> LeavingModel:
    """Logistic regression of `leaves` on some of SIGNS. Classes weigh what they weigh: probabilities must be right.

    Spark measures each sign in its standard deviations before it regularises.
    """
    stages: list[Estimator[Any] | Transformer] = [
        SQLTransformer(statement=_DERIVED),
        StringIndexer(inputCol="plan", outputCol="_plan_number", handleInvalid="keep", stringOrderType="alphabetAsc"),
        OneHotEncoder(inputCol="_plan_number", outputCol="_plan"),
        VectorAssembler(inputCols=list(signs), outputCol="features"),
        LogisticRegression(labelCol="leaves", regParam=REGULARISATION, standardization=True),
    ]
    return LeavingModel(Pipeline(stages=stages).fit(examples))


def calibrated(leaving: LeavingModel, held_out: DataFrame) -> LeavingModel:
    """The same order of accounts, with probabilities that fit what happened to those held out.

    Platt scaling: logistic regression on the margin. Of n who left, each counts as (n + 1) / (n + 2) of one, and of m
    who stayed as 1 / (m + 2), so that few examples make no probability 0 or 1.
    Source: Platt, Probabilistic Outputs for Support Vector Machines, 1999, section 2.2.
    """
    counts = held_out.agg(F.sum("leaves").alias("left"), F.sum(1 - F.col("leaves")).alias("stayed"))
    target = F.when(F.col("leaves") == 1, (F.col("left") + 1) / (F.col("left") + 2)).otherwise(
        1 / (F.col("stayed") + 2)
    )
    both = F.array(
        F.struct(F.lit(1.0).alias("_target"), target.alias("_weight")),
        F.struct(F.lit(0.0).alias("_target"), (1 - target).alias("_weight")),
    )
    margin = VectorSlicer(inputCol="rawPrediction", outputCol="margin", indices=[1])
    margins = margin.transform(leaving.model.transform(held_out)).select("margin", "leaves")
    weighted = margins.crossJoin(F.broadcast(counts)).select("margin", F.inline(both))
    platt = LogisticRegression(
        featuresCol="margin",
        labelCol="_target",
        weightCol="_weight",
        regParam=0.0,
        rawPredictionCol="calibrated_margin",
        probabilityCol="calibrated_probability",
        predictionCol="calibrated_prediction",
    )
    return LeavingModel(PipelineModel([*leaving.model.stages, margin, platt.fit(weighted)]))
