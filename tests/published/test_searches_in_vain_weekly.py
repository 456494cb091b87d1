from datetime import date
from typing import Any

from pyspark.sql import SparkSession

from jobs.published.searches_in_vain_weekly import searches_in_vain_weekly
from jobs.storage.local_rows import local_rows

MONDAY = date(2026, 6, 1)
SEARCH = "session_date date, event_id string, account_key string, profile_key string, label string"
# Account, profile, label, and how often.
Searched = tuple[str, str, str, int]


def released(spark: SparkSession, searched: list[Searched]) -> set[tuple[Any, ...]]:
    searches = [
        (MONDAY, f"{label}-{profile}-{number}", account, profile, label)
        for account, profile, label, times in searched
        for number in range(times)
    ]
    rows = searches_in_vain_weekly(local_rows(spark, searches, SEARCH)).collect()
    return {(row.label, row.searches, row.viewers) for row in rows}


def by(people: range, label: str, times: int = 1) -> list[Searched]:
    """Each of these people has an account."""
    return [(f"a{person}", f"p{person}", label, times) for person in people]


def test_labels_that_few_searched_for_are_told_together(spark: SparkSession) -> None:
    searched = by(range(10), "western") + by(range(6), "heist") + by(range(3, 9), "noir")
    # Six and six people, of whom three are the same.
    assert released(spark, searched) == {("western", 10, 10)}
    # 16 searches, to the nearest ten.
    with_more = searched + by(range(20, 24), "revenge")
    assert released(spark, with_more) == {("western", 10, 10), ("OTHER", 20, 13)}


def test_one_account_with_ten_profiles_is_not_ten_people(spark: SparkSession) -> None:
    household = [("a0", f"p{person}", "western", 1) for person in range(10)]
    assert released(spark, household) == set()
    assert released(spark, household + by(range(20, 29), "western")) == {("western", 10, 19)}


def test_who_searches_all_day_counts_five_times(spark: SparkSession) -> None:
    assert released(spark, by(range(9), "western") + by(range(9, 10), "western", 100)) == {("western", 10, 10)}


def test_sensitive_labels_are_told_together_with_others(spark: SparkSession) -> None:
    searched = by(range(10), "western") + by(range(12), "LGBTQ Stories") + by(range(20, 23), "noir")
    # 15 searches, to the nearest ten.
    assert released(spark, searched) == {("western", 10, 10), ("OTHER", 20, 15)}
