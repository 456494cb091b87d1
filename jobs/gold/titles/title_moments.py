"""`gold.title_moments`: where in a title people rewatch, skip, pause, wait and leave.

Every measure is a number of ranges of moments: the ranges of one play, its passes over the media and its seeks, never a
row for each second of it. A range adds one where it begins and takes one away after its end; the running sum along the
title is the curve.
"""

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.gold import (
    LARGEST_COMPLETION_RATIO,
    LONGEST_UNSTATED_SECONDS,
    MOMENT_SECONDS,
    TITLE_MOMENTS,
    TITLE_PROGRESS,
    WITHIN_DAYS,
)
from jobs.contracts.raw_record import LONGEST_MEDIA_SECONDS
from jobs.gold.sessions.play_ranges import LEFT, PAUSED, PLAYED, REWATCHED, SKIPPED, STALLED
from jobs.gold.sessions.viewing_sessions import is_play
from jobs.gold.titles.completion import LENGTH, end_seconds

_MOMENT_MS = 1000 * MOMENT_SECONDS
_MEASURES = ("plays_covering", "rewatches", "skips_over", "exits", "pauses", "stalls")
_CURVE = ("session_date", "title_id")
_VIEWER_AND_TITLE = ("profile_key", "title_id")
_PLAY = ("session_id", "profile_key", *_CURVE)


def title_moments(ranges: DataFrame, sessions: DataFrame, exits: DataFrame) -> DataFrame:
    """One row ten seconds of one title, in the plays that began on one UTC date, where any measure is not 0.

    From `gold.play_ranges` and `gold.viewing_sessions` of these dates, and their `exits`. All measures are counts, so
    the curve of a week or a year is a sum over its dates.
    """
    return (
        moment_ranges(ranges, sessions, exits)
        .transform(curves)
        .withColumn("moment_start_seconds", F.col("moment") * MOMENT_SECONDS)
        .select(*TITLE_MOMENTS.column_names)
    )


def moment_ranges(ranges: DataFrame, sessions: DataFrame, exits: DataFrame) -> DataFrame:
    """One row a range of moments to which something happened in one play.

    `session_id`, `account_key`, `profile_key`, `title_id`, `session_date`, `measure` (a column of
    `gold.title_moments`), `from_moment`, `to_moment`.
    """
    of_media = ranges.where(F.col("from_ms").isNotNull())
    happened = reduce(
        DataFrame.unionByName,
        [
            of_media.transform(_covered),
            of_media.transform(_of, REWATCHED, "rewatches", _moment("from_ms"), _last_moment("to_ms")),
            # Moments of which a seek forward left nothing to be seen: those that it went over whole.
            of_media.transform(_of, SKIPPED, "skips_over", F.ceil(F.col("from_ms") / _MOMENT_MS), _moment("to_ms") - 1),
            exits,
            of_media.transform(_of, PAUSED, "pauses", _moment("from_ms"), _moment("from_ms")),
            of_media.transform(_of, STALLED, "stalls", _moment("from_ms"), _moment("from_ms")),
        ],
    )
    return happened.transform(_within_titles, sessions)


def exits_of(
    ranges: DataFrame, sessions: DataFrame, progress: DataFrame, titles: DataFrame, apart_by: Sequence[str] = ()
) -> DataFrame:
    """One row a play with which its viewer left the title, in the form of `moment_ranges`.

    It showed a picture, it did not come to the end, its viewer had not completed the title by then, and did not go on
    with it within `WITHIN_DAYS`, as far as `sessions` tell. `progress`: `gold.title_progress` of the dates of `ranges`.
    Plays with other values of `apart_by` do not go on with one another.
    """
    in_order = Window.partitionBy(*_VIEWER_AND_TITLE, *apart_by).orderBy("session_date", "started_at", "session_id")
    days_to_next = F.date_diff(F.lead("session_date").over(in_order), "session_date")
    completed = progress.where(F.col("completed_date").isNotNull()).select(*TITLE_PROGRESS.key)
    left = (
        sessions.where(is_play())
        .withColumn("_goes_on", F.coalesce(days_to_next < WITHIN_DAYS, F.lit(False)))
        .where(~F.col("_goes_on") & ~F.col("stop_reason").eqNullSafe("ended"))
        .select(*_PLAY)
        .join(completed, on=list(TITLE_PROGRESS.key), how="left_anti")
    )
    is_before_the_end = F.coalesce(F.col("from_ms") < 1000 * end_seconds(), F.lit(True))
    return (
        ranges.where((F.col("what") == LEFT) & F.col("from_ms").isNotNull())
        .join(left, on=list(_PLAY), how="left_semi")
        .join(titles.select(*LENGTH), on="title_id", how="left")
        .where(is_before_the_end)
        .transform(_of, LEFT, "exits", _moment("from_ms"), _moment("from_ms"))
    )


