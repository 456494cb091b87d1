import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import Row, SparkSession
from scipy.stats import CensoredData, ecdf

from jobs.contracts.silver import SUBSCRIPTIONS
from jobs.gold.subscribers.retention_monthly import last_full_month, retention_monthly
from jobs.gold.subscribers.tenures import LONGEST_GAP
from tests.factories import make_rows

SECOND = timedelta(seconds=1)
AS_OF, UNTIL = date(2026, 5, 31), datetime(2026, 6, 1, tzinfo=UTC)
JANUARY, FEBRUARY, MARCH, APRIL = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)


def day(month: int, of_month: int, hour: int = 0) -> datetime:
    return datetime(2026, month, of_month, hour, tzinfo=UTC)


# Plan, beginning and end.
Period = tuple[str, datetime, datetime | None]
PERIODS: dict[str, list[Period]] = {
    "left in the second month": [("basic", day(1, 1), day(2, 15))],
    "left after two months": [("basic", day(1, 1), day(3, 1))],
    "changed the plan, and left": [("basic", day(1, 1), day(2, 1)), ("premium", day(2, 1, 12), day(4, 20))],
    "still there": [("basic", day(1, 1), None)],
    "left, but nobody knew so far": [("basic", day(1, 1), day(6, 2))],
    "renews every month at midnight": [("basic", day(2, 1), day(3, 1)), ("basic", day(3, 1), UNTIL - SECOND)],
    "left in April, and came back in May": [("basic", day(3, 10), day(4, 10)), ("premium", day(5, 5), None)],
    "came in March": [("premium", day(3, 20), None)],
    "came later": [("basic", day(6, 1), None)],
    "left within a week": [("basic", day(4, 5), day(4, 11))],
    "left within weeks": [("basic", day(4, 6), day(4, 24))],
}
# Signed up in, for, so many months ago: how many signed up, left, were followed for longer, and the share that is kept.
KEPT = {
    (JANUARY, "basic", 0): (5, 0, 5, 1.0),
    (JANUARY, "basic", 1): (5, 0, 5, 1.0),
    (JANUARY, "basic", 2): (5, 2, 3, 4 / 5 * 3 / 4),
    (JANUARY, "basic", 3): (5, 2, 3, 4 / 5 * 3 / 4),
    (JANUARY, "basic", 4): (5, 3, 2, 4 / 5 * 3 / 4 * 2 / 3),
    (JANUARY, "basic", 5): (5, 3, 0, 4 / 5 * 3 / 4 * 2 / 3),
    (FEBRUARY, "basic", 0): (1, 0, 1, 1.0),
    (FEBRUARY, "basic", 1): (1, 0, 1, 1.0),
    (FEBRUARY, "basic", 2): (1, 0, 1, 1.0),
    (FEBRUARY, "basic", 3): (1, 0, 1, 1.0),
    (MARCH, "basic", 0): (1, 0, 1, 1.0),
    (MARCH, "basic", 1): (1, 1, 0, 0.0),
    (MARCH, "basic", 2): (1, 1, 0, 0.0),
    (MARCH, "premium", 0): (1, 0, 1, 1.0),
    (MARCH, "premium", 1): (1, 0, 1, 1.0),
    (MARCH, "premium", 2): (1, 0, 1, 1.0),
    (MARCH, "all", 0): (2, 0, 2, 1.0),
    (MARCH, "all", 1): (2, 1, 1, 0.5),
    (MARCH, "all", 2): (2, 1, 1, 0.5),
    (APRIL, "basic", 0): (2, 0, 2, 1.0),
    (APRIL, "basic", 1): (2, 2, 0, 0.0),
    (date(2026, 5, 1), "premium", 0): (1, 0, 1, 1.0),
}


def curves(spark: SparkSession, periods: dict[str, list[Period]], earlier_epoch: Sequence[str] = ()) -> list[Row]:
    rows: list[dict[str, Any]] = [
        {
            "key_epoch": 1 if account in earlier_epoch else 2,
            "account_key": account,
            "plan": plan,
            "started_at": start,
            "ended_at": end,
        }
        for account, theirs in periods.items()
        for plan, start, end in theirs
    ]
    return retention_monthly(make_rows(spark, SUBSCRIPTIONS, rows), AS_OF).collect()


def test_worked_example(spark: SparkSession) -> None:
    found: dict[tuple[date, str, int], Any] = {
        (row.signup_month, row.plan, row.months_since): (
            *(row.subscribers, row.left_subscribers, row.followed_subscribers),
            pytest.approx(row.kept_share),
        )
        for row in curves(spark, PERIODS)
    }
    # Where there is one plan, all plans together are the same.
    together = {(month, "all", since): row for (month, _, since), row in KEPT.items() if month != MARCH}
    assert found == KEPT | together


