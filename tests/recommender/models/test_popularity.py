from datetime import date, timedelta

import pytest
from pyspark.sql import SparkSession

from jobs.recommender.learning.viewers import viewers
from jobs.recommender.models.popularity import (
    FEWEST_VIEWERS_OF_A_COUNTRY,
    PopularityParameters,
    fit_popularity,
)
from tests.recommender.models.likings import DAY, asked, lists_by_viewer, preferences, preferences_of


def test_what_most_liked_and_the_viewer_has_not_seen(spark: SparkSession) -> None:
    liked = preferences(spark, {"ann": ["a", "b"], "bob": ["a", "c"], "cy": ["a", "b", "d"], "di": ["c"]})
    lists = fit_popularity(liked, PopularityParameters()).recommend(asked(liked), 2)
    assert lists_by_viewer(lists) == {"ann": ["c", "d"], "bob": ["b", "d"], "cy": ["c"], "di": ["a", "b"]}
    assert {row.title_id: row.score for row in lists.collect()} == {"a": 3.0, "b": 2.0, "c": 2.0, "d": 1.0}


def test_a_stranger_gets_what_is_popular(spark: SparkSession) -> None:
    liked = preferences(spark, {"ann": ["a", "b"], "bob": ["a"]})
    stranger = viewers(spark.sql("SELECT 'new' AS profile_key, 'FR' AS country"), liked, liked)
    lists = fit_popularity(liked, PopularityParameters()).recommend(stranger, 10)
    assert lists_by_viewer(lists) == {"new": ["a", "b"]}


def test_after_a_half_life_a_liking_counts_half(spark: SparkSession) -> None:
    old = [(f"viewer-{n}", "old", "FR", DAY - timedelta(days=30)) for n in range(3)]
    liked = preferences_of(spark, [*old, ("x", "new", "FR", DAY), ("y", "new", "FR", DAY)])
    ranked = fit_popularity(liked, PopularityParameters(half_life_days=30)).ranked.collect()
    assert [(row.popular, row.scores) for row in ranked] == [(["new", "old"], {"new": 2.0, "old": pytest.approx(1.5)})]


def test_a_country_has_its_own_titles_and_a_small_one_those_of_all(spark: SparkSession) -> None:
    liked = preferences_of(
        spark,
        [
            *((f"f{n}", "french", "FR", DAY) for n in range(FEWEST_VIEWERS_OF_A_COUNTRY)),
            *((f"g{n}", "german", "DE", DAY) for n in range(FEWEST_VIEWERS_OF_A_COUNTRY + 1)),
            ("i", "irish", "IE", DAY),
        ],
    )
    people = spark.createDataFrame([("p", "FR"), ("q", "IE"), ("r", None)], "profile_key string, country string")
    lists = fit_popularity(liked, PopularityParameters(by_country=True)).recommend(viewers(people, liked, liked), 1)
    assert lists_by_viewer(lists) == {"p": ["french"], "q": ["german"], "r": ["german"]}


def test_age_counts_from_the_newest_liking(spark: SparkSession) -> None:
    """Else a lake that is not filled for a month has no popular titles."""
    liked = preferences_of(spark, [("ann", "a", "FR", date(2001, 1, 1))])
    (row,) = fit_popularity(liked, PopularityParameters(half_life_days=1)).ranked.collect()
    assert row.scores == {"a": 1.0}
