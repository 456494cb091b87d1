from datetime import UTC, date, datetime, timedelta
from typing import Any

from pyspark.sql import Row, SparkSession

from jobs.contracts.silver import SUBSCRIPTIONS
from jobs.published.retention_monthly import retention_monthly
from tests.factories import make_rows

SIGNED_UP, AS_OF = datetime(2026, 1, 1, tzinfo=UTC), date(2026, 6, 30)


def subscribers(plan: str, left_after_days: list[int], stay: int) -> list[dict[str, Any]]:
    """Accounts that left after so many days, and some that stay."""
    ends = [SIGNED_UP + timedelta(days=days) for days in left_after_days] + [None] * stay
    return [
        {"account_key": f"{plan}-{number}", "plan": plan, "key_epoch": 1, "started_at": SIGNED_UP, "ended_at": end}
        for number, end in enumerate(ends)
    ]


def curve(spark: SparkSession, rows: list[dict[str, Any]]) -> list[Row]:
    found = retention_monthly(make_rows(spark, SUBSCRIPTIONS, rows), AS_OF)
    return found.orderBy("plan", "months_since").collect()


def test_a_step_is_of_ten_who_left(spark: SparkSession) -> None:
    """Of 40, four leave in each of the first two months, two in the third, ten in the fifth."""
    left = [10] * 4 + [40] * 4 + [70] * 2 + [130] * 10
    steps = curve(spark, subscribers("standard", left, 20))
    assert [(row.months_since, row.kept_share) for row in steps] == [(0, 1.0), (3, 0.75), (5, 0.5)]


def test_who_stays_is_not_few_either(spark: SparkSession) -> None:
    steps = curve(spark, subscribers("standard", [10] * 10 + [40] * 10, 9))
    assert [row.months_since for row in steps] == [0, 1]


def test_an_account_that_comes_back_and_leaves_again_has_left_once(spark: SparkSession) -> None:
    """Nine of thirty leave, come back and leave again: nine people and eighteen ends."""
    first = subscribers("standard", [10] * 9, 21)
    later = {"started_at": SIGNED_UP + timedelta(days=60), "ended_at": SIGNED_UP + timedelta(days=75)}
    again = [row | later for row in first[:9]]
    assert [row.months_since for row in curve(spark, first + again)] == [0]


def test_a_plan_of_few_has_no_curve(spark: SparkSession) -> None:
    steps = curve(spark, subscribers("rare", [], 9) + subscribers("standard", [], 10))
    assert {row.plan for row in steps} == {"standard"}
