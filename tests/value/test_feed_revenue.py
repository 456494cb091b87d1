"""The feed's own totals: by hand, and against the revenue that is counted period by period."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.silver import SUBSCRIPTIONS
from jobs.storage.local_rows import local_rows
from jobs.value.feed_revenue import fed_in_month, revenue_of_feed
from jobs.value.revenue import paid_in_month
from tests.factories import make_rows

JUNE, END_OF_JUNE = date(2026, 6, 1), date(2026, 6, 30)
PERIOD = {"account_key": "a", "plan": "basic", "price": Decimal("30.00"), "currency": "USD", "country": "CA"}
PERIOD |= {"key_epoch": 1}
VALUES = "account_key string, country string, revenue decimal(18,2)"


def day(number: int) -> datetime:
    return datetime(2026, 6, number, tzinfo=UTC)


def fed(spark: SparkSession, periods: list[dict[str, Any]]) -> DataFrame:
    rates = local_rows(spark, [("USD", 1.0), ("EUR", 1.1)], "currency string, exchange_rate double")
    rows = make_rows(spark, SUBSCRIPTIONS, [PERIOD | period for period in periods])
    return fed_in_month(rows, rates, JUNE, END_OF_JUNE)


# A dollar a day; what is certain and what is possible, without the cents.
FED: dict[str, tuple[list[dict[str, Any]], tuple[float, float] | None]] = {
    "a whole month": ([{"started_at": day(1)}], (30, 30)),
    "ten days": ([{"started_at": day(11), "ended_at": day(21)}], (10, 10)),
    "in other money": ([{"started_at": day(11), "ended_at": day(21), "currency": "EUR"}], (11, 11)),
    "one after the other": ([{"started_at": day(1), "ended_at": day(11)}, {"started_at": day(11)}], (30, 30)),
    "in two countries": (
        [{"started_at": day(1), "ended_at": day(11)}, {"started_at": day(11), "country": "US", "currency": "EUR"}],
        (32, 32),
    ),
    "two plans at once": ([{"started_at": day(1)}, {"started_at": day(11), "plan": "kids"}], (50, 50)),
    "overlapping": ([{"started_at": day(1)}, {"started_at": day(11)}], (30, 50)),
    "in money without a rate": ([{"started_at": day(1), "currency": "SEK"}], None),
    "partly in money without a rate": (
        [{"started_at": day(1), "ended_at": day(11)}, {"started_at": day(11), "currency": "SEK"}],
        None,
    ),
    "before the month": ([{"started_at": datetime(2026, 1, 1, tzinfo=UTC), "ended_at": day(1)}], None),
}


@pytest.mark.parametrize("name", FED)
def test_what_the_feed_says_by_hand(spark: SparkSession, name: str) -> None:
    periods, expected = FED[name]
    found = [(row.fed_low, row.fed_high) for row in fed(spark, periods).collect()]
    cents = 0.01 * len(periods)
    assert found == ([pytest.approx((expected[0] - cents, expected[1] + cents))] if expected else [])


def test_a_period_that_is_told_again_under_a_new_key_is_told_once(spark: SparkSession) -> None:
    plain = {"account_link": "one account", "started_at": day(1)}
    told = [plain | {"account_key": f"key of epoch {epoch}", "key_epoch": epoch} for epoch in (1, 2)]
    (row,) = fed(spark, told).collect()
    assert (row.account_key, row.fed_high) == ("key of epoch 2", pytest.approx(30.01))


@pytest.mark.parametrize(
    ("told", "outside"),
    [
        ([("a", "CA", "30.00"), ("b", "CA", "20.00")], 0),
        ([("a", "CA", "30.00")], 1),
        ([("a", "CA", "30.00"), ("b", "CA", "20.00"), ("nobody", "CA", "0.00")], 1),
        ([("a", "CA", "20.00"), ("b", "CA", "30.00")], 2),
        ([("a", "CA", "30.00"), ("b", "CA", "20.10")], 1),
    ],
    ids=["as the feed says", "one lost", "one too many", "exchanged", "a dime too much"],
)
def test_who_paid_otherwise_than_the_feed_says_is_outside(
    spark: SparkSession, told: list[tuple[str, str, str]], outside: int
) -> None:
    values = local_rows(spark, [(*who, Decimal(revenue)) for *who, revenue in told], VALUES)
    of_feed = fed(spark, [{"started_at": day(1)}, {"account_key": "b", "started_at": day(11)}])
    (row,) = revenue_of_feed(values, of_feed, JUNE).collect()
    assert (row.country, row.accounts, row.accounts_outside) == ("CA", 2, outside)


def test_what_is_counted_period_by_period_is_what_the_feed_says(spark: SparkSession) -> None:
    """Of 300 accounts with up to four periods, which may overlap, in three plans and two currencies."""
    stream = np.random.default_rng(11)
    begin = datetime(2026, 5, 1, tzinfo=UTC)
    periods = []
    for account in range(300):
        for hours in sorted(stream.choice(24 * 60, stream.integers(1, 5), replace=False)):
            started = begin + timedelta(hours=int(hours), milliseconds=int(stream.integers(3_600_000)))
            length = timedelta(hours=int(stream.integers(1, 24 * 40)))
            periods.append(
                {"account_key": f"a{account}", "started_at": started}
                | {"ended_at": None if stream.random() < 0.3 else started + length}
                | {"plan": f"plan {stream.integers(3)}", "currency": "USD" if stream.random() < 0.5 else "EUR"}
                | {"price": Decimal(int(stream.integers(0, 3000))) / 100}
            )
    rows = make_rows(spark, SUBSCRIPTIONS, [PERIOD | period for period in periods])
    rates = local_rows(spark, [("USD", 1.0), ("EUR", 1.1)], "currency string, exchange_rate double")
    paid = paid_in_month(rows, rates, JUNE, END_OF_JUNE)
    values = paid.groupBy("account_key").agg(F.max("country").alias("country"), F.sum("revenue").alias("revenue"))
    (row,) = revenue_of_feed(values, fed(spark, periods), JUNE).collect()
    assert row.accounts > 200
    assert row.accounts_outside == 0


def test_who_has_a_fraction_of_a_second_of_the_month_is_in_both(spark: SparkSession) -> None:
    begin = datetime(2026, 6, 1, tzinfo=UTC)
    period = {"started_at": begin - timedelta(days=9), "ended_at": begin + timedelta(milliseconds=350)}
    rates = local_rows(spark, [("USD", 1.0)], "currency string, exchange_rate double")
    paid = paid_in_month(make_rows(spark, SUBSCRIPTIONS, [PERIOD | period]), rates, JUNE, END_OF_JUNE)
    (row,) = revenue_of_feed(paid.select("account_key", "country", "revenue"), fed(spark, [period]), JUNE).collect()
    assert (row.accounts, row.accounts_outside) == (1, 0)
