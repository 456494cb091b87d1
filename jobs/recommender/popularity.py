"""The baseline: everyone gets what most people liked."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def title_popularity(preferences: DataFrame) -> DataFrame:
    """One row a title: `title_id`, `score`, the number of viewers who liked it."""
    return preferences.groupBy("title_id").agg(F.count_distinct("profile_key").cast("double").alias("score"))


def popular_candidates(profiles: DataFrame, popularity: DataFrame, count: int) -> DataFrame:
    """The `count` most popular titles for every viewer: `profile_key`, `title_id`, `score`."""
    most_popular = popularity.orderBy(F.col("score").desc(), "title_id").limit(count)
    return profiles.select("profile_key").distinct().crossJoin(F.broadcast(most_popular))
