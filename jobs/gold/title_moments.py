"""`gold.title_moments`: where in a title people rewatch, skip, pause, wait and leave.

Every measure is a number of ranges of moments: the ranges of one play, its passes over the media and its seeks, never a
row for each second of it. A range adds one where it begins and takes one away after its end; the running sum along the
title is the curve.
"""

from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.raw_record import LONGEST_MEDIA_SECONDS
from jobs.gold.played_intervals import begins_to_stall, played_intervals
from jobs.gold.session_starts import SESSION
from jobs.gold.viewing_sessions import COMPLETED_FROM_RATIO
from jobs.tables.gold import LARGEST_COMPLETION_RATIO, MOMENT_SECONDS, TITLE_MOMENTS

_MOMENT_MS = 1000 * MOMENT_SECONDS
_MEASURES = ("plays_covering", "rewatches", "skips_over", "exits", "pauses", "stalls")
_CURVE = ("session_date", "title_id")


def title_moments(ordered: DataFrame, sessions: DataFrame) -> DataFrame:
    """One row ten seconds of one title, in the plays that began on one UTC date, where any measure is not 0.

    `ordered` are events as `order_events` returns them, `sessions` rows of `gold.viewing_sessions`. All measures are
    counts, so the curve of a week or a year is a sum over its dates.
    """
    return (
        moment_ranges(ordered, sessions)
        .transform(curves)
        .withColumn("moment_start_seconds", F.col("moment") * MOMENT_SECONDS)
        .select(*TITLE_MOMENTS.column_names)
    )


def moment_ranges(ordered: DataFrame, sessions: DataFrame) -> DataFrame:
    """One row a range of moments to which something happened in one session.

    `SESSION`, `session_date`, `title_id`, `measure` (a column of `gold.title_moments`), `from_moment`, `to_moment`.
    """
    passes = ordered.transform(played_intervals).transform(media_passes).transform(_with_earlier_passes)
    ranges = reduce(
        DataFrame.unionByName,
        [
            passes.transform(_covered),
            passes.transform(_rewatched),
            ordered.transform(_skipped),
            ordered.transform(_left, sessions),
            ordered.transform(_at_events, "pauses", _is_pause()),
            ordered.transform(_at_events, "stalls", begins_to_stall("playing")),
        ],
    )
    of_title = sessions.select(
        "session_id", F.col("started_at").alias("session_started_at"), *_CURVE, "runtime_seconds"
    )
    return ranges.join(of_title, on=list(SESSION), how="inner").transform(_within_title)


