"""The stretches of media that a session played, from its events."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.gold.session_starts import SESSION, session_starts

# What an event says about whether the picture moves; an event that is not here changes nothing.
_STARTS_PLAYING = ("playing",)
_ENDS_PLAYING = ("play_requested", "paused", "stopped")
_STARTS_STALL = ("buffering_started",)
_ENDS_STALL = ("buffering_ended", "playing", "paused", "stopped")

# Players offer up to double speed.
FASTEST_PLAYBACK = 2


def order_events(events: DataFrame) -> DataFrame:
    """Adds what came before and after each event in its session: `is_moving`, `jump_ms`, `next_…`.

    `is_moving`: the media clock runs between this event and the next one. `jump_ms`: how far a seek went, back is
    negative.
    """
    in_session = Window.partitionBy(*SESSION).orderBy("event_order")
    so_far = in_session.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    kind = F.col("event_type")
    plays = F.when(kind.isin(*_STARTS_PLAYING), True).when(kind.isin(*_ENDS_PLAYING) | _is_fatal(), False)
    stalls = F.when(kind.isin(*_STARTS_STALL), True).when(kind.isin(*_ENDS_STALL) | _is_fatal(), False)
    left_at = F.coalesce("from_position_ms", F.lag("position_ms").over(in_session))
    return (
        events.transform(session_starts)
        .withColumn("is_playing", F.coalesce(F.last(plays, ignorenulls=True).over(so_far), F.lit(False)))
        .withColumn("is_stalled", F.coalesce(F.last(stalls, ignorenulls=True).over(so_far), F.lit(False)))
        .withColumn("is_moving", F.col("is_playing") & ~F.col("is_stalled"))
        .withColumn("next_event_type", F.lead("event_type").over(in_session))
        .withColumn("next_event_time", F.lead("event_time").over(in_session))
        .withColumn("next_position_ms", F.lead("position_ms").over(in_session))
        .withColumn("next_from_position_ms", F.lead("from_position_ms").over(in_session))
        .withColumn("jump_ms", F.when(kind == "seeked", F.col("position_ms") - left_at))
    )


def played_intervals(ordered: DataFrame) -> DataFrame:
    """One row a stretch of media played without a break: its session, `from_ms`, `to_ms` (media clock).

    Content time: the clock's own progress, not the wall's, but no more than `FASTEST_PLAYBACK` times the wall's: after
    a seek, players send a stale position and then the right one. A seek's position is where it went, so a stretch that
    a seek ends reaches to `from_position_ms`, and counts for nothing where the player did not say it.
    """
    elapsed_ms = F.unix_millis("next_event_time") - F.unix_millis("event_time")
    furthest_ms = F.col("position_ms") + FASTEST_PLAYBACK * F.greatest(elapsed_ms, F.lit(0))
    is_seek = F.col("next_event_type") == "seeked"
    to_ms = F.when(is_seek, F.col("next_from_position_ms")).otherwise(F.col("next_position_ms"))
    # `least` passes over a null, which here means that nobody knows how far it played.
    reached_ms = F.when(to_ms.isNotNull(), F.least(to_ms, furthest_ms))
    return (
        ordered.where(F.col("is_moving"))
        .select(*SESSION, F.col("position_ms").alias("from_ms"), reached_ms.alias("to_ms"))
        .where(F.col("to_ms") > F.col("from_ms"))
    )


def watched_time(intervals: DataFrame) -> DataFrame:
    """One row a session: `watched_seconds`, the sum, and `unique_watched_seconds`, the length of the union."""
    earlier = Window.partitionBy(*SESSION).orderBy("from_ms", "to_ms").rowsBetween(Window.unboundedPreceding, -1)
    covered_to = F.coalesce(F.max("to_ms").over(earlier), F.col("from_ms"))
    newly_covered = F.greatest(F.lit(0), F.col("to_ms") - F.greatest(F.col("from_ms"), covered_to))
    return (
        intervals.withColumn("_new_ms", newly_covered)
        .groupBy(*SESSION)
        .agg(
            (F.sum(F.col("to_ms") - F.col("from_ms")) / 1000).alias("watched_seconds"),
            (F.sum("_new_ms") / 1000).alias("unique_watched_seconds"),
        )
    )


def _is_fatal() -> Column:
    return (F.col("event_type") == "failed") & F.coalesce("is_fatal", F.lit(False))
