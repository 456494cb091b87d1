"""Item similarity: what is liked by those who liked the same (Sarwar et al., WWW 2001)."""

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.recommender.models.first_rows import first_rows
from jobs.recommender.models.top_lists import top_lists


@dataclass(frozen=True)
class SimilarityParameters:
    """`shrinkage`: how many viewers a pair needs to be believed half; `neighbours`: how many a title keeps at most."""

    shrinkage: float = 10.0
    neighbours: int = 50


@dataclass(frozen=True)
class SimilarTitles:
    """`neighbours` has a row a title and one of those like it: `title_id`, `other_title_id`, `similarity`."""

    neighbours: DataFrame

    def recommend(self, viewers: DataFrame, count: int) -> DataFrame:
        """A title's score is the sum over the viewer's titles of strength × similarity."""
        liked = viewers.select(
            "profile_key", F.explode(F.arrays_zip("liked_titles", "liked_strengths")).alias("_")
        ).select("profile_key", F.col("_.liked_titles").alias("other_title_id"), "_.liked_strengths")
        seen = viewers.select("profile_key", F.explode("seen_titles").alias("title_id"))
        return (
            liked.join(self.neighbours, on="other_title_id", how="inner")
            .groupBy("profile_key", "title_id")
            .agg(F.sum(F.col("liked_strengths") * F.col("similarity")).alias("score"))
            .join(seen, on=["profile_key", "title_id"], how="left_anti")
            .transform(top_lists, count)
        )


def fit_item_similarity(pairs: DataFrame, parameters: SimilarityParameters) -> SimilarTitles:
    """similarity = viewers of both / (viewers of either + `shrinkage`): Jaccard's, shrunk where few saw either.

    `pairs` are `title_pairs`. 10 liked both of two titles, 15 the one and 25 the other; with a shrinkage of 10:
    10 / (15 + 25 - 10 + 10) = 0.25. Neighbours are only what ten accounts liked both of.
    """
    supported = pairs.where(F.col("viewers") >= SMALLEST_GROUP)
    alone = supported.where(F.col("title_id") == F.col("other_title_id"))
    of_title = alone.select("title_id", F.col("viewers").alias("_of_title"))
    of_other = alone.select("other_title_id", F.col("viewers").alias("_of_other"))
    either = F.col("_of_title") + F.col("_of_other") - F.col("viewers")
    neighbours = (
        supported.where(F.col("title_id") != F.col("other_title_id"))
        .join(of_title, on="title_id", how="inner")
        .join(of_other, on="other_title_id", how="inner")
        .withColumn("similarity", F.col("viewers") / (either + F.lit(parameters.shrinkage)))
        .transform(first_rows, parameters.neighbours, ["title_id"], [F.desc("similarity"), "other_title_id"])
        .select("title_id", "other_title_id", "similarity")
        .localCheckpoint()
    )
    return SimilarTitles(neighbours)