def _within_title(ranges: DataFrame) -> DataFrame:
    """Without what lies before the title, beyond twice its runtime, or beyond the longest there is.

    One wrong position would make a curve of days, and that of a live title, which may be a date, one of years.
    """
    last = F.floor(LARGEST_COMPLETION_RATIO * F.col("runtime_seconds") / MOMENT_SECONDS)
    longest = F.lit(LONGEST_MEDIA_SECONDS // MOMENT_SECONDS)
    return ranges.withColumns(
        {"from_moment": F.greatest("from_moment", F.lit(0)), "to_moment": F.least("to_moment", last, longest)}
    ).where(F.col("from_moment") <= F.col("to_moment"))


def media_passes(intervals: DataFrame) -> DataFrame:
    """One row a pass: a stretch of media that a session played from one end to the other, whatever came between."""
    in_order = Window.partitionBy(*SESSION).orderBy("event_order")
    goes_on = F.col("from_ms") == F.lag("to_ms").over(in_order)
    return (
        intervals.withColumn("_pass", F.count_if(~F.coalesce(goes_on, F.lit(False))).over(in_order))
        .groupBy(*SESSION, "_pass")
        .agg(F.min("from_ms").alias("from_ms"), F.max("to_ms").alias("to_ms"))
        .drop("_pass")
    )


def curves(ranges: DataFrame) -> DataFrame:
    """One row a moment of a title and date, with the number of ranges of each measure that hold it."""
    begins = F.struct(F.col("from_moment").alias("moment"), F.lit(1).alias("change"))
    ends = F.struct((F.col("to_moment") + 1).alias("moment"), F.lit(-1).alias("change"))
    along = Window.partitionBy(*_CURVE).orderBy("moment")
    return (
        ranges.select(*_CURVE, "measure", F.inline(F.array(begins, ends)))
        .groupBy(*_CURVE, "moment")
        .agg(*(F.sum(F.when(F.col("measure") == name, F.col("change"))).alias(name) for name in _MEASURES))
        .withColumns({name: F.coalesce(F.sum(name).over(along), F.lit(0)) for name in _MEASURES})
        .withColumn("_next_change", F.lead("moment").over(along))
        .where(reduce(Column.__or__, (F.col(name) > 0 for name in _MEASURES)))
        .withColumn("moment", F.explode(F.sequence("moment", F.col("_next_change") - 1)))
        .drop("_next_change")
    )


def _with_earlier_passes(passes: DataFrame) -> DataFrame:
    """Adds how far the passes reach that begin earlier in the title: to `earlier_to_ms`, to `earlier_to_moment`."""
    earlier = Window.partitionBy(*SESSION).orderBy("from_ms", "to_ms").rowsBetween(Window.unboundedPreceding, -1)
    return passes.withColumn("earlier_to_ms", F.max("to_ms").over(earlier))


def _covered(passes: DataFrame) -> DataFrame:
    """A play covers a moment once, however often it passes over it."""
    after_earlier = F.coalesce(_last_moment("earlier_to_ms") + 1, F.lit(0))
    return passes.transform(
        _ranges, "plays_covering", F.greatest(_moment("from_ms"), after_earlier), _last_moment("to_ms")
    )


def _rewatched(passes: DataFrame) -> DataFrame:
    """What a pass shares with those that begin earlier in the title: of n passes over a place, n - 1 are again."""
    return (
        passes.withColumn(
            "_again_to_ms", F.when(F.col("earlier_to_ms") > F.col("from_ms"), F.least("to_ms", "earlier_to_ms"))
        )
        .where(F.col("_again_to_ms").isNotNull())
        .transform(_ranges, "rewatches", _moment("from_ms"), _last_moment("_again_to_ms"))
    )


def _skipped(ordered: DataFrame) -> DataFrame:
    """Moments of which a seek forward left nothing to be seen: those that it went over whole."""
    left_at_ms = F.col("position_ms") - F.col("jump_ms")
    return ordered.where(F.col("jump_ms") > 0).transform(
        _ranges, "skips_over", F.ceil(left_at_ms / _MOMENT_MS), _moment("position_ms") - 1
    )


def _left(ordered: DataFrame, sessions: DataFrame) -> DataFrame:
    """Where plays ended that showed a picture and had not come to their title's end.

    One that goes on where an earlier session stopped comes to the end, too: the player says so, or its last position.
    """
    has_seen_it = F.coalesce("is_completed", F.lit(False)) | F.col("stop_reason").eqNullSafe("ended")
    left_early = sessions.where((F.col("watched_seconds") > 0) & ~has_seen_it).select(
        "session_id", F.col("started_at").alias("session_started_at"), "runtime_seconds"
    )
    last_position = ordered.groupBy(*SESSION).agg(F.max_by("position_ms", "event_order").alias("position_ms"))
    is_at_the_end = F.col("position_ms") >= COMPLETED_FROM_RATIO * 1000 * F.col("runtime_seconds")
    return (
        last_position.join(left_early, on=list(SESSION), how="inner")
        .where(~F.coalesce(is_at_the_end, F.lit(False)))
        .transform(_ranges, "exits", _moment("position_ms"), _moment("position_ms"))
    )


def _at_events(ordered: DataFrame, measure: str, condition: Column) -> DataFrame:
    return ordered.where(condition).transform(_ranges, measure, _moment("position_ms"), _moment("position_ms"))


def _is_pause() -> Column:
    """Players pause for a seek, too: that is none."""
    return (F.col("event_type") == "paused") & ~F.col("next_event_type").eqNullSafe("seeked")


def _ranges(rows: DataFrame, measure: str, from_moment: Column, to_moment: Column) -> DataFrame:
    """One row a range of one session: `measure`, `from_moment`, `to_moment`, both of them in it."""
    return rows.select(
        *SESSION, F.lit(measure).alias("measure"), from_moment.alias("from_moment"), to_moment.alias("to_moment")
    ).where(F.col("from_moment") <= F.col("to_moment"))


def _moment(position_ms: str) -> Column:
    return F.floor(F.col(position_ms) / _MOMENT_MS)


def _last_moment(to_ms: str) -> Column:
    """The last moment of which a stretch that ends there has a part."""
    return F.floor((F.col(to_ms) - 1) / _MOMENT_MS)
