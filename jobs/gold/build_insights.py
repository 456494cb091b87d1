"""Insights: what gold's sessions say about titles, the player, search and demand, and who goes on subscribing."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.gold.experience_daily import experience_daily
from jobs.gold.genre_demand_daily import genre_demand_daily
from jobs.gold.hours_by_date import hours_by_date
from jobs.gold.played_intervals import order_events
from jobs.gold.retention_monthly import last_full_month, retention_monthly
from jobs.gold.search_daily import search_daily
from jobs.gold.session_dates import dates_of_sessions, days_around, newest_date
from jobs.gold.title_engagement_weekly import FIRST_DAYS, title_engagement_weekly
from jobs.gold.title_moments import title_moments
from jobs.lake import Lake
from jobs.local_rows import local_rows
from jobs.tables.gold import (
    EXPERIENCE_DAILY,
    GENRE_DEMAND_DAILY,
    HOURS_BY_DATE,
    RETENTION_MONTHLY,
    SEARCH_DAILY,
    TITLE_ENGAGEMENT_DAILY,
    TITLE_ENGAGEMENT_WEEKLY,
    TITLE_MOMENTS,
    VIEWING_SESSIONS,
)
from jobs.tables.silver import PLAYBACK_EVENTS, REPORTED_VIEWINGS, SEARCH_EVENTS, SUBSCRIPTIONS, TITLES

if TYPE_CHECKING:
    from expectations.gate import Gate


def build_insights(
    lake: Lake, dates: Sequence[date], gate: "Gate", load_id: str, unpublished: Sequence[str] = ()
) -> None:
    """Computes the insights of these session dates anew, those of the days and weeks that they bear on, and retention.

    They follow what gold has published, and silver without the files that are `unpublished`.
    Every table is judged before the first is written. Raises `jobs.errors.GateFailedError`.
    """
    gold = lake.published()
    titles = lake.read(TITLES).localCheckpoint()
    hidden = F.broadcast(local_rows(lake.spark, [(name,) for name in unpublished], "batch_id string"))

    def shown(rows: DataFrame) -> DataFrame:
        return rows.join(hidden, on="batch_id", how="left_anti") if unpublished else rows

    events_of = partial(lake.read_dates, PLAYBACK_EVENTS, "event_date")
    searches_of = partial(lake.read_dates, SEARCH_EVENTS, "event_date")
    reported_of = partial(lake.read_dates, REPORTED_VIEWINGS, "session_date")
    sessions_of = partial(gold.read_dates, VIEWING_SESSIONS, "session_date")
    engagement_of = partial(gold.read_dates, TITLE_ENGAGEMENT_DAILY, "session_date")

    session_dates, event_dates = dates_of_sessions(events_of, reported_of, dates)
    sessions = sessions_of(session_dates).localCheckpoint()
    ordered = shown(events_of(event_dates)).transform(order_events).localCheckpoint()
    weeks = weeks_with_first_days_of(session_dates)
    search_dates = days_around(session_dates, before=1)
    days_after_searches = days_around(search_dates, after=1)

    rows = {
        TITLE_ENGAGEMENT_WEEKLY: title_engagement_weekly(engagement_of(days_around(weeks, FIRST_DAYS, 6)), titles),
        TITLE_MOMENTS: title_moments(ordered, sessions),
        EXPERIENCE_DAILY: experience_daily(sessions),
        SEARCH_DAILY: search_daily(shown(searches_of(days_after_searches)), sessions_of(days_after_searches)),
        GENRE_DEMAND_DAILY: genre_demand_daily(sessions, shown(searches_of(session_dates)), titles),
    }
    partitions = dict.fromkeys(rows, session_dates) | {TITLE_ENGAGEMENT_WEEKLY: weeks, SEARCH_DAILY: search_dates}
    candidates = {
        table: found.where(F.col(table.partitioned_by[0]).isin(partitions[table])).localCheckpoint()
        for table, found in rows.items()
    }
    retention = retention_monthly(
        lake.read(SUBSCRIPTIONS), last_full_month(newest_date(gold.read(VIEWING_SESSIONS)))
    ).localCheckpoint()
    hours = hours_by_date(sessions, engagement_of(session_dates), candidates[GENRE_DEMAND_DAILY]).localCheckpoint()
    for table, found in [*candidates.items(), (RETENTION_MONTHLY, retention), (HOURS_BY_DATE, hours)]:
        gate.judge(table, found, load_id)
    for table, found in candidates.items():
        lake.replace_dates(table, found, partitions[table])
    lake.replace_all(RETENTION_MONTHLY, retention)


def weeks_with_first_days_of(session_dates: Iterable[date]) -> list[date]:
    """Mondays of the weeks whose ranking a play on these dates changes: views of a title's first days add up."""
    days = days_around(session_dates, after=FIRST_DAYS - 1)
    return sorted({day - timedelta(days=day.weekday()) for day in days})