def test_after_a_key_rotation_an_account_goes_on_and_nobody_is_hidden(spark: SparkSession) -> None:
    """One account is landed again under the new key, and has left; of the other nothing came since."""
    told = {"plan": "basic", "started_at": day(1, 1)}
    one = {"account_link": "the one", "account_key": "by the earlier key", "key_epoch": 1}
    again = {"account_link": "the one", "account_key": "by the latest key", "key_epoch": 2, "ended_at": day(1, 20)}
    other = {"account_link": "the other", "account_key": "by the earlier key only", "key_epoch": 1}
    rows = make_rows(spark, SUBSCRIPTIONS, [told | row for row in (one, again, other)])
    as_one_epoch: dict[str, list[Period]] = {
        "the one": [("basic", day(1, 1), day(1, 20))],
        "the other": [("basic", day(1, 1), None)],
    }
    assert retention_monthly(rows, AS_OF).collect() == curves(spark, as_one_epoch)


def test_of_rows_without_links_those_of_the_latest_epoch_count(spark: SparkSession) -> None:
    """The earlier ones are of the same people, and nobody hears any more when they leave."""
    earlier: dict[str, list[Period]] = {"known by the earlier key": [("basic", day(1, 1), None)]}
    latest: dict[str, list[Period]] = {"known by the latest key": [("basic", day(1, 1), day(1, 20))]}
    assert curves(spark, earlier | latest, earlier_epoch=list(earlier)) == curves(spark, latest)


def test_overlapping_periods_of_one_plan_are_one_time_of_subscribing(spark: SparkSession) -> None:
    plain: dict[str, list[Period]] = {
        "goes on": [("basic", day(1, 1), None)],
        "left": [("basic", day(1, 1), day(3, 20))],
    }
    overlapping: dict[str, list[Period]] = {
        "goes on": [("basic", day(1, 1), None), ("basic", day(1, 2), None), ("basic", day(2, 1), day(2, 10))],
        "left": [("basic", day(1, 1), day(3, 10)), ("basic", day(2, 1), day(3, 20))],
    }
    assert curves(spark, overlapping) == curves(spark, plain)


# The day of January of signing up, and how many days later they left, if they did.
ACCOUNTS = st.lists(st.tuples(st.integers(1, 27), st.none() | st.integers(0, 160)), min_size=2, max_size=40)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@given(ACCOUNTS)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_shares_and_intervals_are_those_of_scipy(spark: SparkSession, accounts: list[tuple[int, int | None]]) -> None:
    periods: dict[str, list[Period]] = {}
    left, followed = [], []
    for number, (signed_up, days) in enumerate(accounts):
        start = day(1, signed_up)
        end = None if days is None else start + timedelta(days=days)
        periods[str(number)] = [("basic", start, end)]
        if end is not None and end + LONGEST_GAP < UNTIL:
            left.append(months_between(start, end))
        else:
            followed.append(months_between(start, min(end or UNTIL, UNTIL)))
    found = curves(spark, periods)
    share = ecdf(CensoredData(uncensored=left, right=followed)).sf
    interval = share.confidence_interval(0.95, method="log-log")
    longest = max([*left, *followed])
    if not share.evaluate(longest):
        longest = max(months_between(start, UNTIL) for ((_, start, _),) in periods.values())
    assert {row.months_since for row in found} == set(range(math.floor(longest) + 1))
    for row in found:
        kept = share.evaluate(row.months_since)
        assert row.kept_share == pytest.approx(kept)
        ends = (row.kept_share_low, row.kept_share_high)
        if 0 < kept < 1:
            expected = tuple(float(of.evaluate(row.months_since)) for of in (interval.low, interval.high))
            assert ends == pytest.approx(expected)
        else:
            assert ends == (None, None)


def months_between(start: datetime, end: datetime) -> float:
    """As Spark counts them, but for days that both end a month: a day more is a 31st of a month."""
    return 12 * (end.year - start.year) + end.month - start.month + (end.day - start.day) / 31


@pytest.mark.parametrize(
    ("newest", "last"),
    [
        (date(2026, 6, 14), date(2026, 5, 31)),
        (date(2026, 6, 29), date(2026, 5, 31)),
        (date(2026, 6, 30), date(2026, 6, 30)),
        (date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_month_counts_when_it_is_over(newest: date, last: date) -> None:
    assert last_full_month(newest) == last
