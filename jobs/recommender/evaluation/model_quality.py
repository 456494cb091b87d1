"""How good models are: every measure, as a mean over viewers with its interval."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from jobs.recommender.evaluation.estimate import Estimate
from jobs.recommender.evaluation.metrics.coverage import coverage
from jobs.recommender.evaluation.viewer_quality import MEASURES

# Values are counted to this place, so that they are few however many viewers there are.
_PLACES = 4


@dataclass(frozen=True)
class ModelQuality:
    """What a model's lists reached on a test: a figure a measure, `coverage` among them."""

    estimates: Mapping[str, Estimate]
    viewers: int

    @property
    def ndcg(self) -> float:
        """What models are chosen by."""
        return self.estimates["ndcg"].mean


def model_quality(of_viewers: DataFrame, lists: DataFrame, catalogue_size: int) -> ModelQuality:
    """From rows of `viewer_quality` and the lists that they are of; both are read several times."""
    named = F.explode(
        F.array(*(F.struct(F.lit(name).alias("measure"), F.col(name).alias("value")) for name in MEASURES))
    )
    counted = of_viewers.select(named.alias("_")).select("_.measure", F.round("_.value", _PLACES).alias("value"))
    found = counted.dropna().groupBy("measure", "value").count().orderBy("measure", "value").collect()
    in_lists = lists.groupBy("title_id").agg(F.count("*").alias("lists")).groupBy("lists").count().orderBy("lists")
    estimates = {name: _estimate([row for row in found if row.measure == name]) for name in MEASURES}
    estimates["coverage"] = coverage({row.lists: row["count"] for row in in_lists.collect()}, catalogue_size)
    return ModelQuality(estimates, of_viewers.count())


def quality_gain(better: DataFrame, baseline: DataFrame, measure: str = "ndcg") -> Estimate:
    """By how much one model is better than another, viewer by viewer: two results of `viewer_quality` of the same."""
    difference = F.round(F.col(f"better.{measure}") - F.col(f"baseline.{measure}"), _PLACES).alias("value")
    of_viewers = better.alias("better").join(baseline.alias("baseline"), on="profile_key", how="inner")
    return _estimate(of_viewers.groupBy(difference).count().orderBy("value").collect())


def _estimate(counted: list[Row]) -> Estimate:
    values = np.array([row["value"] for row in counted], dtype=float)
    return Estimate.of_counted(values, np.array([row["count"] for row in counted], dtype=np.int64))
