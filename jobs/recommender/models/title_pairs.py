"""Which titles are liked by the same viewers: what item similarity and EASE learn from."""

from dataclasses import dataclass

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from scipy.sparse import csr_matrix

from jobs.recommender.models.first_rows import first_rows
from jobs.recommender.models.likings import Likings
from jobs.recommender.models.support import of_supported_titles

# Of who liked more titles, so many count, the last ones: pairs grow with the square of a viewer's titles.
MOST_TITLES_OF_A_VIEWER = 1_000


@dataclass(frozen=True)
class HeldPairs:
    """`title_pairs` in the driver: titles × titles, and the viewers × titles that they come from."""

    titles: list[str]
    viewers: csr_matrix
    liked: csr_matrix


def title_pairs(preferences: DataFrame) -> DataFrame:
    """One row an ordered pair of titles, also of one with itself: `title_id`, `other_title_id`, `viewers`, `weight`.

    So many `viewers` liked both, one an account; `weight` is the sum over them of the product of both strengths. Titles
    that fewer than ten accounts liked are in no pair.
    """
    supported = preferences.transform(of_supported_titles)
    latest = first_rows(supported, MOST_TITLES_OF_A_VIEWER, ["profile_key"], [F.desc("liked_on"), "title_id"])
    liked = latest.select("profile_key", "title_id", "strength")
    others = liked.select(
        "profile_key", F.col("title_id").alias("other_title_id"), F.col("strength").alias("_other_strength")
    )
    return (
        liked.join(others, on="profile_key", how="inner")
        .groupBy("title_id", "other_title_id")
        .agg(F.count("*").alias("viewers"), F.sum(F.col("strength") * F.col("_other_strength")).alias("weight"))
    )


def held_pairs(likings: Likings) -> HeldPairs:
    """The same from one product of sparse matrices."""
    liked = likings.matrix(MOST_TITLES_OF_A_VIEWER)
    once = csr_matrix((np.ones(liked.nnz, dtype=np.int32), liked.indices, liked.indptr), shape=liked.shape)
    return HeldPairs(likings.supported_titles, (once.T @ once).tocsr(), liked)
