"""How good models are: every measure, as a mean over viewers with its interval."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Row
from pyspark.sql import functions as F

from jobs.recommender.evaluation.estimate import Estimate
from jobs.recommender.evaluation.metrics.coverage import coverage
from jobs.recommender.evaluation.viewer_quality import MEASURES
from jobs.recommender.models import Rows

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


def model_quality(of_viewers: Rows, lists: Rows, catalogue_size: int) -> ModelQuality:
    """From rows of `viewer_quality` and the lists that they are of; both are read several times."""
    if isinstance(of_viewers, pa.Table):
        estimates = {name: _estimate_of(of_viewers[name]) for name in MEASURES}
        shown = pc.value_counts(lists["title_id"]).field("counts").to_numpy()
        titles_in_lists = dict(zip(*(part.tolist() for part in np.unique(shown, return_counts=True)), strict=True))
        return ModelQuality(estimates | {"coverage": coverage(titles_in_lists, catalogue_size)}, of_viewers.num_rows)
    named = F.explode(
        F.array(*(F.struct(F.lit(name).alias("measure"), F.col(name).alias("value")) for name in MEASURES))
    )
    counted = of_viewers.select(named.alias("_")).select("_.measure", F.round("_.value", _PLACES).alias("value"))
    found = counted.dropna().groupBy("measure", "value").count().orderBy("measure", "value").collect()
    in_lists = lists.groupBy("title_id").agg(F.count("*").alias("lists")).groupBy("lists").count().orderBy("lists")
    estimates = {name: _estimate([row for row in found if row.measure == name]) for name in MEASURES}
    estimates["coverage"] = coverage({row.lists: row["count"] for row in in_lists.collect()}, catalogue_size)
    return ModelQuality(estimates, of_viewers.count())


def quality_gain(better: Rows, baseline: Rows, measure: str = "ndcg") -> Estimate:
    """By how much one model is better than another, viewer by viewer: two results of `viewer_quality` of the same."""
    if isinstance(better, pa.Table):
        of_both = better.select(["profile_key", measure]).join(
            baseline.select(["profile_key", measure]), "profile_key", join_type="inner", right_suffix="_baseline"
        )
        return _estimate_of(pc.subtract(of_both[measure], of_both[f"{measure}_baseline"]))
    difference = F.round(F.col(f"better.{measure}") - F.col(f"baseline.{measure}"), _PLACES).alias("value")
    of_viewers = better.alias("better").join(baseline.alias("baseline"), on="profile_key", how="inner")
    return _estimate(of_viewers.groupBy(difference).count().orderBy("value").collect())


def _estimate_of(values: pa.ChunkedArray) -> Estimate:
    different, viewers = np.unique(values.drop_null().to_numpy().round(_PLACES), return_counts=True)
    # Minus zero is none of its own.
    return Estimate.of_counted(different + 0.0, viewers)


def _estimate(counted: list[Row]) -> Estimate:
    values = np.array([row["value"] for row in counted], dtype=float)
    return Estimate.of_counted(values, np.array([row["count"] for row in counted], dtype=np.int64))
