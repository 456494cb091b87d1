"""By how much one model's lists are better than another's, viewer by viewer."""

from dataclasses import dataclass

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

CONFIDENCE = 0.95
REPLICATES = 1000
_SEED = 7
# Differences are counted to a thousandth, so that they are few however many viewers there are.
_PLACES = 3


@dataclass(frozen=True)
class RankingGain:
    """The mean over viewers of nDCG@10 of one model less that of the other, and the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


def ranking_gain(better: DataFrame, baseline: DataFrame) -> RankingGain:
    """Compares two results of `viewer_quality` of the same viewers.

    The interval comes from a bootstrap over viewers. Those of equal difference are alike: to draw viewers again is to
    draw the numbers of viewers of each difference again.
    """
    difference = F.round(F.col("better.ndcg") - F.col("baseline.ndcg"), _PLACES).alias("difference")
    of_viewers = better.alias("better").join(baseline.alias("baseline"), on="profile_key", how="inner")
    counted = of_viewers.groupBy(difference).count().orderBy("difference").collect()
    if not counted:
        return RankingGain(0.0, 0.0, 0.0)
    differences = np.array([row["difference"] for row in counted])
    viewers = np.array([row["count"] for row in counted])
    draws = np.random.default_rng(_SEED).multinomial(viewers.sum(), viewers / viewers.sum(), REPLICATES)
    means = draws @ differences / viewers.sum()
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return RankingGain(float(differences @ viewers / viewers.sum()), float(low), float(high))
