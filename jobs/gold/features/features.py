"""`gold.profile_features` and `gold.title_features`: what a model may know, as of a date."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.gold import PROFILE_FEATURES, TITLE_FEATURES


def profile_features(interactions: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a viewer, from their interactions; `as_of_date` is the date of the last one."""
    totals = (
        interactions.transform(_with_most_seen)
        .groupBy("profile_key")
        .agg(
            F.max("session_date").alias("as_of_date"),
            F.max_by("country", F.struct("session_date", "title_id")).alias("country"),
            F.count_distinct("session_date").alias("active_days"),
            F.count_distinct(F.when(F.col("plays") > 0, F.col("title_id"))).alias("titles_played"),
            F.sum("plays").alias("plays"),
            F.sum("watched_seconds").alias("watched_seconds"),
            F.avg("_most_seen").alias("completion_ratio_mean"),
        )
    )
    return (
        totals.join(_shares(interactions, titles, "genres", "genre_shares"), on="profile_key", how="left")
        .join(_shares(interactions, titles, "themes", "theme_shares"), on="profile_key", how="left")
        .select(*PROFILE_FEATURES.column_names)
    )


def title_features(interactions: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a title that anyone played, rated or listed; `as_of_date` is the date of the last interaction."""
    totals = (
        interactions.transform(_with_most_seen)
        .groupBy("title_id")
        .agg(
            F.max("session_date").alias("as_of_date"),
            F.sum("plays").alias("plays"),
            F.count_distinct(F.when(F.col("plays") > 0, F.col("profile_key"))).alias("viewers"),
            (F.sum("watched_seconds") / 3600).alias("watched_hours"),
            F.avg("_most_seen").alias("completion_ratio_mean"),
            F.avg("rating_score").alias("rating_score_mean"),
        )
    )
    return totals.join(
        titles.select("title_id", "kind", "genres", "runtime_seconds"), on="title_id", how="left"
    ).select(*TITLE_FEATURES.column_names)


def _with_most_seen(interactions: DataFrame) -> DataFrame:
    """Adds `_most_seen`, in one row a viewer and title: the largest part of it that they had seen by any day."""
    of_pair = Window.partitionBy("profile_key", "title_id")
    is_first = F.col("session_date") == F.min("session_date").over(of_pair)
    return interactions.withColumn("_most_seen", F.when(is_first, F.max("completion_ratio").over(of_pair)))


def _shares(interactions: DataFrame, titles: DataFrame, labels: str, name: str) -> DataFrame:
    by_label = (
        interactions.where(F.col("watched_seconds") > 0)
        .join(titles.select("title_id", F.explode(labels).alias("label")), on="title_id", how="inner")
        .groupBy("profile_key", "label")
        .agg(F.sum("watched_seconds").alias("_seconds"))
    )
    shares = by_label.groupBy("profile_key").agg(
        F.map_from_entries(F.sort_array(F.collect_list(F.struct("label", "_seconds")))).alias("_seconds_by_label"),
        F.sum("_seconds").alias("_total"),
    )
    return shares.select(
        "profile_key",
        F.transform_values("_seconds_by_label", lambda _, seconds: seconds / F.col("_total")).alias(name),
    )
