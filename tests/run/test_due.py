"""Which periods are due, held against the plain reading: a period is due if a day that it reads is new."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.contracts.gold import (
    FIRST_DAYS,
    RECOMMENDATION_OUTCOMES,
    SEARCH_DAILY,
    STALL_COST_MONTHLY,
    TITLE_ENGAGEMENT_DAILY,
    TITLE_ENGAGEMENT_WEEKLY,
    TITLE_MOMENTS,
    TITLE_PROGRESS,
    TITLE_VALUE_MONTHLY,
    VIEWING_CLOCK,
    VIEWING_SESSIONS,
)
from jobs.contracts.silver import BROWSE_EVENTS, SEARCH_EVENTS
from jobs.contracts.table import Table
from jobs.run.due import changed_by, days_read, periods_due, periods_of, tables_in_order
from jobs.run.gold import due_of_gold, due_of_plays

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
LATER = date(2028, 1, 1)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
OF_SESSIONS = [VIEWING_CLOCK, STALL_COST_MONTHLY, SEARCH_DAILY, TITLE_MOMENTS]


@pytest.mark.parametrize("table", OF_SESSIONS, ids=lambda table: table.name)
@given(new=st.lists(DAYS, min_size=1, max_size=4, unique=True))
def test_a_period_is_due_if_a_day_that_it_reads_is_new(table: Table, new: list[date]) -> None:
    around = [day + timedelta(days=shift) for day in new for shift in range(-60, 61)]
    read = next(read for read in table.reads.values() if read.table == VIEWING_SESSIONS)
    expected = [one for one in periods_of(table, around) if set(days_read(table, [one], read)).intersection(new)]
    assert periods_due(table, {VIEWING_SESSIONS: new}, LATER) == expected


@given(DAYS)
def test_a_play_makes_the_weeks_due_in_which_a_titles_first_days_may_hold_it(day: date) -> None:
    """Released on the day of the play itself, a title counts it until its own last of the first days."""
    first_days = [day + timedelta(days=number) for number in range(FIRST_DAYS)]
    due = periods_due(TITLE_ENGAGEMENT_WEEKLY, {TITLE_ENGAGEMENT_DAILY: [day]}, LATER)
    assert due == sorted({first - timedelta(days=first.weekday()) for first in first_days})


@pytest.mark.parametrize(
    ("day", "weeks"),
    [(JUNE, [date(2026, 5, 25), JUNE]), (date(2026, 6, 3), [JUNE])],
    ids=["a Monday in UTC is still last week for some viewers", "a Wednesday lies in one week everywhere"],
)
def test_local_weeks(day: date, weeks: list[date]) -> None:
    assert periods_due(VIEWING_CLOCK, {VIEWING_SESSIONS: [day]}, LATER) == weeks


def test_on_the_last_sunday_some_viewers_have_monday_already() -> None:
    sunday = JUNE - timedelta(days=1)
    assert periods_due(VIEWING_CLOCK, {VIEWING_SESSIONS: [sunday]}, newest=sunday) == [date(2026, 5, 25), JUNE]


def test_what_was_searched_before_midnight_is_played_after_it() -> None:
    assert periods_due(SEARCH_DAILY, {VIEWING_SESSIONS: [JUNE]}, LATER) == [date(2026, 5, 31), JUNE]
    assert periods_due(SEARCH_DAILY, {SEARCH_EVENTS: [JUNE]}, LATER) == [date(2026, 5, 31), JUNE]


def test_a_play_may_bear_on_what_was_completed_in_the_next_54_days() -> None:
    """27 days in which a later play adds to it, and of the last of these as many in which it counts as completed."""
    due = due_of_plays([JUNE], LATER)[TITLE_PROGRESS]
    assert (due[0], due[-1], len(due)) == (JUNE, JUNE + timedelta(days=54), 55)
    assert due_of_gold([date(2026, 4, 7)], LATER, None)[TITLE_VALUE_MONTHLY] == [date(2026, 4, 1), MAY]
    assert due_of_gold([date(2026, 4, 8)], LATER, None)[TITLE_VALUE_MONTHLY] == [date(2026, 4, 1), MAY, JUNE]


def test_of_days_that_nobody_knows_yet_nothing_is_due() -> None:
    assert due_of_plays([JUNE], newest=JUNE)[TITLE_PROGRESS] == [JUNE]


@pytest.mark.parametrize(("newest_before", "months"), [(date(2026, 5, 30), [MAY, JULY]), (None, [JULY])])
def test_a_month_that_was_not_over_costs_more_when_it_is(newest_before: date | None, months: Sequence[date]) -> None:
    """However long nothing came."""
    assert due_of_gold([JULY], JULY, newest_before)[TITLE_VALUE_MONTHLY] == months


def test_what_is_derived_is_due_where_what_it_is_derived_of_is() -> None:
    changed = changed_by([TITLE_ENGAGEMENT_DAILY, TITLE_PROGRESS], {VIEWING_SESSIONS: [JUNE]}, JUNE + timedelta(days=1))
    assert changed[TITLE_ENGAGEMENT_DAILY] == [JUNE, JUNE + timedelta(days=1)]


def test_a_table_comes_after_those_that_it_reads() -> None:
    tables = [TITLE_ENGAGEMENT_WEEKLY, TITLE_ENGAGEMENT_DAILY, TITLE_PROGRESS]
    assert tables_in_order(tables) == [TITLE_PROGRESS, TITLE_ENGAGEMENT_DAILY, TITLE_ENGAGEMENT_WEEKLY]


def test_showings_of_sunday_are_played_on_monday() -> None:
    """And what was played is begun for four weeks."""
    weeks = [date(2026, 5, 25) + timedelta(weeks=number) for number in range(6)]
    assert periods_due(RECOMMENDATION_OUTCOMES, {VIEWING_SESSIONS: [JUNE]}, LATER) == weeks
    assert periods_due(RECOMMENDATION_OUTCOMES, {BROWSE_EVENTS: [JUNE]}, LATER) == weeks[:2]
