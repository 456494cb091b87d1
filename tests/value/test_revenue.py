from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.silver import SUBSCRIPTIONS
from jobs.storage.local_rows import local_rows
from jobs.value.revenue import paid_in_month
from tests.factories import make_rows

JUNE, END_OF_JUNE = date(2026, 6, 1), date(2026, 6, 30)


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "as_of", "revenue"),
    [
        ({"started_at": day(1, 5)}, END_OF_JUNE, "10.00"),
        ({"started_at": day(1, 5)}, date(2026, 6, 15), "5.00"),
        ({"started_at": day(6, 16)}, END_OF_JUNE, "5.00"),
        ({"started_at": day(1, 5), "ended_at": day(6, 4)}, END_OF_JUNE, "1.00"),
        ({"started_at": day(1, 5), "currency": "EUR"}, END_OF_JUNE, "11.00"),
        ({"started_at": day(1, 5), "price": Decimal("9.99"), "ended_at": day(6, 11)}, END_OF_JUNE, "3.33"),
        ({"started_at": day(1, 5), "ended_at": day(6, 1)}, END_OF_JUNE, None),
        ({"started_at": day(7, 1)}, END_OF_JUNE, None),
        ({"started_at": day(1, 5), "key_epoch": 1}, END_OF_JUNE, None),
        ({"started_at": day(1, 5), "key_epoch": 1, "account_link": "a"}, END_OF_JUNE, "10.00"),
    ],
    ids=[
        "a whole month",
        "half of it is over",
        "from the middle on",
        "three days",
        "another currency",
        "to the cent",
        "ended before",
        "begins after",
        "an earlier epoch, not linked",
        "an earlier epoch",
    ],
)
def test_a_period_pays_for_its_part_of_the_month(
    spark: SparkSession, period: dict[str, Any], as_of: date, revenue: str | None
) -> None:
    plain = {"account_key": "a", "price": Decimal("10.00"), "currency": "USD", "key_epoch": 2}
    # Of the latest epoch, so that there is one.
    rows = [plain | period, plain | {"account_key": "other", "started_at": day(8, 1)}]
    rates = local_rows(spark, [("USD", 1.0), ("EUR", 1.1)], "currency string, exchange_rate double")
    paid = paid_in_month(make_rows(spark, SUBSCRIPTIONS, rows), rates, JUNE, as_of).collect()
    assert [row.revenue for row in paid] == ([Decimal(revenue)] if revenue else [])


# Periods of one account: plan, beginning, end. What each one that pays for June pays of 10.00 a month, and
# whether it goes on.
OVERLAPPING: dict[str, tuple[list[tuple[str, datetime, datetime | None]], list[tuple[str, bool]]]] = {
    "corrected by a day": (
        [("basic", day(1, 5), None), ("basic", day(1, 6), None)],
        [("10.00", True)],
    ),
    "one in the other": (
        [("basic", day(1, 5), None), ("basic", day(6, 4), day(6, 10))],
        [("10.00", True)],
    ),
    "one goes on where the other ends": (
        [("basic", day(1, 5), day(6, 16)), ("basic", day(6, 4), None)],
        [("5.00", False), ("5.00", True)],
    ),
    "a gap between the last two": (
        [("basic", day(1, 5), day(6, 4)), ("basic", day(2, 1), day(3, 1)), ("basic", day(6, 28), None)],
        [("1.00", False), ("1.00", True)],
    ),
    "two plans at once": (
        [("basic", day(1, 5), None), ("kids", day(1, 6), None)],
        [("10.00", True), ("10.00", True)],
    ),
}


@pytest.mark.parametrize("name", OVERLAPPING)
def test_what_periods_of_one_plan_have_in_common_is_paid_for_once(spark: SparkSession, name: str) -> None:
    periods, expected = OVERLAPPING[name]
    rows = [
        {"account_key": "a", "plan": plan, "price": Decimal("10.00"), "currency": "USD", "started_at": start}
        | {"ended_at": end, "key_epoch": 1}
        for plan, start, end in periods
    ]
    rates = local_rows(spark, [("USD", 1.0)], "currency string, exchange_rate double")
    paid = paid_in_month(make_rows(spark, SUBSCRIPTIONS, rows), rates, JUNE, END_OF_JUNE).orderBy("started_at")
    assert [(str(row.revenue), row.is_running) for row in paid.collect()] == expected


def test_what_is_landed_again_after_a_rotation_is_paid_once(spark: SparkSession) -> None:
    plain = {"account_link": "one account", "price": Decimal("10.00"), "currency": "USD", "started_at": day(1, 5)}
    rows = [plain | {"account_key": f"key of epoch {epoch}", "key_epoch": epoch} for epoch in (1, 2)]
    rates = local_rows(spark, [("USD", 1.0)], "currency string, exchange_rate double")
    paid = paid_in_month(make_rows(spark, SUBSCRIPTIONS, rows), rates, JUNE, END_OF_JUNE).collect()
    assert [(row.account_key, row.revenue) for row in paid] == [("key of epoch 2", Decimal("10.00"))]
