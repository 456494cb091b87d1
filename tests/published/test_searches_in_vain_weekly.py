from datetime import date
from typing import Any

from pyspark.sql import SparkSession

from jobs.published.searches_in_vain_weekly import searches_in_vain_weekly
from jobs.storage.local_rows import local_rows

MONDAY = date(2026, 6, 1)
SEARCH = "session_date date, event_id string, profile_key string, label string"


def released(spark: SparkSession, people_of_label: dict[str, range]) -> set[tuple[Any, ...]]:
    searches = [
        (MONDAY, f"{label}-{person}", f"p{person}", label)
        for label, people in people_of_label.items()
        for person in people
    ]
    rows = searches_in_vain_weekly(local_rows(spark, searches, SEARCH)).collect()
    return {(row.label, row.searches, row.viewers) for row in rows}


def test_labels_that_few_searched_for_are_told_together(spark: SparkSession) -> None:
    searched = {"western": range(10), "heist": range(6), "noir": range(3, 9)}
    # Six and six people, of whom three are the same.
    assert released(spark, searched) == {("western", 10, 10)}
    assert released(spark, searched | {"revenge": range(20, 24)}) == {("western", 10, 10), ("OTHER", 16, 13)}


def test_sensitive_labels_are_told_together_with_others(spark: SparkSession) -> None:
    searched = {"western": range(10), "LGBTQ Stories": range(12), "noir": range(20, 23)}
    assert released(spark, searched) == {("western", 10, 10), ("OTHER", 15, 15)}
