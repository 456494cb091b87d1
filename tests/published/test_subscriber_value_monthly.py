"""Money by region: of fifty subscribers at least, in two digits, and no difference between months is of few."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import SUBSCRIBER_VALUE_MONTHLY
from jobs.contracts.silver import SUBSCRIPTIONS
from jobs.published.subscriber_value_monthly import subscriber_value_monthly
from tests.factories import make_rows

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
Rows = list[dict[str, Any]]


def subscribers(people: Iterable[int], region: str | None = "FR-A", month: date = JUNE, revenue: str = "9.99") -> Rows:
    shared = {
        "month_start_date": month,
        "country": "FR",
        "region": region,
        "currency": "EUR",
        "revenue": Decimal(revenue),
    }
    means = {"direct_value": 123.4, "value": 130.0, "value_low": 0.4567, "value_high": 1999.0, "assumptions": {}}
    return [{"account_key": f"a{person}", **shared, **means} for person in people]


def released(
    spark: SparkSession, rows: Rows, *months: date, links: Mapping[str, str] | None = None
) -> dict[tuple[date, str], int]:
    """`links` say which `account_key` is of which account."""
    of_accounts = [{"account_key": key, "account_link": link} for key, link in (links or {}).items()]
    found = subscriber_value_monthly(
        make_rows(spark, SUBSCRIBER_VALUE_MONTHLY, rows),
        make_rows(spark, SUBSCRIPTIONS, of_accounts),
        months or (JUNE,),
    )
    return {(row.month_start_date, row.region): row.subscribers for row in found.collect()}


def test_figures_have_two_digits(spark: SparkSession) -> None:
    values = make_rows(spark, SUBSCRIBER_VALUE_MONTHLY, subscribers(range(57)))
    row = subscriber_value_monthly(values, make_rows(spark, SUBSCRIPTIONS, []), [JUNE]).collect()[0]
    # 57 × 9.99 = 569.43.
    assert (row.subscribers, row.revenue_total, row.direct_value_mean) == (60, 570.0, 120.0)
    assert (row.value_mean, row.value_mean_low, row.value_mean_high) == (130.0, 0.46, 2000.0)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (subscribers(range(1234)), {"FR-A": 1200}),
        (subscribers(range(49)), {}),
        (subscribers(range(50)) + subscribers(range(50, 99), "FR-B"), {"FR-A": 50}),
        (
            subscribers(range(50)) + subscribers(range(50, 90), "FR-B") + subscribers(range(90, 105), None),
            {"FR-A": 50, "OTHER": 60},
        ),
        # The others would be known to pay 9.99: the rest is one's.
        (subscribers(range(60)) + subscribers([60], revenue="9000000"), {}),
    ],
    ids=["many", "too few", "what is left is too few", "small ones together", "one pays nearly all"],
)
def test_a_region_is_of_enough_subscribers(spark: SparkSession, rows: Rows, expected: dict[str, int]) -> None:
    assert {region: count for (_, region), count in released(spark, rows).items()} == expected


@pytest.mark.parametrize(
    ("before", "is_told"),
    [(range(60), True), (range(10, 60), True), (range(3, 63), False), (range(5, 65), True), (range(59), False)],
    ids=["the same", "ten came", "three came and three went", "five came and five went", "one came"],
)
def test_a_change_by_few_is_held_back(spark: SparkSession, before: range, is_told: bool) -> None:
    rows = subscribers(before, month=MAY) + subscribers(range(60))
    assert ((JUNE, "FR-A") in released(spark, rows)) is is_told


@pytest.mark.parametrize(
    ("may", "june", "is_told"),
    [
        ({"FR-A": range(52), "FR-B": range(100, 145)}, {"FR-A": range(48), "FR-B": range(100, 145)}, False),
        ({"FR-A": range(48), "FR-B": range(100, 145)}, {"FR-A": range(52), "FR-B": range(100, 145)}, False),
        ({"FR-A": range(59), "FR-B": range(100, 145)}, {"FR-A": range(49), "FR-B": range(100, 145)}, True),
        ({"FR-A": range(52), "FR-B": range(100, 145)}, {"FR-A": range(47), "FR-B": range(100, 140)}, True),
        ({"FR-A": range(48), "FR-B": range(100, 158)}, {"FR-A": range(55), "FR-B": range(100, 149)}, True),
        ({"FR-A": range(48), "FR-B": range(100, 152)}, {"FR-A": range(52), "FR-B": range(100, 149)}, False),
    ],
    ids=[
        "of its own in May, four went",
        "of its own in June, four came",
        "ten went",
        "ten went of both",
        "both crossed, sixteen came or went",
        "both crossed, seven came or went",
    ],
)
def test_a_region_that_crosses_into_other_tells_of_nobody(
    spark: SparkSession, may: dict[str, range], june: dict[str, range], is_told: bool
) -> None:
    """Its row of the one month and `OTHER` of the same are `OTHER` of the other month, but for who came and went."""
    always = {month: subscribers(range(200, 245), "FR-C", month) for month in (MAY, JUNE)}
    rows = [
        row
        for month, regions in ((MAY, may), (JUNE, june))
        for region, people in regions.items()
        for row in subscribers(people, region, month)
    ]
    assert ((JUNE, "OTHER") in released(spark, rows + always[MAY] + always[JUNE])) is is_told


def test_a_month_is_held_against_all_before_it(spark: SparkSession) -> None:
    """From April to May ten came, from May to June nine of them went and no other."""
    rows = subscribers(range(60), month=APRIL) + subscribers(range(70), month=MAY) + subscribers(range(61))
    assert released(spark, rows, APRIL, MAY, JUNE) == {(APRIL, "FR-A"): 60, (MAY, "FR-A"): 70}


def test_a_new_key_does_not_hide_that_few_came(spark: SparkSession) -> None:
    """Of 62 in June, 60 are those of May under other keys."""
    rows = subscribers(range(60), month=MAY) + subscribers(range(1000, 1062))
    links = {f"a{key}": f"link-{key % 1000}" for key in [*range(60), *range(1000, 1062)]}
    assert (JUNE, "FR-A") not in released(spark, rows, links=links)
