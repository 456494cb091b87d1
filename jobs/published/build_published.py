"""Published: the aggregates of whole weeks and months that may leave."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import GENRE_DEMAND_DAILY, PLAY_RANGES, TITLE_PROGRESS, VIEWING_SESSIONS
from jobs.contracts.gold import SUBSCRIBER_VALUE_MONTHLY as SUBSCRIBERS
from jobs.contracts.published import (
    DIFFERENCES,
    EXPERIENCE_WEEKLY,
    GENRE_DEMAND_WEEKLY,
    MONTH,
    RELEASES,
    RETENTION,
    RETENTION_MONTHLY,
    SEARCHES_IN_VAIN_WEEKLY,
    SUBSCRIBER_VALUE_MONTHLY,
    TITLE_MOMENTS_WEEKLY,
    TITLE_VIEWING_WEEKLY,
    VIEWING_CLOCK_WEEKLY,
    VIEWING_DAILY,
    WEEK,
)
from jobs.contracts.silver import SEARCH_EVENTS, SUBSCRIPTIONS, TITLES
from jobs.expressions.periods import first_of_month, week_start
from jobs.gold.demand.genre_demand_daily import searches_in_vain
from jobs.gold.shown_files import rows_of_shown_files
from jobs.gold.subscribers.retention_monthly import last_full_month
from jobs.gold.titles.title_moments import exits_of, moment_ranges
from jobs.published.cells import cells_of, cells_of_plays, described_sessions
from jobs.published.differences import as_judged
from jobs.published.folding import fold_small
from jobs.published.release import release
from jobs.published.retention_monthly import retention_monthly
from jobs.published.searches_in_vain_weekly import searches_in_vain_weekly
from jobs.published.subscriber_value_monthly import subscriber_value_monthly
from jobs.published.title_moments_weekly import title_moments_weekly
from jobs.published.weekly import (
    experience_weekly,
    genre_demand_weekly,
    title_viewing_weekly,
    viewers_in_tens,
    viewing_clock_weekly,
    viewing_daily,
)
from jobs.storage.candidates import Candidate
from jobs.storage.lake import Lake, PublishedLake
from jobs.storage.local_rows import arrow_rows
from jobs.storage.spark_schema import spark_schema

# The sessions of so many weeks are folded together.
MOST_WEEKS_AT_ONCE = 4


class Due(NamedTuple):
    """First days of the weeks and months that are released now; up to which day retention is, where that is new."""

    weeks: list[date]
    months: list[date]
    retention_as_of: date | None


def due_for_release(lake: Lake, gold: PublishedLake, newest: date) -> Due:
    """What is over at the end of `newest`, and was not released yet: the first weeks of it, and all months.

    Of the months, those for which subscribers were valued up to their last day.
    """
    lake.suit_queries(VIEWING_SESSIONS)
    released = gold.read(RELEASES)
    monday = week_start("session_date").alias("period_start_date")
    weeks = gold.read(VIEWING_SESSIONS).select(monday).distinct()
    weeks_over = weeks.where(F.date_add("period_start_date", 6) <= F.lit(newest))
    months_over = (
        gold.read(SUBSCRIBERS)
        .where(F.col("as_of_date") == F.last_day("month_start_date"))
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
        values = subscriber_value_monthly(gold.read_dates(SUBSCRIBERS, "month_start_date", due.months))
        candidates.append(Candidate(SUBSCRIBER_VALUE_MONTHLY, lake.at_hand(values), due.months))
    if due.retention_as_of:
        curves = retention_monthly(lake.read(SUBSCRIPTIONS), due.retention_as_of)
        candidates.append(Candidate(RETENTION_MONTHLY, lake.at_hand(curves)))
    return candidates


def note_release(lake: Lake, due: Due, at: datetime) -> None:
    """What is noted is not released again."""
    noted = [(WEEK, start, at) for start in due.weeks] + [(MONTH, start, at) for start in due.months]
    if due.retention_as_of:
        noted.append((RETENTION, first_of_month(due.retention_as_of), at))
    lake.upsert(RELEASES, arrow_rows(noted, spark_schema(RELEASES.columns)))


def _new_as_of(released: DataFrame, as_of: date) -> date | None:
    """None where the curves up to that day were released."""
    is_released = (F.col("period") == RETENTION) & (F.col("period_start_date") == F.lit(first_of_month(as_of)))
    return as_of if released.where(is_released).isEmpty() else None


def _not_among(periods: DataFrame, released: DataFrame) -> list[date]:
    due = periods.join(released, on="period_start_date", how="left_anti")
    return sorted(row.period_start_date for row in due.collect())


def _of_weeks(lake: Lake, gold: PublishedLake, weeks: Sequence[date], unpublished: Sequence[str]) -> list[Candidate]:
    titles = lake.read(TITLES)
    days = [monday + timedelta(days=day) for monday in weeks for day in range(7)]
    shown = rows_of_shown_files(lake.spark, unpublished)
    sessions = described_sessions(gold.read_dates(VIEWING_SESSIONS, "session_date", days), titles).localCheckpoint()
    released, left = release(cells_of_plays(sessions))
    of_regions = fold_small(cells_of(EXPERIENCE_WEEKLY, sessions))
    differences = Candidate(DIFFERENCES, left.transform(as_judged).localCheckpoint())
    titles_released = title_viewing_weekly(sessions, released).localCheckpoint()
    ranges = gold.read_dates(PLAY_RANGES, "session_date", days)
    # Who goes on in a later week has left, so far as this one tells.
    exits = exits_of(
        ranges, sessions, gold.read_dates(TITLE_PROGRESS, "session_date", days), titles, apart_by=["week_start_date"]
    )
    happened = moment_ranges(ranges, sessions, exits).localCheckpoint()
    searches = shown(lake.read_dates(SEARCH_EVENTS, "event_date", days))
    rows = {
        VIEWING_DAILY: viewing_daily(sessions, released),
        VIEWING_CLOCK_WEEKLY: viewing_clock_weekly(sessions, released),
        TITLE_VIEWING_WEEKLY: titles_released,
        TITLE_MOMENTS_WEEKLY: title_moments_weekly(happened, titles_released),
        GENRE_DEMAND_WEEKLY: genre_demand_weekly(
            sessions, released, gold.read_dates(GENRE_DEMAND_DAILY, "session_date", days)
        ),
        SEARCHES_IN_VAIN_WEEKLY: searches_in_vain_weekly(searches_in_vain(searches, titles)),
        EXPERIENCE_WEEKLY: experience_weekly(sessions, of_regions),
    }
    return [
        differences,
        *(Candidate(table, lake.at_hand(found.transform(viewers_in_tens)), weeks) for table, found in rows.items()),
    ]
