"""Insights: what gold's sessions say about titles, the player, search and demand, and who goes on subscribing."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from jobs.contracts.gold import (
    EXPERIENCE_DAILY,
    GENRE_DEMAND_DAILY,
    HOURS_BY_DATE,
    HOURS_BY_MONTH,
    PLAY_RANGES,
    RECOMMENDATION_OUTCOMES,
    RETENTION_MONTHLY,
    SEARCH_DAILY,
    STALL_COST_MONTHLY,
    TITLE_ENGAGEMENT_DAILY,
    TITLE_ENGAGEMENT_WEEKLY,
    TITLE_MOMENTS,
    TITLE_PROGRESS,
    TITLE_REACTIONS_WEEKLY,
    TITLE_VALUE_MONTHLY,
    VIEWING_SESSIONS,
)
from jobs.contracts.silver import (
    BROWSE_EVENTS,
    REACTIONS,
    SEARCH_EVENTS,
    SUBSCRIPTIONS,
    TITLES,
)
from jobs.expressions.periods import first_of_month, monday_of
from jobs.gold.demand.genre_demand_daily import genre_demand_daily
from jobs.gold.demand.hours_by_date import hours_by_date
from jobs.gold.demand.hours_by_month import hours_by_month
from jobs.gold.demand.recommendation_outcomes import recommendation_outcomes
from jobs.gold.demand.search_daily import search_daily
from jobs.gold.experience.experience_daily import experience_daily
from jobs.gold.experience.stall_cost_monthly import stall_cost_monthly
from jobs.gold.sessions.newest_date import newest_dates
from jobs.gold.sessions.session_dates import days_around
from jobs.gold.shown_files import rows_of_shown_files
from jobs.gold.subscribers.retention_monthly import last_full_month, retention_monthly
from jobs.gold.titles.title_engagement_weekly import FIRST_DAYS, title_engagement_weekly
from jobs.gold.titles.title_moments import exits_of, happened_at_all, moments_with_other_exits, title_moments
from jobs.gold.titles.title_progress import REACH_DAYS, WITHIN_DAYS
from jobs.gold.titles.title_reactions_weekly import title_reactions_weekly
from jobs.gold.titles.title_value_monthly import FIRST_PLAY_WITHIN, title_value_monthly
from jobs.storage.lake import Lake

if TYPE_CHECKING:
    from expectations.gate import Gate


def build_insights(
    lake: Lake,
    session_dates: Sequence[date],
    gate: "Gate",
    load_id: str,
    today: date,
    unpublished: Sequence[str] = (),
) -> None:
    """Computes the insights of these session dates anew, those of the periods that they bear on, and retention.

    They follow what gold has published, and silver without the files that are `unpublished`.
    Every table is judged before the first is written. Raises `jobs.errors.GateFailedError`.
    """
    lake.suit_queries(VIEWING_SESSIONS, days_around(session_dates, before=WITHIN_DAYS, after=REACH_DAYS))
    gold = lake.published()
    titles = lake.read(TITLES).localCheckpoint()
    subscriptions = lake.read(SUBSCRIPTIONS)
    shown = rows_of_shown_files(lake.spark, unpublished)
    titles_shown_of = partial(lake.read_dates, BROWSE_EVENTS, "event_date")
    searches_of = partial(lake.read_dates, SEARCH_EVENTS, "event_date")
    reactions_of = partial(lake.read_dates, REACTIONS, "event_date")
    sessions_of = partial(gold.read_dates, VIEWING_SESSIONS, "session_date")
    ranges_of = partial(gold.read_dates, PLAY_RANGES, "session_date")
    progress_of = partial(gold.read_dates, TITLE_PROGRESS, "session_date")
    engagement_of = partial(gold.read_dates, TITLE_ENGAGEMENT_DAILY, "session_date")

    sessions = sessions_of(session_dates).localCheckpoint()
    newest, newest_of_others = newest_dates(gold.read(VIEWING_SESSIONS), session_dates, today)
    weeks, weeks_with_first_days = weeks_of(session_dates), weeks_with_first_days_of(session_dates)
    months_played = months_of(session_dates)
    months = months_with_value_of(session_dates, newest_of_others)
    search_dates = days_around(session_dates, before=1)
    weeks_shown = weeks_of(search_dates)
    # And the day after: what is shown and played then is not the outcome of what was shown before.
    days_of_showings = days_around(weeks_shown, after=7)
    days_after_searches = days_around(search_dates, after=1)
    days_to_first_plays = days_around(days_of_months(months), before=FIRST_PLAY_WITHIN.days)
    days_with_exits = days_around(session_dates, before=WITHIN_DAYS - 1, after=REACH_DAYS)
    exits = exits_of(
        ranges_of(days_with_exits),
        sessions_of(days_around(days_with_exits, after=WITHIN_DAYS - 1)),
        progress_of(days_with_exits),
        titles,
    ).localCheckpoint()
    is_due = F.col("session_date").isin(session_dates)

    rows = {
        TITLE_ENGAGEMENT_WEEKLY: title_engagement_weekly(
            engagement_of(days_around(weeks_with_first_days, FIRST_DAYS, 6)), titles
        ),
        TITLE_MOMENTS: title_moments(ranges_of(session_dates), sessions, exits.where(is_due)),
        TITLE_REACTIONS_WEEKLY: title_reactions_weekly(shown(reactions_of(days_around(weeks, after=6)))),
        EXPERIENCE_DAILY: experience_daily(sessions),
        STALL_COST_MONTHLY: stall_cost_monthly(sessions_of(days_of_months(months_played))),
        SEARCH_DAILY: search_daily(shown(searches_of(days_after_searches)), sessions_of(days_after_searches)),
        GENRE_DEMAND_DAILY: genre_demand_daily(sessions, shown(searches_of(session_dates)), titles),
        TITLE_VALUE_MONTHLY: title_value_monthly(
            sessions_of(days_to_first_plays), progress_of(days_of_months(months)), titles, subscriptions, newest
        ),
        RECOMMENDATION_OUTCOMES: recommendation_outcomes(
            shown(titles_shown_of(days_of_showings)), sessions_of(days_of_showings), titles
        ),
    }
    partitions = dict.fromkeys(rows, session_dates) | {
        TITLE_ENGAGEMENT_WEEKLY: weeks_with_first_days,
        TITLE_REACTIONS_WEEKLY: weeks,
        STALL_COST_MONTHLY: months_played,
        SEARCH_DAILY: search_dates,
        TITLE_VALUE_MONTHLY: months,
        RECOMMENDATION_OUTCOMES: weeks_shown,
    }
    candidates = {
        table: lake.at_hand(found.where(F.col(table.partitioned_by[0]).isin(partitions[table])))
        for table, found in rows.items()
    }
    other_days = sorted(set(days_with_exits).difference(session_dates))
    other_exits = moments_with_other_exits(
        lake.read_dates(TITLE_MOMENTS, "session_date", other_days), exits.where(~is_due), sessions_of(other_days)
    ).localCheckpoint()
    other_moments = lake.at_hand(other_exits.where(happened_at_all()))
    retention = lake.at_hand(retention_monthly(subscriptions, last_full_month(newest)))
    demand, values = (lake.in_spark(candidates[table]) for table in (GENRE_DEMAND_DAILY, TITLE_VALUE_MONTHLY))
    sums = {
        HOURS_BY_DATE: hours_by_date(sessions, engagement_of(session_dates), demand),
        HOURS_BY_MONTH: hours_by_month(values, engagement_of(days_of_months(months))),
    }
    for table, found in candidates.items():
        gate.judge(table, found, load_id)
    gate.judge(TITLE_MOMENTS, other_moments, load_id)
    gate.judge(RETENTION_MONTHLY, retention, load_id)
    for table, found in sums.items():
        gate.judge(table, lake.at_hand(found), load_id)
    if not other_exits.isEmpty():
        lake.replace_keys(TITLE_MOMENTS, other_moments, other_exits.select(*TITLE_MOMENTS.key), dates=other_days)
    for table, found in candidates.items():
        lake.replace_dates(table, found, partitions[table])
    lake.replace_all(RETENTION_MONTHLY, retention)


def weeks_with_first_days_of(session_dates: Iterable[date]) -> list[date]:
    """Mondays of the weeks whose ranking a play on these dates changes: views of a title's first days add up."""
    return weeks_of(days_around(session_dates, after=FIRST_DAYS - 1))


def weeks_of(days: Iterable[date]) -> list[date]:
    """Mondays of the weeks of these days."""
    return sorted({monday_of(day) for day in days})


def months_with_value_of(session_dates: Iterable[date], newest_before: date | None) -> list[date]:
    """First days of the months whose titles a play on these dates values otherwise.

    It may be a subscriber's first in the place of a later one, or complete a title with later ones. And of the month
    that was not over on `newest_before`, more days of the licences are over now.
    """
    days = days_around(session_dates, after=max(FIRST_PLAY_WITHIN.days, REACH_DAYS))
    if newest_before and newest_before != _last_day(newest_before):
        days.append(newest_before)
    return months_of(days)


def months_of(days: Iterable[date]) -> list[date]:
    """First days of the months of these days."""
    return sorted({first_of_month(day) for day in days})


def days_of_months(months: Iterable[date]) -> list[date]:
    """All days of the months that begin on these dates."""
    return [first + timedelta(days=number) for first in months for number in range(_last_day(first).day)]


def _last_day(of_month: date) -> date:
    return of_month.replace(day=monthrange(of_month.year, of_month.month)[1])
