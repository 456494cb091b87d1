"""`gold.experience_daily`: how well the player plays."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import EXPERIENCE_DAILY
from jobs.expressions.countries import known_country
from jobs.gold.sessions.viewing_sessions import is_attempt

UNKNOWN_APP_VERSION = "unknown"


def experience_daily(sessions: DataFrame) -> DataFrame:
    """One row a UTC date, country, device type and app version, from the `gold.viewing_sessions` that left events.

    A play is attempted once the viewer asks for it and started once a picture comes; what is left of a session whose
    beginning is another row, or never arrived, is no attempt unless a picture comes. Who leaves before that, exits
    before start; where the player gives up, the start failed. rebuffer ratio = stalled / (stalled + playing), without
    the waits that starts and seeks cause.
    """
    is_exit = F.col("stop_reason").eqNullSafe("exited")
    is_stalled = F.col("stall_count") > 0
    by_experience = (
        sessions.where(is_attempt())
        .withColumns(
            {
                "country": known_country(),
                "device_type": F.coalesce("device_type", F.lit("other")),
                "app_version": F.coalesce("app_version", F.lit(UNKNOWN_APP_VERSION)),
            }
        )
        .groupBy(*EXPERIENCE_DAILY.key)
    )
    return by_experience.agg(
        F.count("*").alias("attempts"),
        F.count_distinct("profile_key").alias("viewers"),
        F.count_if(F.col("is_started")).alias("started_plays"),
        F.count_if(~F.col("is_started") & ~F.col("is_failed")).alias("exits_before_start"),
        F.count_if(~F.col("is_started") & F.col("is_failed")).alias("start_failures"),
        F.count_if(F.col("is_started") & F.col("is_failed")).alias("fatal_failures"),
        F.percentile("startup_seconds", 0.5).alias("startup_seconds_p50"),
        F.percentile("startup_seconds", 0.95).alias("startup_seconds_p95"),
        _hours("watched_seconds").alias("watched_hours"),
        _hours("stalled_seconds").alias("stalled_hours"),
        _hours("seek_stalled_seconds").alias("seek_stalled_hours"),
        F.try_divide(F.sum("stalled_seconds"), F.sum(F.col("stalled_seconds") + F.col("playing_seconds"))).alias(
            "rebuffer_ratio"
        ),
        F.count_if(is_stalled).alias("plays_with_stall"),
        F.count_if(is_stalled & is_exit).alias("exits_with_stall"),
        F.count_if(F.col("is_started") & ~is_stalled).alias("plays_without_stall"),
        F.count_if(F.col("is_started") & ~is_stalled & is_exit).alias("exits_without_stall"),
    ).select(*EXPERIENCE_DAILY.column_names)


def _hours(seconds: str) -> Column:
    return F.sum(seconds) / 3600
