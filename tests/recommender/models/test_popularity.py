from datetime import date, timedelta

import pytest
from pyspark.sql import SparkSession

from jobs.recommender.learning.viewers import viewers
from jobs.recommender.models.popularity import (
    FEWEST_ACCOUNTS_OF_A_COUNTRY,
    PopularityParameters,
    fit_popularity,
    with_everywhere,
)
from tests.recommender.models.likings import DAY, asked, lists_by_viewer, preferences, preferences_of, ten_of_each


def test_what_most_liked_and_the_viewer_has_not_seen(spark: SparkSession) -> None:
    liked = preferences(spark, ten_of_each({"ann": ["a", "b"], "bob": ["a", "c"], "cy": ["a", "b", "d"], "di": ["c"]}))
    lists = fit_popularity(liked, PopularityParameters()).recommend(asked(liked), 2)
    expected = {"ann": ["c", "d"], "bob": ["b", "d"], "cy": ["c"], "di": ["a", "b"]}
    assert lists_by_viewer(lists) == ten_of_each(expected)
    assert {row.title_id: row.score for row in lists.collect()} == {"a": 30.0, "b": 20.0, "c": 20.0, "d": 10.0}


def test_a_stranger_gets_what_is_popular(spark: SparkSession) -> None:
    liked = preferences(spark, ten_of_each({"ann": ["a", "b"], "bob": ["a"]}))
    stranger = viewers(spark.sql("SELECT 'new' AS profile_key, 'FR' AS country"), liked, liked)
    lists = fit_popularity(liked, PopularityParameters()).recommend(stranger, 10)
    assert lists_by_viewer(lists) == {"new": ["a", "b"]}


def test_after_a_half_life_a_liking_counts_half(spark: SparkSession) -> None:
    old = [(f"viewer-{n}", "old", "FR", DAY - timedelta(days=30)) for n in range(30)]
    liked = preferences_of(spark, [*old, *((f"x{n}", "new", "FR", DAY) for n in range(20))])
    ranked = fit_popularity(liked, PopularityParameters(half_life_days=30)).ranked.collect()
    assert [(row.popular, row.scores) for row in ranked] == [(["new", "old"], {"new": 20.0, "old": pytest.approx(15)})]


def test_a_country_has_its_own_titles_and_a_small_one_those_of_all(spark: SparkSession) -> None:
    liked = preferences_of(
        spark,
        [
            *((f"f{n}", "french", "FR", DAY) for n in range(FEWEST_ACCOUNTS_OF_A_COUNTRY)),
            *((f"g{n}", "german", "DE", DAY) for n in range(FEWEST_ACCOUNTS_OF_A_COUNTRY + 1)),
            ("i", "irish", "IE", DAY),
        ],
    )
    people = spark.createDataFrame([("p", "FR"), ("q", "IE"), ("r", None)], "profile_key string, country string")
    lists = fit_popularity(liked, PopularityParameters(by_country=True)).recommend(viewers(people, liked, liked), 1)
    assert lists_by_viewer(lists) == {"p": ["french"], "q": ["german"], "r": ["german"]}


def test_age_counts_from_the_newest_liking(spark: SparkSession) -> None:
    """Else a lake that is not filled for a month has no popular titles."""
    liked = preferences_of(spark, [(f"ann {n}", "a", "FR", date(2001, 1, 1)) for n in range(10)])
    (row,) = fit_popularity(liked, PopularityParameters(half_life_days=1)).ranked.collect()
    assert row.scores == {"a": 10.0}


# Who liked what: ten in France and one in Germany the one, nine in France the others.
WITH_RARE = [
    *((f"f{n}", "common", "FR", DAY) for n in range(10)),
    *((f"g{n}", "b, of nine", "FR", DAY) for n in range(9)),
    ("h", "a, of one", "FR", DAY),
]


def test_what_fewer_than_ten_liked_is_not_ranked(spark: SparkSession) -> None:
    (row,) = fit_popularity(preferences_of(spark, WITH_RARE), PopularityParameters()).ranked.collect()
    assert (row.popular, row.scores) == (["common"], {"common": 10.0})


def test_where_a_list_needs_it_nobody_is_told_how_many_it_was(spark: SparkSession) -> None:
    """By name, the one of one viewer before that of nine."""
    (row,) = fit_popularity(preferences_of(spark, WITH_RARE), PopularityParameters(), with_rare=True).ranked.collect()
    assert row.popular == ["common", "a, of one", "b, of nine"]
    assert row.scores == {"common": 10.0, "a, of one": 0.0, "b, of nine": 0.0}


def test_what_is_rare_in_a_country_stands_there_as_it_does_everywhere(spark: SparkSession) -> None:
    rows = [
        *((f"f{n}", "french", "FR", DAY) for n in range(10)),
        *((f"e{n}", title, "DE", DAY) for n in range(10) for title in ("d", "c" if n else "d again")),
        *((f"e{n}", "c", "IT", DAY) for n in range(10, 13)),
        ("f0", "c", "FR", DAY),
        ("f0", "d", "FR", DAY),
    ]
    by_country = PopularityParameters(by_country=True)
    ranked = fit_popularity(preferences_of(spark, rows), by_country, with_rare=True).ranked.collect()
    assert {row.place: row.popular for row in ranked}["FR"] == ["french", "c", "d"]


def test_a_countrys_own_titles_are_followed_by_those_of_all(spark: SparkSession) -> None:
    """Ten in France have seen all that anybody there likes."""
    liked = preferences_of(
        spark,
        [*((f"f{n}", "french", "FR", DAY) for n in range(10)), *((f"g{n}", "german", "DE", DAY) for n in range(11))],
    )
    popular = with_everywhere(fit_popularity(liked, PopularityParameters(by_country=True)))
    lists = popular.recommend(viewers(liked.select("profile_key", "country"), liked, liked), 5)
    expected = {**{f"f{n}": ["german"] for n in range(10)}, **{f"g{n}": ["french"] for n in range(11)}}
    assert lists_by_viewer(lists) == expected
    assert {row.score for row in lists.collect()} == {0.0}
