"""Signals by hand, and that nothing in them is from after their date."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.audience.account_signals import account_signals
from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.contracts.silver import SUBSCRIPTIONS
from jobs.gold.subscribers.tenures import paid_periods
from tests.factories import make_rows

AS_OF = date(2026, 6, 28)
END = datetime(2026, 6, 29, tzinfo=UTC)
NOT_PLAYED = (None, 0, 0.0, None)


def moment(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def days_before(*days: int, hours: float = 1.0) -> list[tuple[date, float]]:
    return [(AS_OF - timedelta(days=day), hours) for day in days]


Period = tuple[str, datetime, datetime | None]
# Account: periods; plays by date and hours; days since the last, days and hours of 28, trend; or none where no row.
ACCOUNTS: dict[str, tuple[list[Period], list[tuple[date, float]], tuple[Any, ...] | None]] = {
    "plays every week": ([("basic", moment(1, 29), None)], days_before(1, 8, 15, 22), (1, 4, 4.0, 1.0)),
    "twice on a day": ([("basic", moment(1, 29), None)], days_before(0, 0, hours=2.0), (0, 1, 4.0, None)),
    "fades": ([("basic", moment(1, 29), None)], [*days_before(13), *days_before(14, hours=4.0)], (13, 2, 5.0, 0.25)),
    "the first day of the window": ([("basic", moment(1, 29), None)], days_before(27), (27, 1, 1.0, 0.0)),
    "the day before it": ([("basic", moment(1, 29), None)], days_before(28), NOT_PLAYED),
    "only the day after": ([("basic", moment(1, 29), None)], days_before(-1), NOT_PLAYED),
    "nothing watched": ([("basic", moment(1, 29), None)], days_before(2, hours=0.0), NOT_PLAYED),
    "left the day before": ([("basic", moment(1, 29), moment(6, 27, 23))], days_before(3), None),
    "may still renew": ([("basic", moment(1, 29), moment(6, 28))], days_before(3), (3, 1, 1.0, None)),
    "left at midnight": ([("basic", moment(1, 29), END)], [], NOT_PLAYED),
    "between two periods": (
        [("basic", moment(1, 1), moment(6, 28, 20)), ("basic", moment(6, 29, 6), None)],
        [],
        NOT_PLAYED,
    ),
    "came later": ([("basic", END, None)], [], None),
}
# Periods; months at the end of 28 June, and the plan.
SUBSCRIBED: dict[str, tuple[list[Period], float, str]] = {
    "since January": ([("basic", moment(1, 29), None)], 5.0, "basic"),
    "a day's gap": ([("basic", moment(3, 29), moment(5, 1)), ("premium", moment(5, 2), None)], 3.0, "premium"),
    "a longer gap": ([("basic", moment(3, 29), moment(5, 1)), ("premium", moment(5, 29, 0), None)], 1.0, "premium"),
    "another plan tomorrow": ([("basic", moment(3, 29), END), ("premium", END, None)], 3.0, "basic"),
}


def signals(
    spark: SparkSession,
    periods: Mapping[str, Sequence[Period]],
    plays: Mapping[str, Sequence[tuple[date, float]]],
    known_on: date,
    as_of: date = AS_OF,
) -> dict[str, Row]:
    paid = [
        {"key_epoch": 1, "account_key": account, "plan": plan, "started_at": start, "ended_at": end}
        for account, theirs in periods.items()
        for plan, start, end in theirs
    ]
    watched = [
        {"account_key": account, "session_date": day, "watched_seconds": 3600 * hours, "session_id": f"{account}-{n}"}
        for account, theirs in plays.items()
        for n, (day, hours) in enumerate(theirs)
    ]
    subscriptions, sessions = make_rows(spark, SUBSCRIPTIONS, paid), make_rows(spark, VIEWING_SESSIONS, watched)
    found = account_signals(paid_periods(subscriptions, known_on), sessions, [as_of]).drop("tenure_paid_until")
    return {row.account_key: row for row in found.collect()}


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, Row]:
    periods = {name: account[0] for name, account in ACCOUNTS.items()} | {n: a[0] for n, a in SUBSCRIBED.items()}
    plays = {name: account[1] for name, account in ACCOUNTS.items()}
    return signals(spark, periods, plays, known_on=date(2026, 8, 31))


@pytest.mark.parametrize("account", ACCOUNTS)
def test_how_an_account_watched_in_the_28_days_to_the_date(found: dict[str, Row], account: str) -> None:
    expected = ACCOUNTS[account][2]
    row = found.get(account)
    signs = ("days_since_last_play", "active_days_28", "watched_hours_28", "engagement_trend")
    assert (row and tuple(row[name] for name in signs)) == expected


@pytest.mark.parametrize("account", SUBSCRIBED)
def test_for_how_long_and_to_what_it_subscribes(found: dict[str, Row], account: str) -> None:
    _, months, plan = SUBSCRIBED[account]
    assert (found[account].months_subscribed, found[account].plan) == (pytest.approx(months), plan)


# What happens after 28 June, each time otherwise than before.
LATER_PERIODS: list[Period] = [("premium", moment(7, 10), None)]
LATER_PLAYS = days_before(-1, -2, -3, -8, hours=5.0)


def leaks(spark: SparkSession, as_of: date) -> bool:
    """Whether signals that should be those of 28 June are others once it is known what came after."""
    before: list[Period] = [("basic", moment(1, 29), moment(7, 9, 12))]
    plays = days_before(1, 8, 15)
    then = signals(spark, {"ann": before}, {"ann": plays}, known_on=AS_OF)
    after = signals(
        spark, {"ann": before + LATER_PERIODS}, {"ann": plays + LATER_PLAYS}, known_on=date(2026, 8, 31), as_of=as_of
    )
    return {**then["ann"].asDict(), "as_of_date": as_of} != after["ann"].asDict()


def test_an_account_whose_latest_key_is_an_earlier_one_has_no_signals(spark: SparkSession) -> None:
    """Its plays are under a key of which nobody knows that it is its."""
    plain = {"plan": "basic", "started_at": datetime(2026, 1, 1, tzinfo=UTC)}
    rows = [
        plain | {"account_link": "a", "account_key": "a, by the earlier key", "key_epoch": 1},
        plain | {"account_link": "a", "account_key": "a", "key_epoch": 2},
        plain | {"account_link": "b", "account_key": "b, by the earlier key", "key_epoch": 1},
    ]
    found = paid_periods(make_rows(spark, SUBSCRIPTIONS, rows), AS_OF).collect()
    assert [row.account_key for row in found] == ["a"]


def test_nothing_in_the_signals_is_from_after_their_date(spark: SparkSession) -> None:
    assert not leaks(spark, AS_OF)


def test_a_planted_leak_of_one_day_is_noticed(spark: SparkSession) -> None:
    assert leaks(spark, AS_OF + timedelta(days=1))
