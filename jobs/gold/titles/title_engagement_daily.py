"""`gold.title_engagement_daily`: what is watched."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import TITLE_ENGAGEMENT_DAILY, TITLE_PROGRESS
from jobs.expressions.countries import known_country
from jobs.gold.sessions.play_facts import SAMPLED_BELOW_SECONDS
from jobs.gold.sessions.viewing_sessions import is_play


def title_engagement_daily(sessions: DataFrame, progress: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a title, country and UTC date, from `gold.viewing_sessions` and `gold.title_progress` of these dates.

    views = watched hours / runtime hours, as Netflix publishes them. Completed and sampled are viewers, by what they
    have seen of the title so far; nobody samples a trailer.
    """
    judged, seen = F.col("completion_ratio"), F.col("seen_seconds")
    is_sampled = (seen < SAMPLED_BELOW_SECONDS).cast("double")
    return (
        _by_viewer(sessions)
        .join(
            progress.select(*TITLE_PROGRESS.key, "seen_seconds", "completion_ratio", "completed_date"),
            on=list(TITLE_PROGRESS.key),
            how="left",
        )
        .join(titles.select("title_id", "kind"), on="title_id", how="left")
        .groupBy("session_date", "title_id", "country")
        .agg(
            F.sum("plays").alias("plays"),
            F.count("*").alias("viewers"),
            F.theta_sketch_agg("profile_key").alias("viewers_sketch"),
            (F.sum("watched_seconds") / 3600).alias("watched_hours"),
            (F.sum("watched_seconds") / F.max("runtime_seconds")).alias("views"),
            F.avg(judged).alias("completion_ratio_mean"),
            F.try_divide(F.count_if(judged.isNotNull() & F.col("completed_date").isNotNull()), F.count(judged)).alias(
                "completed_share"
            ),
            F.avg(F.when(~F.col("kind").eqNullSafe("trailer"), is_sampled)).alias("sampled_share"),
        )
        .select(*TITLE_ENGAGEMENT_DAILY.column_names)
    )


def _by_viewer(sessions: DataFrame) -> DataFrame:
    return (
        sessions.where(is_play())
        .withColumn("country", known_country())
        .groupBy(*TITLE_PROGRESS.key, "country")
        .agg(
            F.count("*").alias("plays"),
            F.sum("watched_seconds").alias("watched_seconds"),
            F.max("runtime_seconds").alias("runtime_seconds"),
        )
    )
