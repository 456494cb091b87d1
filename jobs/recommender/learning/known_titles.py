"""What a viewer knows already."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.recommender.learning.preferences import LIKED_FROM_SECONDS, is_on_list


def known_titles(interactions: DataFrame) -> DataFrame:
    """Pairs of viewer and title that need no recommending: finished, rated, on the list, or more than sampled.

    `is_seen` is false where it is on the list, and nothing else.
    """
    is_seen = F.col("is_completed") | (F.col("ratings") > 0) | (F.col("watched_seconds") >= LIKED_FROM_SECONDS)
    return (
        interactions.groupBy("profile_key", "title_id")
        .agg(
            F.bool_or("is_completed").alias("is_completed"),
            F.count("rating_score").alias("ratings"),
            F.sum("watched_seconds").alias("watched_seconds"),
            is_on_list().alias("is_listed"),
        )
        .withColumn("is_seen", F.coalesce(is_seen, F.lit(False)))
        .where(F.col("is_seen") | F.col("is_listed"))
        .select("profile_key", "title_id", "is_seen")
    )
