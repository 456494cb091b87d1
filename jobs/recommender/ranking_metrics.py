"""How good lists are, against what viewers went on to like."""

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

LIST_LENGTH = 10


@dataclass(frozen=True)
class RankingQuality:
    """Means over the test's viewers, and the share of the catalogue that any list shows."""

    recall_at_10: float
    ndcg_at_10: float
    coverage: float


def ranking_quality(lists: DataFrame, relevant: DataFrame, catalogue_size: int) -> RankingQuality:
    """Judges `lists` (`profile_key`, `title_id`, `rank`) by `relevant` (`profile_key`, `title_id`).

    A viewer without a list counts with zero. coverage = distinct titles shown / `catalogue_size`.
    """
    means = viewer_quality(lists, relevant).agg(F.avg("recall").alias("recall"), F.avg("ndcg").alias("ndcg")).head()
    shown = lists.agg(F.count_distinct("title_id").alias("titles")).head()
    assert means is not None, "an aggregate without groups has one row"
    assert shown is not None, "an aggregate without groups has one row"
    return RankingQuality(
        recall_at_10=float(means.recall or 0.0),
        ndcg_at_10=float(means.ndcg or 0.0),
        coverage=shown.titles / catalogue_size if catalogue_size else 0.0,
    )


def viewer_quality(lists: DataFrame, relevant: DataFrame) -> DataFrame:
    """One row a viewer with anything relevant: `profile_key`, `recall`, `ndcg`, both from 0 to 1.

    recall = hits / relevant titles. nDCG (Järvelin and Kekäläinen, TOIS 2002) with binary gains:
    DCG = sum over hits of 1 / log2(rank + 1), divided by the DCG of a list that begins with all that is relevant.
    """
    hits = (
        lists.where(F.col("rank") <= LIST_LENGTH)
        .join(relevant, on=["profile_key", "title_id"], how="inner")
        .groupBy("profile_key")
        .agg(F.count("*").alias("hits"), F.sum(1 / F.log2(F.col("rank") + 1)).alias("dcg"))
    )
    wanted = relevant.groupBy("profile_key").agg(F.count("*").alias("wanted"))
    places = F.sequence(F.lit(1), F.least("wanted", F.lit(LIST_LENGTH)).cast("int"))
    ideal_dcg = F.aggregate(places, F.lit(0.0), lambda dcg, place: dcg + 1 / F.log2(place + 1))
    return wanted.join(hits, on="profile_key", how="left").select(
        "profile_key",
        (F.coalesce("hits", F.lit(0)) / F.col("wanted")).alias("recall"),
        (F.coalesce("dcg", F.lit(0.0)) / ideal_dcg).alias("ndcg"),
    )
