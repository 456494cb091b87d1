"""Which events under one id are one session."""

from datetime import timedelta

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.event_types import EVENT_TYPE_NAMES

# What goes on under the same id after more than this is another session: players end one long before.
LONGEST_PAUSE = timedelta(hours=24)
# From the first date to the last. An id that is heard of on more days in a row is no play's, but a player's mistake:
# it has a session a date, so that neither its rows nor their cost grow for ever.
LONGEST_SESSION_DAYS = 7
SESSION = ("session_id", "session_started_at")


def session_starts(events: DataFrame) -> DataFrame:
    """Adds `event_order`, by which the events under one id follow each other, and `session_started_at`."""
    place = F.array_position(F.array(*map(F.lit, EVENT_TYPE_NAMES)), F.col("event_type"))
    under_id = Window.partitionBy("session_id").orderBy("event_order")
    in_row = Window.partitionBy("session_id", "_row_of_dates")
    is_after_days = F.date_diff(F.to_date("event_time"), F.to_date("_time_before")) > 1
    is_after_midnight = F.to_date("event_time") > F.to_date("_time_before")
    begins = (
        F.col("_time_before").isNull()
        | (F.col("event_time") > F.col("_time_before") + F.lit(LONGEST_PAUSE))
        | ((F.col("_days") > LONGEST_SESSION_DAYS) & is_after_midnight)
    )
    return (
        events.withColumn("event_order", F.struct("event_time", place, "position_ms", "event_id"))
        .withColumn("_time_before", F.lag("event_time").over(under_id))
        .withColumn("_row_of_dates", F.count_if(is_after_days).over(under_id))
        .withColumn("_days", F.date_diff(F.max("event_time").over(in_row), F.min("event_time").over(in_row)))
        .withColumn("session_started_at", F.last(F.when(begins, F.col("event_time")), ignorenulls=True).over(under_id))
        .drop("_time_before", "_row_of_dates", "_days")
    )
