import doctest
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from jobs.audience import churn_examples as module
from jobs.audience.churn_examples import (
    churn_examples,
    days_missing,
    known_since,
    labelled_weeks,
    split_weeks,
)
from jobs.contracts.gold import HORIZON_DAYS, VIEWING_SESSIONS
from jobs.contracts.silver import SUBSCRIPTIONS
from jobs.gold.subscribers.tenures import paid_periods
from tests.factories import make_rows

SINCE = date(2026, 1, 5)
WEEK = date(2026, 2, 1)
END = datetime(2026, 2, 2, tzinfo=UTC)
# How long after the end of the week a subscription ends, and for how long then not: whether the account leaves.
DAYS, HOUR = timedelta(days=1), timedelta(hours=1)
LEAVES: dict[str, tuple[timedelta | None, timedelta | None, float]] = {
    "goes on": (None, None, 0.0),
    "at once": (0 * DAYS, None, 1.0),
    "after 29 days": (29 * DAYS, None, 1.0),
    "after 30 days": (30 * DAYS, None, 1.0),
    "an hour after 30 days": (30 * DAYS + HOUR, None, 0.0),
    "after 31 days": (31 * DAYS, None, 0.0),
    "back after a day": (10 * DAYS, 1 * DAYS, 0.0),
    "back after more than a day": (10 * DAYS, 1 * DAYS + HOUR, 1.0),
    "on the last day, back on the next": (30 * DAYS, 23 * HOUR, 0.0),
}


def test_who_leaves_within_30_days(spark: SparkSession) -> None:
    rows = []
    for account, (until_end, gap, _) in LEAVES.items():
        end = None if until_end is None else END + until_end
        paid = {"key_epoch": 1, "account_key": account}
        rows.append({**paid, "started_at": datetime(2026, 1, 1, tzinfo=UTC), "ended_at": end})
        if end and gap:
            rows.append({**paid, "started_at": end + gap, "ended_at": None})
    # The first day on which this week's outcome is known.
    known_on = WEEK + timedelta(days=HORIZON_DAYS + 1)
    assert labelled_weeks(SINCE, known_on) == [WEEK]
    periods = paid_periods(make_rows(spark, SUBSCRIPTIONS, rows), known_on)
    found = churn_examples(periods, make_rows(spark, VIEWING_SESSIONS, []), [WEEK]).collect()
    assert {row.account_key: row.leaves for row in found} == {name: leaves for name, (_, _, leaves) in LEAVES.items()}


@pytest.mark.parametrize(("days", "is_known"), [(29, False), (30, False), (31, True)])
def test_a_week_counts_once_30_days_and_the_day_of_coming_back_are_over(days: int, is_known: bool) -> None:
    assert (labelled_weeks(SINCE, WEEK + timedelta(days=days)) == [WEEK]) == is_known


def test_a_week_counts_where_the_28_days_before_are_known() -> None:
    a_day_less = labelled_weeks(SINCE + timedelta(days=1), WEEK + timedelta(days=31))
    assert (labelled_weeks(SINCE, WEEK + timedelta(days=31)), a_day_less) == ([WEEK], [])


@given(st.integers(0, 900))
def test_no_part_knows_an_outcome_of_the_next(days: int) -> None:
    weeks = labelled_weeks(SINCE, SINCE + timedelta(days=days))
    learnt, calibrated, tested = split_weeks(weeks)
    assert tested == weeks[len(weeks) - len(tested) :]
    assert sorted(learnt + calibrated) == learnt + calibrated
    for part, later in ((learnt, calibrated), (calibrated, tested)):
        assert all(week + timedelta(days=HORIZON_DAYS) <= later[0] for week in part)
    if len(weeks) >= 4:
        assert len(tested) / len(weeks) == pytest.approx(0.25, abs=0.51 / len(weeks))
    assert len(weeks) <= 52


def test_thirteen_weeks_are_enough_and_the_days_until_then_are_told() -> None:
    """The 13th Sunday of which the 28 days before are known is 26 April, and its outcome on 27 May.

    1 February is learnt from: on 3 March it is over, five weeks before 8 March, which is over on 7 April.
    """
    enough = date(2026, 5, 27)
    weeks = split_weeks(labelled_weeks(SINCE, enough))
    tested = [date(2026, 4, 12), date(2026, 4, 19), date(2026, 4, 26)]
    assert weeks == ([date(2026, 2, 1)], [date(2026, 3, 8)], tested)
    assert [days_missing(SINCE, enough - timedelta(days=days)) for days in (0, 1, 142)] == [0, 1, 142]


def test_one_wrong_clock_begins_no_history(spark: SparkSession) -> None:
    accounts = [f"account-{number}" for number in range(10)]
    played = [{"account_key": account, "session_date": SINCE, "watched_seconds": 60.0} for account in accounts]
    others = [
        {"account_key": accounts[0], "session_date": date(1996, 1, 1)},
        *({"account_key": f"earlier key {number}", "session_date": date(2025, 1, 1)} for number in range(10)),
    ]
    sessions = make_rows(spark, VIEWING_SESSIONS, [*played, *others])
    paid = [{"key_epoch": 1, "account_key": account} for account in accounts]
    periods = paid_periods(make_rows(spark, SUBSCRIPTIONS, paid), date(2026, 6, 2))
    assert known_since(sessions, periods) == SINCE


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(module).failed == 0
