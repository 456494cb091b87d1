"""How good probabilities of leaving are, against who left."""

from dataclasses import dataclass

from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import QuantileDiscretizer
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

# A probability of 0 or 1 that is wrong costs without bound; no nearer to them than this.
_NEAREST = 1e-15
_TENTHS = 10


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
    of_what_happened = F.abs(F.col("leaves") - 1 + F.col("leave_probability"))
    found = forecasts.agg(
        F.avg(-F.log(F.greatest(of_what_happened, F.lit(_NEAREST)))).alias("log_loss"),
        F.avg(F.pow(F.col("leave_probability") - F.col("leaves"), 2)).alias("brier_score"),
        F.avg("leave_probability").alias("expected_share"),
        F.avg("leaves").alias("observed_share"),
    ).head()
    assert found is not None, "an aggregate without groups has one row"
    # As many points of the curve as there are probabilities, instead of a thousand.
    evaluator = BinaryClassificationEvaluator(rawPredictionCol="leave_probability", labelCol="leaves", numBins=0)
    roc_auc = evaluator.evaluate(forecasts) if 0 < found.observed_share < 1 else None
    return ForecastQuality(roc_auc=roc_auc, **found.asDict())


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
