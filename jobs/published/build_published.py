"""Published: the aggregates of whole weeks and months that may leave."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import PLAY_RANGES, TITLE_PROGRESS, VIEWING_SESSIONS
from jobs.contracts.gold import SUBSCRIBER_VALUE_MONTHLY as SUBSCRIBERS
from jobs.contracts.published import (
    MONTH,
    RELEASED_AFTER_DAYS,
    RELEASED_PARTS,
    RELEASED_WEEKLY,
    RELEASES,
    RETENTION,
    RETENTION_MONTHLY,
    SUBSCRIBER_VALUE_MONTHLY,
    TITLE_VIEWING_WEEKLY,
    WEEK,
)
from jobs.contracts.raw_event import LAST_ARRIVAL_DAYS
from jobs.contracts.silver import SEARCH_EVENTS, SUBSCRIPTIONS, TITLES
from jobs.contracts.table import Table
from jobs.expressions.periods import first_of_month, week_start
from jobs.gold.demand.genre_demand_daily import searches_in_vain
from jobs.gold.sessions.viewing_sessions import is_play
from jobs.gold.shown_files import rows_of_shown_files
from jobs.gold.subscribers.retention_monthly import last_full_month
from jobs.gold.titles.title_moments import exits_of, moment_ranges
from jobs.published.retention_monthly import retention_monthly
from jobs.published.rounding import viewers_in_tens
from jobs.published.rows_of_week import rows_of_week
from jobs.published.subscriber_value_monthly import subscriber_value_monthly
from jobs.published.viewing_parts import viewers_of_titles, viewing_parts
from jobs.published.viewing_weekly import title_viewing_weekly
from jobs.storage.candidates import Candidate
from jobs.storage.lake import Lake, PublishedLake
from jobs.storage.local_rows import arrow_rows
from jobs.storage.spark_schema import spark_schema

# The sessions of so many weeks are divided together.
MOST_WEEKS_AT_ONCE = 4


class Due(NamedTuple):
    """First days of the weeks and months that are released now; up to which day retention is, where that is new."""

    weeks: list[date]
    months: list[date]
    retention_as_of: date | None


def due_for_release(lake: Lake, gold: PublishedLake, newest: date) -> Due:
    """What is over at the end of `newest`, and was not released yet: the first weeks of it, and all months.

    Weeks wait `RELEASED_AFTER_DAYS` for what players hold back. Of the months, those for which subscribers were valued
    up to their last day, by the sum that is released: older ones have no `serving_cost`.
    """
    lake.suit_queries(VIEWING_SESSIONS)
    released = gold.read(RELEASES)
    monday = week_start("session_date").alias("period_start_date")
    weeks = gold.read(VIEWING_SESSIONS).select(monday).distinct()
    weeks_over = weeks.where(F.date_add("period_start_date", 6 + RELEASED_AFTER_DAYS) <= F.lit(newest))
    months_over = (
        gold.read(SUBSCRIBERS)
        .where((F.col("as_of_date") == F.last_day("month_start_date")) & F.col("serving_cost").isNotNull())
        .select(F.col("month_start_date").alias("period_start_date"))
        .distinct()
    )
    return Due(
        _not_among(weeks_over, released.where(F.col("period") == WEEK))[:MOST_WEEKS_AT_ONCE],
        _not_among(months_over, released.where(F.col("period") == MONTH)),
        _new_as_of(released, last_full_month(newest)),
    )


def build_published(lake: Lake, gold: PublishedLake, due: Due, unpublished: Sequence[str]) -> list[Candidate]:
    """The released rows of these weeks and months, and new retention curves in the place of the last ones.

    They follow what gold has published.
    """
    candidates = _of_weeks(lake, gold, due.weeks, unpublished) if due.weeks else []
    if due.months:
        values = subscriber_value_monthly(gold.read(SUBSCRIBERS), lake.read(SUBSCRIPTIONS), due.months)
        candidates.append(Candidate(SUBSCRIBER_VALUE_MONTHLY, lake.at_hand(values), due.months))
    if due.retention_as_of:
        curves = retention_monthly(lake.read(SUBSCRIPTIONS), gold.read(RETENTION_MONTHLY), due.retention_as_of)
        candidates.append(Candidate(RETENTION_MONTHLY, lake.at_hand(curves)))
    return candidates


def note_release(lake: Lake, gold: PublishedLake, due: Due, newest: date, at: datetime) -> None:
    """What is noted is not released again. Of earlier weeks it is noted how much came late, once nothing more can."""
    noted = gold.read(RELEASES)
    settled = noted.where((F.col("period") == WEEK) & F.col("late_share").isNull()).where(
        F.date_add("period_start_date", 6 + LAST_ARRIVAL_DAYS) <= F.lit(newest)
    )
    earlier = {row.period_start_date: row for row in settled.collect()}
    hours = _hours_of_weeks(gold, [*due.weeks, *earlier])
    rows: list[tuple[Any, ...]] = [(WEEK, start, at, hours.get(start, 0.0), None) for start in due.weeks]
    rows += [(MONTH, start, at, None, None) for start in due.months]
    if due.retention_as_of:
        rows.append((RETENTION, first_of_month(due.retention_as_of), at, None, None))
    rows += [
        (WEEK, start, row.released_at, row.watched_hours, late_share(row.watched_hours, hours.get(start, 0.0)))
        for start, row in earlier.items()
    ]
    lake.upsert(RELEASES, arrow_rows(rows, spark_schema(RELEASES.columns)))


def late_share(hours_at_release: float | None, hours_now: float) -> float | None:
    """To a hundredth; none of a week whose hours were not noted. What was taken back since is not late."""
    if hours_at_release is None:
        return None
    return round(max(0.0, 1 - hours_at_release / hours_now), 2) if hours_now else 0.0


def _hours_of_weeks(gold: PublishedLake, weeks: Sequence[date]) -> dict[date, float]:
    plays = gold.read_dates(VIEWING_SESSIONS, "session_date", _days_of_weeks(weeks)).where(is_play())
    hours = F.round(F.sum("watched_seconds") / 3600).alias("hours")
    of_week = plays.groupBy(week_start("session_date").alias("monday")).agg(hours)
    return {row.monday: row.hours for row in of_week.collect()} if weeks else {}


def _days_of_weeks(weeks: Sequence[date]) -> list[date]:
    return [monday + timedelta(days=day) for monday in weeks for day in range(7)]


def _new_as_of(released: DataFrame, as_of: date) -> date | None:
    """None where the curves up to that day were released."""
    is_released = (F.col("period") == RETENTION) & (F.col("period_start_date") == F.lit(first_of_month(as_of)))
    return as_of if released.where(is_released).isEmpty() else None


def _not_among(periods: DataFrame, released: DataFrame) -> list[date]:
    due = periods.join(released, on="period_start_date", how="left_anti")
    return sorted(row.period_start_date for row in due.collect())


def _of_weeks(lake: Lake, gold: PublishedLake, weeks: Sequence[date], unpublished: Sequence[str]) -> list[Candidate]:
    titles = lake.read(TITLES)
    days = _days_of_weeks(weeks)
    shown = rows_of_shown_files(lake.spark, unpublished)
    of_week = week_start("session_date").alias("week_start_date")
    sessions = gold.read_dates(VIEWING_SESSIONS, "session_date", days).select("*", of_week).localCheckpoint()
    parts = viewing_parts(sessions).localCheckpoint()
    titles_released = title_viewing_weekly(parts, titles).localCheckpoint()
    ranges = gold.read_dates(PLAY_RANGES, "session_date", days)
    # Who goes on in a later week has left, so far as this one tells.
    exits = exits_of(
        ranges, sessions, gold.read_dates(TITLE_PROGRESS, "session_date", days), titles, apart_by=["week_start_date"]
    )
    happened = moment_ranges(ranges, sessions, exits).localCheckpoint()
    searches = shown(lake.read_dates(SEARCH_EVENTS, "event_date", days))
    told_of = {
        "sessions": sessions,
        "parts": parts,
        "titles": titles,
        "titles_released": titles_released,
        "ranges": happened,
        "viewers": viewers_of_titles(sessions),
        "in_vain": searches_in_vain(searches, titles),
    }
    rows = {table: rows_of_week(table, told_of) for table in RELEASED_WEEKLY if table != TITLE_VIEWING_WEEKLY}
    return [
        Candidate(RELEASED_PARTS, parts.select(*RELEASED_PARTS.column_names)),
        *(
            Candidate(table, lake.at_hand(_with_rounded_viewers(table, found)), weeks)
            for table, found in {TITLE_VIEWING_WEEKLY: titles_released, **rows}.items()
        ),
    ]


def _with_rounded_viewers(table: Table, rows: DataFrame) -> DataFrame:
    return viewers_in_tens(rows) if "viewers" in table.column_names else rows
