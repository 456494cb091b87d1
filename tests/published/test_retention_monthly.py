from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.published import RETENTION_MONTHLY
from jobs.contracts.silver import SUBSCRIPTIONS
from jobs.published.retention_monthly import retention_monthly
from tests.factories import make_rows

SIGNED_UP, AS_OF = datetime(2025, 6, 1, tzinfo=UTC), date(2026, 6, 30)
MONTH = 30


def subscribers(
    plan: str, left_after_days: list[int], stay: int, signed_up: datetime = SIGNED_UP
) -> list[dict[str, Any]]:
    """Accounts that left after so many days, and some that stay."""
    ends = [signed_up + timedelta(days=days) for days in left_after_days] + [None] * stay
    account = f"{plan}-{signed_up:%Y-%m-%d}"
    return [
        {"account_key": f"{account}-{number}", "plan": plan, "key_epoch": 1, "started_at": signed_up, "ended_at": end}
        for number, end in enumerate(ends)
    ]


def curve(spark: SparkSession, rows: list[dict[str, Any]], told: Sequence[dict[str, Any]] = ()) -> list[Row]:
    found = retention_monthly(make_rows(spark, SUBSCRIPTIONS, rows), make_rows(spark, RETENTION_MONTHLY, told), AS_OF)
    return found.orderBy("plan", "months_since").collect()


def test_a_step_is_of_ten_who_left_by_a_third_month(spark: SparkSession) -> None:
    """Of 40, four leave in each of the first two months, two in the third, ten in the fifth."""
    left = [10] * 4 + [40] * 4 + [70] * 2 + [130] * 10
    steps = curve(spark, subscribers("standard", left, 20))
    assert [(row.months_since, row.kept_share) for row in steps] == [(0, 1.0), (3, 0.75), (6, 0.5)]


@pytest.mark.parametrize("tenth_leaves_in_month", [1, 2, 3])
def test_a_step_does_not_say_when_the_tenth_left(spark: SparkSession, tenth_leaves_in_month: int) -> None:
    steps = curve(spark, subscribers("standard", [5] * 9 + [MONTH * tenth_leaves_in_month - 2], 20))
    assert [(row.months_since, row.kept_share) for row in steps] == [(0, 1.0), (3, 0.67)]


def test_who_stays_is_not_few_either(spark: SparkSession) -> None:
    steps = curve(spark, subscribers("standard", [10] * 10 + [130] * 10, 9))
    assert [row.months_since for row in steps] == [0, 3]


def test_an_account_that_comes_back_and_leaves_again_has_left_once(spark: SparkSession) -> None:
    """Nine of thirty leave, come back and leave again: nine people and eighteen ends."""
    first = subscribers("standard", [10] * 9, 21)
    later = {"started_at": SIGNED_UP + timedelta(days=60), "ended_at": SIGNED_UP + timedelta(days=75)}
    again = [row | later for row in first[:9]]
    assert [row.months_since for row in curve(spark, first + again)] == [0]


def test_a_plan_of_few_has_no_curve(spark: SparkSession) -> None:
    steps = curve(spark, subscribers("rare", [], 9) + subscribers("standard", [], 10))
    assert {row.plan for row in steps} == {"standard"}


@pytest.mark.parametrize(("left_in_june", "as_of"), [(10, AS_OF), (9, date(2026, 5, 31)), (0, date(2026, 5, 31))])
def test_a_plan_is_told_anew_when_ten_more_have_left(spark: SparkSession, left_in_june: int, as_of: date) -> None:
    """Else the curve of before less that of now would be the few who left since."""
    told = {"plan": "standard", "months_since": 0, "kept_share": 1.0, "as_of_date": date(2026, 5, 31)}
    in_june = (date(2026, 6, 10) - SIGNED_UP.date()).days
    steps = curve(spark, subscribers("standard", [10] * 12 + [in_june] * left_in_june, 30), [told])
    assert {row.as_of_date for row in steps} == {as_of}
    assert len(steps) == (2 if left_in_june == 10 else 1)


@pytest.mark.parametrize(
    ("left_in_month_3", "left_in_month_10", "as_of"),
    [
        (10, 10, AS_OF),
        (12, 0, AS_OF),
        (11, 1, date(2026, 5, 31)),
        (1, 11, date(2026, 5, 31)),
        (9, 9, date(2026, 5, 31)),
    ],
)
def test_a_plan_is_told_anew_when_ten_more_have_left_by_each_step_or_none(
    spark: SparkSession, left_in_month_3: int, left_in_month_10: int, as_of: date
) -> None:
    """Else the share of that step, then and now, would differ by few. All left in June, who signed up at two times."""
    told = {"plan": "standard", "months_since": 0, "kept_share": 1.0, "as_of_date": date(2026, 5, 31)}
    left = {datetime(2026, 4, 1, tzinfo=UTC): left_in_month_3, datetime(2025, 9, 1, tzinfo=UTC): left_in_month_10}
    left_in_june = [
        row
        for signed_up, count in left.items()
        for row in subscribers("standard", [(date(2026, 6, 10) - signed_up.date()).days] * count, 20, signed_up)
    ]
    before = subscribers("standard", [10] * 12 + [300] * 12, 30)
    assert {row.as_of_date for row in curve(spark, before + left_in_june, [told])} == {as_of}
