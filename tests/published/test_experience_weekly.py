"""How the player did, by region: of ten accounts and profiles, in steps, and nothing that a few of them met."""

from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.published.experience_weekly import experience_weekly
from tests.factories import make_rows

MONDAY = date(2026, 6, 1)
Rows = list[dict[str, Any]]


def attempts(people: range, region: str | None = "FR-A", **fields: Any) -> Rows:
    """One attempted play of each of these people, each of whom has an account."""
    plain = {
        "session_date": MONDAY,
        "session_source": "events",
        "is_requested": True,
        "is_started": True,
        "is_failed": False,
        "startup_seconds": 1.4,
        "stalled_seconds": 0.0,
        "playing_seconds": 1000.0,
        "country": "FR",
        "region": region,
    }
    keys = ({"account_key": f"a{p}", "profile_key": f"p{p}", "session_id": f"{region}-{p}"} for p in people)
    return [{**key, **plain, **fields} for key in keys]


def released(spark: SparkSession, rows: Rows) -> dict[str, Row]:
    return {row.region: row for row in experience_weekly(make_rows(spark, VIEWING_SESSIONS, rows)).collect()}


def test_a_region_is_of_enough_accounts_and_profiles(spark: SparkSession) -> None:
    household = [{**row, "account_key": "a0"} for row in attempts(range(100, 120), "FR-D")]
    rows = attempts(range(12)) + attempts(range(20, 26), "FR-B") + attempts(range(30, 35), None) + household
    found = released(spark, rows)
    # Six, five, and the one account of twenty people.
    assert {region: row.viewers for region, row in found.items()} == {"FR-A": 12, "OTHER": 31}
    assert released(spark, attempts(range(9)) + household) == {}


@pytest.mark.parametrize(
    ("slow", "p50", "p95"),
    [(range(40, 40), 1.5, 1.5), (range(21, 40), 1.5, 6.0), (range(35, 40), 1.5, None), (range(2, 40), 6.0, 6.0)],
    ids=["all alike", "nineteen are slow", "five are slow", "all but two are slow"],
)
def test_a_start_is_told_in_steps_of_ten_people(
    spark: SparkSession, slow: range, p50: float | None, p95: float | None
) -> None:
    rows = attempts(range(slow.start)) + attempts(slow, startup_seconds=4.7)
    row = released(spark, rows)["FR-A"]
    assert (row.startup_seconds_p50, row.startup_seconds_p95) == (p50, p95)


def test_where_the_tenth_person_waited_is_not_told(spark: SparkSession) -> None:
    waits = [4.01, 4.7, 5.99]
    rows = [attempts(range(10)) + attempts(range(10, 25), startup_seconds=wait) for wait in waits]
    assert [released(spark, of_wait)["FR-A"].startup_seconds_p95 for of_wait in rows] == [6.0] * 3


@pytest.mark.parametrize(
    ("unlucky", "share", "ratio"),
    [(range(0), 0.0, 0.0), (range(9), None, None), (range(10), 0.33, 0.032), (range(11), 0.37, 0.035)],
    ids=["nobody", "nine", "ten", "eleven"],
)
def test_failures_and_stalls_of_few_are_not_told(
    spark: SparkSession, unlucky: range, share: float | None, ratio: float | None
) -> None:
    """Each of thirty plays for 1,000 seconds; the unlucky stall for 100, and get an error."""
    rows = attempts(unlucky, stalled_seconds=100.0, is_failed=True) + attempts(range(len(unlucky), 30))
    row = released(spark, rows)["FR-A"]
    assert (row.failed_share, row.rebuffer_ratio) == (share, ratio)


def test_who_tries_all_day_counts_twenty_times(spark: SparkSession) -> None:
    """Of 80 attempts that count, 20 of one account and one of each of ten had an error. Without a bound: 310 of 360."""
    hundreds = [{**row, "session_id": f"x{n}", "is_failed": True} for n in range(300) for row in attempts(range(1))]
    others = attempts(range(1, 11), is_failed=True) + attempts(range(11, 61))
    # 20 + 10 of 20 + 60.
    assert released(spark, hundreds + others)["FR-A"].failed_share == 0.38
