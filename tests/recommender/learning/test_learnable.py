from datetime import date

import pytest
from pyspark.sql import SparkSession

from jobs.recommender.learning.learnable import MOST_WEIGHT, learnable
from jobs.storage.local_rows import local_rows

LIKED = "profile_key string, account_key string, title_id string, strength double, country string, liked_on date"


def strengths(spark: SparkSession, rows: list[tuple[str, str | None, str, float]]) -> dict[tuple[str, str], float]:
    """By profile and title, what may be learnt of profile, account, title and strength."""
    liked = local_rows(spark, [(*row, "FR", date(2026, 6, 1)) for row in rows], LIKED)
    return {(row.profile_key, row.title_id): row.strength for row in learnable(liked).collect()}


def test_an_account_counts_once_a_title_with_the_profile_that_likes_it_most(spark: SparkSession) -> None:
    rows: list[tuple[str, str | None, str, float]] = [
        ("ann", "home", "a", 1.0),
        ("bob", "home", "a", 2.0),
        ("bob", "home", "b", 1.0),
        ("cy", "other", "a", 1.0),
    ]
    assert strengths(spark, rows) == {("bob", "a"): 2.0, ("bob", "b"): 1.0, ("cy", "a"): 1.0}


def test_ten_profiles_of_one_account_are_not_ten_people(spark: SparkSession) -> None:
    assert len(strengths(spark, [(f"profile-{n}", "home", "a", 1.0) for n in range(10)])) == 1


def test_those_whose_account_is_not_known_are_one(spark: SparkSession) -> None:
    assert len(strengths(spark, [(f"profile-{n}", None, "a", 1.0) for n in range(10)])) == 1


@pytest.mark.parametrize(
    ("liked", "learnt"),
    [
        ({"a": 3.0, "b": 4.0}, {"a": 3.0, "b": 4.0}),
        ({"a": 30.0, "b": 40.0}, {"a": 6.0, "b": 8.0}),
        ({"a": 1e6}, {"a": MOST_WEIGHT}),
    ],
    ids=["light", "heavy", "one title a million times"],
)
def test_an_account_weighs_no_more_than_a_hundred_titles(
    spark: SparkSession, liked: dict[str, float], learnt: dict[str, float]
) -> None:
    found = strengths(spark, [("ann", "home", title, strength) for title, strength in liked.items()])
    assert {title: strength for (_, title), strength in found.items()} == pytest.approx(learnt)