def other_exits(with_exits: DataFrame, exits: DataFrame, sessions: DataFrame) -> DataFrame:
    """One row a moment whose number of exits is not the stored one any more: its key, and `exits` as it should be.

    `with_exits`: rows of `gold.title_moments` with exits; `exits` and `sessions`: all of the same dates. A play is an
    exit until its viewer goes on, which may be four weeks later.
    """
    place = F.col("from_moment") * MOMENT_SECONDS
    now = (
        exits.transform(_within_titles, sessions)
        .groupBy(*_CURVE, place.alias("moment_start_seconds"))
        .agg(F.count("*").alias("_exits_now"))
    )
    stored, exits_now = (F.coalesce(name, F.lit(0)) for name in ("exits", "_exits_now"))
    return (
        with_exits.select(*TITLE_MOMENTS.key, "exits")
        .join(now, on=list(TITLE_MOMENTS.key), how="full")
        .where(stored != exits_now)
        .select(*TITLE_MOMENTS.key, exits_now.alias("exits"))
    )


def with_other_exits(moments: DataFrame, exits: DataFrame) -> DataFrame:
    """The rows of `gold.title_moments` of these keys with these numbers of exits, if anything is left of them.

    `exits`: of `other_exits`. Of a moment that is not stored nothing else happened.
    """
    return (
        exits.join(moments.drop("exits"), on=list(TITLE_MOMENTS.key), how="left")
        .fillna(0, subset=list(_MEASURES))
        .where(happened_at_all())
        .select(*TITLE_MOMENTS.column_names)
    )


def happened_at_all() -> Column:
    """Whether any measure of a row of `gold.title_moments` is not 0."""
    return reduce(Column.__or__, (F.col(name) > 0 for name in _MEASURES))


def _within_titles(ranges: DataFrame, sessions: DataFrame) -> DataFrame:
    """Without previews, and what lies before the title, beyond twice its runtime, or beyond the longest there is.

    A title without a runtime ends after `LONGEST_UNSTATED_SECONDS`. One wrong position would make a curve of days, and
    that of a live title, which may be a date, one of years.
    """
    of_plays = sessions.where(~F.col("is_preview")).select(*_PLAY, "account_key", "runtime_seconds")
    last = F.floor(LARGEST_COMPLETION_RATIO * F.col("runtime_seconds") / MOMENT_SECONDS)
    stated, unstated = (seconds // MOMENT_SECONDS for seconds in (LONGEST_MEDIA_SECONDS, LONGEST_UNSTATED_SECONDS))
    longest = F.when(F.col("runtime_seconds").isNull(), unstated).otherwise(stated)
    return (
        ranges.join(of_plays, on=list(_PLAY), how="inner")
        .withColumns(
            {"from_moment": F.greatest("from_moment", F.lit(0)), "to_moment": F.least("to_moment", last, longest)}
        )
        .where(F.col("from_moment") <= F.col("to_moment"))
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
        .where(happened_at_all())
        .withColumn("moment", F.explode(F.sequence("moment", F.col("_next_change") - 1)))
        .drop("_next_change")
    )


def _covered(ranges: DataFrame) -> DataFrame:
    """A play covers a moment once, however often it passes over it."""
    earlier = Window.partitionBy(*_PLAY).orderBy("from_ms", "to_ms").rowsBetween(Window.unboundedPreceding, -1)
    after_earlier = F.coalesce(F.floor((F.max("to_ms").over(earlier) - 1) / _MOMENT_MS) + 1, F.lit(0))
    played = ranges.where(F.col("what") == PLAYED).withColumn("_from", F.greatest(_moment("from_ms"), after_earlier))
    return played.transform(_of, PLAYED, "plays_covering", F.col("_from"), _last_moment("to_ms"))


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
