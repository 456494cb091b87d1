"""`gold.title_moments`: where in a title people rewatch, skip, pause, wait and leave.

Every measure is a number of ranges of moments: the ranges of one play, its passes over the media and its seeks, never a
row for each second of it. A range adds one where it begins and takes one away after its end; the running sum along the
title is the curve.
"""

from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.raw_record import LONGEST_MEDIA_SECONDS
from jobs.gold.sessions.play_ranges import LEFT, PAUSED, PLAYED, REWATCHED, SKIPPED, STALLED
from jobs.gold.viewing_sessions import COMPLETED_FROM_RATIO, is_play
from jobs.tables.gold import LARGEST_COMPLETION_RATIO, MOMENT_SECONDS, TITLE_MOMENTS

_MOMENT_MS = 1000 * MOMENT_SECONDS
_MEASURES = ("plays_covering", "rewatches", "skips_over", "exits", "pauses", "stalls")
_CURVE = ("session_date", "title_id")
_PLAY = ("session_id", "profile_key", *_CURVE)


def title_moments(ranges: DataFrame, sessions: DataFrame) -> DataFrame:
    """One row ten seconds of one title, in the plays that began on one UTC date, where any measure is not 0.

    From `gold.play_ranges` and `gold.viewing_sessions`. All measures are counts, so the curve of a week or a year is a
    sum over its dates.
    """
    return (
        moment_ranges(ranges, sessions)
        .transform(curves)
        .withColumn("moment_start_seconds", F.col("moment") * MOMENT_SECONDS)
        .select(*TITLE_MOMENTS.column_names)
    )


def moment_ranges(ranges: DataFrame, sessions: DataFrame) -> DataFrame:
    """One row a range of moments to which something happened in one play.

    `session_id`, `profile_key`, `title_id`, `session_date`, `measure` (a column of `gold.title_moments`),
    `from_moment`, `to_moment`.
    """
    of_media = ranges.where(F.col("from_ms").isNotNull())
    happened = reduce(
        DataFrame.unionByName,
        [
            of_media.transform(_covered),
            of_media.transform(_of, REWATCHED, "rewatches", _moment("from_ms"), _last_moment("to_ms")),
            # Moments of which a seek forward left nothing to be seen: those that it went over whole.
            of_media.transform(_of, SKIPPED, "skips_over", F.ceil(F.col("from_ms") / _MOMENT_MS), _moment("to_ms") - 1),
            of_media.transform(_left, sessions),
            of_media.transform(_of, PAUSED, "pauses", _moment("from_ms"), _moment("from_ms")),
            of_media.transform(_of, STALLED, "stalls", _moment("from_ms"), _moment("from_ms")),
        ],
    )
    of_plays = sessions.where(~F.col("is_preview")).select(*_PLAY, "runtime_seconds")
    return happened.join(of_plays, on=list(_PLAY), how="inner").transform(_within_title)


def _within_title(ranges: DataFrame) -> DataFrame:
    """Without what lies before the title, beyond twice its runtime, or beyond the longest there is.

    One wrong position would make a curve of days, and that of a live title, which may be a date, one of years.
    """
    last = F.floor(LARGEST_COMPLETION_RATIO * F.col("runtime_seconds") / MOMENT_SECONDS)
    longest = F.lit(LONGEST_MEDIA_SECONDS // MOMENT_SECONDS)
    return ranges.withColumns(
        {"from_moment": F.greatest("from_moment", F.lit(0)), "to_moment": F.least("to_moment", last, longest)}
    ).where(F.col("from_moment") <= F.col("to_moment"))


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


def _covered(ranges: DataFrame) -> DataFrame:
    """A play covers a moment once, however often it passes over it."""
    earlier = Window.partitionBy(*_PLAY).orderBy("from_ms", "to_ms").rowsBetween(Window.unboundedPreceding, -1)
    after_earlier = F.coalesce(F.floor((F.max("to_ms").over(earlier) - 1) / _MOMENT_MS) + 1, F.lit(0))
    played = ranges.where(F.col("what") == PLAYED).withColumn("_from", F.greatest(_moment("from_ms"), after_earlier))
    return played.transform(_of, PLAYED, "plays_covering", F.col("_from"), _last_moment("to_ms"))


def _left(ranges: DataFrame, sessions: DataFrame) -> DataFrame:
    """Where plays ended that showed a picture and had not come to their title's end.

    One that goes on where an earlier play stopped comes to the end, too: the player says so, or its last position.
    """
    has_seen_it = F.coalesce("is_completed", F.lit(False)) | F.col("stop_reason").eqNullSafe("ended")
    left_early = sessions.where(is_play() & ~has_seen_it).select(*_PLAY, "runtime_seconds")
    is_at_the_end = F.col("from_ms") >= COMPLETED_FROM_RATIO * 1000 * F.col("runtime_seconds")
    return (
        ranges.join(left_early, on=list(_PLAY), how="inner")
        .where(~F.coalesce(is_at_the_end, F.lit(False)))
        .transform(_of, LEFT, "exits", _moment("from_ms"), _moment("from_ms"))
    )


def _of(ranges: DataFrame, what: str, measure: str, from_moment: Column, to_moment: Column) -> DataFrame:
    """One row a range of moments to which that happened: `measure`, `from_moment`, `to_moment`, both of them in it."""
    return (
        ranges.where(F.col("what") == what)
        .select(*_PLAY, F.lit(measure).alias("measure"), from_moment.alias("from_moment"), to_moment.alias("to_moment"))
        .where(F.col("from_moment") <= F.col("to_moment"))
    )


def _moment(position_ms: str) -> Column:
    return F.floor(F.col(position_ms) / _MOMENT_MS)


def _last_moment(to_ms: str) -> Column:
    """The last moment of which a stretch that ends there has a part."""
    return F.floor((F.col(to_ms) - 1) / _MOMENT_MS)
