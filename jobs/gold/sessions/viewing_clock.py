"""`gold.viewing_clock`: when people watch, and on what."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import VIEWING_CLOCK
from jobs.expressions.countries import known_country
from jobs.expressions.periods import week_start
from jobs.gold.sessions.viewing_sessions import is_play


def viewing_clock(sessions: DataFrame) -> DataFrame:
    """One row a country, device type, local day of week and hour, in one local week.

    A play counts where it began, on the viewer's own clock; where the offset is unknown, on UTC.
    """
    return (
        sessions.where(is_play())
        .withColumn("_local", local_start())
        .withColumns(
            {
                "week_start_date": week_start("_local"),
                "local_day_of_week": F.weekday("_local") + 1,
                "local_hour": F.hour("_local"),
                "country": known_country(),
                "device_type": F.coalesce("device_type", F.lit("other")),
            }
        )
        .groupBy(*VIEWING_CLOCK.key)
        .agg(
            F.count("*").alias("plays"),
            F.count_distinct("profile_key").alias("viewers"),
            (F.sum("watched_seconds") / 3600).alias("watched_hours"),
        )
        .select(*VIEWING_CLOCK.column_names)
    )


def local_start() -> Column:
    """The session's start as the viewer's clock showed it."""
    return F.timestamp_add("MINUTE", F.coalesce("utc_offset_minutes", F.lit(0)), F.col("started_at"))
