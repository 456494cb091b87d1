"""How good each viewer's list is, by every measure."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.recommender.evaluation.metrics import LIST_LENGTH
from jobs.recommender.evaluation.metrics.average_precision import average_precision
from jobs.recommender.evaluation.metrics.ndcg import ndcg
from jobs.recommender.evaluation.metrics.novelty import novelty
from jobs.recommender.evaluation.metrics.popularity_bias import popularity_bias
from jobs.recommender.evaluation.metrics.precision import precision
from jobs.recommender.evaluation.metrics.recall import recall
from jobs.recommender.evaluation.metrics.reciprocal_rank import reciprocal_rank

# By what is called good, the first is what models are chosen by.
BY_HITS = {
    "ndcg": ndcg,
    "recall": recall,
    "precision": precision,
    "average_precision": average_precision,
    "reciprocal_rank": reciprocal_rank,
}
BY_WHAT_IS_SHOWN = {"novelty": novelty, "popularity_bias": popularity_bias}
MEASURES = (*BY_HITS, *BY_WHAT_IS_SHOWN)


def viewer_quality(lists: DataFrame, relevant: DataFrame, known: DataFrame) -> DataFrame:
    """One row a viewer with anything relevant: `profile_key`, and each of `MEASURES`.

    Judges `lists` (`profile_key`, `title_id`, `rank`) by `relevant` (`profile_key`, `title_id`). `known` (the same
    columns) is what viewers had liked before. Who has no list has no hits, and shows nothing: novelty and popularity
    bias are null.
    """
    shown = lists.where(F.col("rank") <= LIST_LENGTH)
    hits = (
        shown.join(relevant, on=["profile_key", "title_id"], how="inner")
        .groupBy("profile_key")
        .agg(F.sort_array(F.collect_list(F.col("rank").cast("int"))).alias("hits"))
    )
    return (
        relevant.groupBy("profile_key")
        .agg(F.count("*").alias("wanted"))
        .join(hits, on="profile_key", how="left")
        .withColumn("hits", F.coalesce("hits", F.array().cast("array<int>")))
        .join(shown.transform(_what_is_shown, known), on="profile_key", how="left")
        .select("profile_key", *(measure().alias(name) for name, measure in BY_HITS.items()), *BY_WHAT_IS_SHOWN)
    )


def _what_is_shown(shown: DataFrame, known: DataFrame) -> DataFrame:
    """A title that nobody knew counts as known to one viewer more, as every other."""
    viewers = known.agg(F.count_distinct("profile_key").alias("_viewers"))
    of_titles = known.groupBy("title_id").agg(F.count_distinct("profile_key").alias("_knowing"))
    share = (F.coalesce("_knowing", F.lit(0)) + 1) / (F.col("_viewers") + 1)
    usual = (
        known.join(of_titles, on="title_id", how="inner")
        .crossJoin(F.broadcast(viewers))
        .groupBy("profile_key")
        .agg(F.avg(share).alias("usual_known_share"))
    )
    return (
        shown.join(of_titles, on="title_id", how="left")
        .crossJoin(F.broadcast(viewers))
        .withColumn("known_share", share)
        .join(usual, on="profile_key", how="left")
        .groupBy("profile_key")
        .agg(*(measure().alias(name) for name, measure in BY_WHAT_IS_SHOWN.items()))
    )
