"""The stretches of media that a session played, from its events."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.event_types import EVENT_TYPES
from jobs.gold.session_starts import SESSION, session_starts

# Whoever puts the media clock somewhere waits for what is there; a wait before it has moved this far is such a one.
_JUMPS = tuple(kind.name for kind in EVENT_TYPES if kind.jumps)
_STARTS_STALL = tuple(kind.name for kind in EVENT_TYPES if kind.is_stalled)
_HAS_MOVED_MS = 1000

# Players offer up to double speed.
FASTEST_PLAYBACK = 2


def order_events(events: DataFrame) -> DataFrame:
    """Adds to each event how its session stands from then on, and which event comes next.

    `is_moving`, `is_paused`, `is_stalled`: until the next event the media clock runs, is paused, waits.
    `stalled_after`: why it waits, `play_requested` or `seeked` where that made it wait, else `playing`.
    `has_stalled`: the picture has begun to wait that was `playing`, here or before.
    `jump_ms`: how far a seek went, back is negative. `next_…`: of the event after it.
    """
    in_session = Window.partitionBy(*SESSION).orderBy("event_order")
    so_far = in_session.rowsBetween(Window.unboundedPreceding, Window.currentRow)

    def last(values: Column) -> Column:
        return F.last(values, ignorenulls=True).over(so_far)

    kind = F.col("event_type")
    plays, pauses, stalls = map(_told, ("is_playing", "is_paused", "is_stalled"))
    jumps = kind.isin(*_JUMPS)
    has_not_moved = (F.col("position_ms") - last(F.when(jumps, F.col("position_ms")))).between(0, _HAS_MOVED_MS)
    why_it_stalls = F.when(has_not_moved, last(F.when(jumps, kind))).otherwise(F.lit("playing"))
    left_at = F.coalesce("from_position_ms", F.lag("position_ms").over(in_session))
    return (
        events.transform(session_starts)
        .withColumn("is_playing", F.coalesce(last(plays), F.lit(False)))
        .withColumn("is_paused", F.coalesce(last(pauses), F.lit(False)))
        .withColumn("is_stalled", F.coalesce(last(stalls), F.lit(False)))
        .withColumn("is_moving", F.col("is_playing") & ~F.col("is_stalled"))
        # Whoever seeks while the picture waits goes on waiting for another place.
        .withColumn("_stall_begins_after", F.when(kind.isin(*_STARTS_STALL), why_it_stalls).when(jumps, kind))
        .withColumn("stalled_after", F.when(F.col("is_stalled"), last(F.col("_stall_begins_after"))))
        .drop("_stall_begins_after")
        .withColumn("has_stalled", F.bool_or(begins_to_stall("playing")).over(so_far))
        .withColumn("next_event_type", F.lead("event_type").over(in_session))
        .withColumn("next_event_time", F.lead("event_time").over(in_session))
        .withColumn("next_position_ms", F.lead("position_ms").over(in_session))
        .withColumn("next_from_position_ms", F.lead("from_position_ms").over(in_session))
        .withColumn("jump_ms", F.when(kind == "seeked", F.col("position_ms") - left_at))
    )


def played_intervals(ordered: DataFrame) -> DataFrame:
    """One row a stretch of media played without a break: its session, `event_order`, `from_ms`, `to_ms` (media clock).

    `has_stalled` is that of the event with which it begins.

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
        .select(
            *SESSION, "event_order", "has_stalled", F.col("position_ms").alias("from_ms"), reached_ms.alias("to_ms")
        )
        .where(F.col("to_ms") > F.col("from_ms"))
    )


def watched_time(intervals: DataFrame) -> DataFrame:
    """One row a session: `watched_seconds`, the sum, and `unique_watched_seconds`, the length of the union.

    `unstalled_seconds`: of the sum, what was watched before the picture stalled, all where it never did.
    """
    earlier = Window.partitionBy(*SESSION).orderBy("from_ms", "to_ms").rowsBetween(Window.unboundedPreceding, -1)
    covered_to = F.coalesce(F.max("to_ms").over(earlier), F.col("from_ms"))
    newly_covered = F.greatest(F.lit(0), F.col("to_ms") - F.greatest(F.col("from_ms"), covered_to))
    length = F.col("to_ms") - F.col("from_ms")
    return (
        intervals.withColumn("_new_ms", newly_covered)
        .groupBy(*SESSION)
        .agg(
            (F.sum(length) / 1000).alias("watched_seconds"),
            (F.coalesce(F.sum(F.when(~F.col("has_stalled"), length)), F.lit(0)) / 1000).alias("unstalled_seconds"),
            (F.sum("_new_ms") / 1000).alias("unique_watched_seconds"),
        )
    )


def _told(state: str) -> Column:
    """What an event says of how the play stands after it; null where it says nothing."""
    of_types = {told: [kind.name for kind in EVENT_TYPES if getattr(kind, state) is told] for told in (True, False)}
    kind = F.col("event_type")
    return F.when(kind.isin(*of_types[True]), True).when(kind.isin(*of_types[False]) | is_fatal(), False)


def begins_to_stall(after: str) -> Column:
    """Whether the picture begins to wait at this event, for that reason; see `order_events`."""
    return F.col("event_type").isin(*_STARTS_STALL) & (F.col("stalled_after") == after)


def is_fatal() -> Column:
    return (F.col("event_type") == "failed") & F.coalesce("is_fatal", F.lit(False))
