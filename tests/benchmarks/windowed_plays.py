"""Plays and their intervals as a chain of Spark windows: how gold made them before the kernel, and as a user would.

It knows no ads, live titles or previews, and believes the player's words: it does less, and is here to measure against.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.event_types import EVENT_TYPE_NAMES, EVENT_TYPES

SESSION = ("session_id", "session_started_at")
_JUMPS = [kind.name for kind in EVENT_TYPES if kind.jumps]
_STALLS = [kind.name for kind in EVENT_TYPES if kind.is_stalled]


def ordered(events: DataFrame) -> DataFrame:
    """Each event with what its session did until the next one."""
    kind = F.col("event_type")
    place = F.array_position(F.array(*map(F.lit, EVENT_TYPE_NAMES)), kind)
    under_id = Window.partitionBy("session_id").orderBy("event_order")
    in_row = Window.partitionBy("session_id", "_row_of_dates")
    before = F.col("_time_before")
    begins = (
        before.isNull()
        | (F.col("event_time") > before + F.expr("INTERVAL 1 DAY"))
        | ((F.col("_days") > 7) & (F.to_date("event_time") > F.to_date("_time_before")))
    )
    started = (
        events.withColumn("event_order", F.struct("event_time", place, "position_ms", "event_id"))
        .withColumn("_time_before", F.lag("event_time").over(under_id))
        .withColumn(
            "_row_of_dates",
            F.count_if(F.date_diff(F.to_date("event_time"), F.to_date("_time_before")) > 1).over(under_id),
        )
        .withColumn("_days", F.date_diff(F.max("event_time").over(in_row), F.min("event_time").over(in_row)))
        .withColumn("session_started_at", F.last(F.when(begins, F.col("event_time")), ignorenulls=True).over(under_id))
    )
    in_session = Window.partitionBy(*SESSION).orderBy("event_order")
    so_far = in_session.rowsBetween(Window.unboundedPreceding, Window.currentRow)

    def last(values: Column) -> Column:
        return F.last(values, ignorenulls=True).over(so_far)

    has_not_moved = (F.col("position_ms") - last(F.when(kind.isin(_JUMPS), F.col("position_ms")))).between(0, 1000)
    why = F.when(has_not_moved, last(F.when(kind.isin(_JUMPS), kind))).otherwise(F.lit("playing"))
    return (
        started.withColumn("is_playing", F.coalesce(last(_told("is_playing")), F.lit(False)))
        .withColumn("is_paused", F.coalesce(last(_told("is_paused")), F.lit(False)))
        .withColumn("is_stalled", F.coalesce(last(_told("is_stalled")), F.lit(False)))
        .withColumn("_begins_after", F.when(kind.isin(_STALLS), why).when(kind.isin(_JUMPS), kind))
        .withColumn("stalled_after", F.when(F.col("is_stalled"), last(F.col("_begins_after"))))
        .withColumn("has_stalled", F.bool_or(_begins_to_stall()).over(so_far))
        .withColumn("next_type", F.lead("event_type").over(in_session))
        .withColumn("next_time", F.lead("event_time").over(in_session))
        .withColumn("next_position_ms", F.lead("position_ms").over(in_session))
        .withColumn("next_from_ms", F.lead("from_position_ms").over(in_session))
        .withColumn(
            "jump_ms",
            F.when(
                kind == "seeked",
                F.col("position_ms") - F.coalesce("from_position_ms", F.lag("position_ms").over(in_session)),
            ),
        )
    )


def intervals(events: DataFrame) -> DataFrame:
    """One row a stretch of media played without a break; `events` as `ordered` returns them."""
    elapsed_ms = F.unix_millis("next_time") - F.unix_millis("event_time")
    furthest_ms = F.col("position_ms") + 2 * F.greatest(elapsed_ms, F.lit(0))
    to_ms = F.when(F.col("next_type") == "seeked", F.col("next_from_ms")).otherwise(F.col("next_position_ms"))
    return (
        events.where(F.col("is_playing") & ~F.col("is_stalled"))
        .withColumn("from_ms", F.col("position_ms"))
        .withColumn("to_ms", F.when(to_ms.isNotNull(), F.least(to_ms, furthest_ms)))
        .where(F.col("to_ms") > F.col("from_ms"))
        .select(*SESSION, "event_order", "has_stalled", "from_ms", "to_ms")
    )


def sessions(events: DataFrame, played: DataFrame) -> DataFrame:
    """One row a session; `events` as `ordered` returns them, and their `intervals`."""
    earlier = Window.partitionBy(*SESSION).orderBy("from_ms", "to_ms").rowsBetween(Window.unboundedPreceding, -1)
    covered_to = F.coalesce(F.max("to_ms").over(earlier), F.col("from_ms"))
    length = F.col("to_ms") - F.col("from_ms")
    new = F.greatest(F.lit(0), F.col("to_ms") - F.greatest(F.col("from_ms"), covered_to))
    watched = (
        played.withColumn("_new_ms", new)
        .groupBy(*SESSION)
        .agg(F.sum(length).alias("watched_ms"), F.sum("_new_ms").alias("unique_ms"))
    )
    kind = F.col("event_type")
    said = ["account_key", "profile_key", "title_id", "utc_offset_minutes", "device_type", "os", "app_version"]
    said += ["country", "region", "play_source", "is_autoplay", "stop_reason"]
    facts = events.groupBy(*SESSION).agg(
        *(F.min_by(name, F.when(F.col(name).isNotNull(), F.col("event_order"))).alias(name) for name in said),
        F.max("event_time").alias("ended_at"),
        F.bool_or(kind == "play_requested").alias("is_requested"),
        F.bool_or(kind == "playing").alias("is_started"),
        _seconds_while(F.col("is_paused")).alias("paused_seconds"),
        _seconds_while(F.col("is_stalled")).alias("buffering_seconds"),
        _seconds_while(F.col("stalled_after") == "playing").alias("stalled_seconds"),
        _seconds_while(F.col("stalled_after") == "seeked").alias("seek_stalled_seconds"),
        F.count_if(_begins_to_stall()).alias("stall_count"),
        F.min(F.when(kind == "play_requested", F.col("event_time"))).alias("requested_at"),
        F.min(F.when(kind == "playing", F.col("event_time"))).alias("playing_at"),
        F.count_if(F.col("jump_ms") > 0).alias("seek_forward_count"),
        F.count_if(F.col("jump_ms") < 0).alias("seek_back_count"),
        F.count("*").alias("event_count"),
    )
    return facts.join(watched, on=list(SESSION), how="left")


def _told(state: str) -> Column:
    names = {told: [kind.name for kind in EVENT_TYPES if getattr(kind, state) is told] for told in (True, False)}
    kind = F.col("event_type")
    return F.when(kind.isin(names[True]), True).when(kind.isin(names[False]), False)


def _begins_to_stall() -> Column:
    return F.col("event_type").isin(_STALLS) & (F.col("stalled_after") == "playing")


def _seconds_while(condition: Column) -> Column:
    elapsed = F.col("next_time").cast("double") - F.col("event_time").cast("double")
    return F.coalesce(F.sum(F.when(condition, elapsed)), F.lit(0.0))
