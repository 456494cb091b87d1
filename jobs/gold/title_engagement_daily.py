"""`gold.title_engagement_daily`: what is watched."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.gold.viewing_sessions import is_play
from jobs.tables.gold import TITLE_ENGAGEMENT_DAILY

# ISO 3166 keeps ZZ free for what has no country.
UNKNOWN_COUNTRY = "ZZ"


def title_engagement_daily(sessions: DataFrame) -> DataFrame:
    """One row a title, country and UTC date, from `gold.viewing_sessions`.

    A play is a session with any progress. views = watched hours / runtime hours, as Netflix publishes them.
    """
    is_judged = F.col("completion_ratio").isNotNull()
    return (
        sessions.where(is_play())
        .withColumn("country", F.coalesce("country", F.lit(UNKNOWN_COUNTRY)))
        .groupBy("session_date", "title_id", "country")
        .agg(
            F.count("*").alias("plays"),
            F.count_distinct("profile_key").alias("viewers"),
            F.theta_sketch_agg("profile_key").alias("viewers_sketch"),
            (F.sum("watched_seconds") / 3600).alias("watched_hours"),
            (F.sum("watched_seconds") / F.max("runtime_seconds")).alias("views"),
            F.avg("completion_ratio").alias("completion_ratio_mean"),
            F.try_divide(F.count_if("is_completed"), F.count_if(is_judged)).alias("completed_share"),
            F.avg(F.col("is_sampled").cast("double")).alias("sampled_share"),
        )
        .select(*TITLE_ENGAGEMENT_DAILY.column_names)
    )
