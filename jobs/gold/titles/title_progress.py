"""`gold.title_progress`: how much of a title a viewer has seen, in one go or on several evenings."""

from collections.abc import Sequence
from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.gold import TITLE_PROGRESS, VIEWING_SESSIONS, WITHIN_DAYS
from jobs.gold.sessions.play_ranges import PLAYED
from jobs.gold.sessions.viewing_sessions import is_play
from jobs.gold.titles.completion import LENGTH, completion_ratio, is_completed

_PAIR = ("profile_key", "title_id")
_KEY = TITLE_PROGRESS.key


def title_progress(
    sessions: DataFrame, ranges: DataFrame, titles: DataFrame, earlier: DataFrame, due: Sequence[date]
) -> DataFrame:
    """One row a viewer, title and UTC date of `due` on which they played it: what they have seen of it by then.

    `sessions` and `ranges`: `gold.viewing_sessions` and `gold.play_ranges` of these dates and of the `WITHIN_DAYS` - 1
    before each; `earlier`: this table's rows of those before. Seen is the union of what was played in these days. What
    has no place in the title (reported viewings, live titles) is taken as not seen before, until the runtime is full;
    a report of far more than the runtime tells nothing.
    """
    plays = sessions.where(is_play())
    days = _days_played(plays)
    rows_due = days.where(F.col("session_date").isin(list(due))).select(*_KEY)
    of_due_pairs = days.join(rows_due.select(*_PAIR).distinct(), on=list(_PAIR), how="left_semi")
    seen = (
        _over_days_before(rows_due, of_due_pairs)
        .groupBy(*_KEY)
        .agg(
            F.min("day").alias("first_date"),
            F.sum("unplaced_seconds").alias("_unplaced_seconds"),
            F.bool_or("is_live").alias("is_live"),
        )
        .join(_seen_in_place(rows_due, ranges, plays), on=list(_KEY), how="left")
        .join(titles.select(*LENGTH), on="title_id", how="left")
        .withColumn("seen_seconds", _seen_seconds())
        .withColumn("completion_ratio", completion_ratio("seen_seconds"))
        .withColumn("_is_completed", is_completed())
        .drop("is_live")
    )
    before = (
        earlier.where(~F.col("session_date").isin(list(due)))
        .join(titles.select(*LENGTH), on="title_id", how="left")
        .select(*_KEY, is_completed().alias("_is_completed"))
    )
    return (
        of_due_pairs.select(*_KEY, "ended_at")
        .join(seen.unionByName(before, allowMissingColumns=True), on=list(_KEY), how="inner")
        .withColumn("_completed", _first_completed())
        .withColumns({"completed_date": F.col("_completed.day"), "completed_at": F.col("_completed.ended_at")})
        .where(F.col("session_date").isin(list(due)))
        .select(*TITLE_PROGRESS.column_names)
    )


def _days_played(plays: DataFrame) -> DataFrame:
    """`unplaced_seconds`: null where no play without a place tells anything."""
    is_live = F.col("is_live").eqNullSafe(True)
    is_sound = F.col("completion_ratio").isNotNull() | F.col("runtime_seconds").isNull()
    has_no_place = is_live | ((F.col("session_source") == "reported") & is_sound)
    return plays.groupBy(*_KEY).agg(
        F.max("ended_at").alias("ended_at"),
        F.sum(F.when(has_no_place, F.col("unique_watched_seconds"))).alias("unplaced_seconds"),
        F.bool_or(F.coalesce("is_live", F.lit(False))).alias("is_live"),
    )


def _seen_seconds() -> Column:
    """Null where no play tells anything."""
    placed, unplaced = F.col("_placed_seconds"), F.col("_unplaced_seconds")
    has_length = ~F.col("is_live") & F.col("runtime_seconds").isNotNull()
    left = F.when(has_length, F.greatest(F.col("runtime_seconds") - F.coalesce(placed, F.lit(0.0)), F.lit(0.0)))
    # `least` passes over a null: of a live title, or one of unknown length, all counts.
    filled = F.when(unplaced.isNotNull(), F.least(unplaced, left))
    return F.coalesce(placed + filled, placed, filled)


def _over_days_before(due: DataFrame, dated: DataFrame) -> DataFrame:
    """Each due row once for each row of its viewer and title in the days up to it, whose date is `day`."""
    others = dated.withColumnRenamed("session_date", "day")
    in_days = F.col("day").between(F.date_sub("session_date", WITHIN_DAYS - 1), F.col("session_date"))
    return due.join(others, on=list(_PAIR), how="inner").where(in_days)


def _seen_in_place(due: DataFrame, ranges: DataFrame, plays: DataFrame) -> DataFrame:
    """`_placed_seconds`: length of the union of the ranges that were played; `furthest_seconds`: where they end."""
    played = (
        ranges.where((F.col("what") == PLAYED) & F.col("from_ms").isNotNull())
        .join(plays.select(*VIEWING_SESSIONS.key), on=list(VIEWING_SESSIONS.key), how="left_semi")
        .select(*_KEY, "from_ms", "to_ms")
    )
    earlier = Window.partitionBy(*_KEY).orderBy("from_ms", "to_ms").rowsBetween(Window.unboundedPreceding, -1)
    seen_from = F.greatest("from_ms", F.max("to_ms").over(earlier))
    return (
        _over_days_before(due, played)
        .withColumn("_new_ms", F.greatest(F.col("to_ms") - seen_from, F.lit(0)))
        .groupBy(*_KEY)
        .agg(
            (F.sum("_new_ms") / 1000).alias("_placed_seconds"),
            (F.max("to_ms") / 1000).alias("furthest_seconds"),
        )
    )


def _first_completed() -> Column:
    """Day and end of the first of the last `WITHIN_DAYS` by whose end the title was completed."""
    days = F.unix_date("session_date")
    up_to_it = Window.partitionBy(*_PAIR).orderBy(days).rangeBetween(-(WITHIN_DAYS - 1), 0)
    return F.min(F.when(F.col("_is_completed"), F.struct(F.col("session_date").alias("day"), "ended_at"))).over(
        up_to_it
    )
