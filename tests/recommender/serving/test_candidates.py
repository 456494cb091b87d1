from datetime import date

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.silver import TITLES
from jobs.recommender.serving.candidates import (
    NEW,
    NEW_TITLES,
    NEW_WEIGHT,
    PERSONAL,
    POPULAR,
    most_relevant,
    new_candidates,
    relevant,
)
from jobs.storage.local_rows import local_rows
from tests.factories import make_rows

TODAY, TOMORROW = date(2026, 6, 2), date(2026, 6, 3)
LISTS = "profile_key string, title_id string, score double"


def relevance(spark: SparkSession, scores: dict[str, float], source: str) -> dict[str, float]:
    lists = local_rows(spark, [("ann", title, score) for title, score in scores.items()], LISTS)
    return {row.title_id: row.relevance for row in relevant(lists, source).collect()}


def test_relevance_is_a_share_of_the_best(spark: SparkSession) -> None:
    assert relevance(spark, {"a": 4.0, "b": 1.0}, PERSONAL) == {"a": 1.0, "b": 0.25}


def test_where_scores_are_negative_their_order_stays(spark: SparkSession) -> None:
    assert relevance(spark, {"a": -1.0, "b": -3.0, "c": -2.0}, PERSONAL) == {"a": 1.0, "b": 0.0, "c": 0.5}


def test_scores_that_are_all_the_same_and_none_say_nothing(spark: SparkSession) -> None:
    assert relevance(spark, {"a": 0.0, "b": 0.0}, PERSONAL) == {"a": 0.0, "b": 0.0}


def test_a_popular_title_is_below_every_other(spark: SparkSession) -> None:
    assert relevance(spark, {"a": 10.0}, POPULAR)["a"] == -1.0
    assert relevance(spark, {"a": 10.0}, NEW)["a"] == NEW_WEIGHT


# Title: how it is described, and its score for somebody who watches comedies for 0.8 of the time, dramas for 0.2, and
# heists for half of it.
DESCRIBED: dict[str, tuple[dict[str, object], float | None]] = {
    "comedy": ({"genres": ["comedy"]}, 0.8),
    "both": ({"genres": ["comedy", "drama"]}, 0.5),
    "western": ({"genres": ["western"]}, None),
    "a heist": ({"genres": None, "themes": ["heist"]}, 0.5),
    "a comedy of a heist and revenge": ({"genres": ["comedy"], "themes": ["heist", "revenge"]}, (0.8 + 0.25) / 2),
    "a comedy of revenge": ({"genres": ["comedy"], "themes": ["revenge"]}, 0.4),
    "a comedy without a theme": ({"genres": ["comedy"], "themes": []}, 0.8),
    "nothing is known": ({"genres": None}, None),
    "known": ({"genres": ["comedy"]}, None),
    "from tomorrow": ({"genres": ["comedy"], "licence_start": TOMORROW}, None),
    "a trailer": ({"genres": ["comedy"], "kind": "trailer"}, None),
}


@pytest.fixture(scope="module")
def new(spark: SparkSession) -> dict[str, float]:
    profiles = local_rows(
        spark,
        [("ann", {"comedy": 0.8, "drama": 0.2}, {"heist": 0.5}), ("bob", None, None)],
        "profile_key string, genre_shares map<string,double>, theme_shares map<string,double>",
    )
    rows = [{"title_id": title, "kind": "film", **row} for title, (row, _) in DESCRIBED.items()]
    known = local_rows(spark, [("known",)], "title_id string")
    found = new_candidates(profiles, make_rows(spark, TITLES, rows), known, TODAY).collect()
    assert {row.profile_key for row in found} == {"ann"}
    return {row.title_id: row.score for row in found}


@pytest.mark.parametrize("title", DESCRIBED)
def test_a_new_title_scores_by_its_genres_and_themes(new: dict[str, float], title: str) -> None:
    expected = DESCRIBED[title][1]
    assert new.get(title) == (None if expected is None else pytest.approx(expected))


def test_titles_of_which_nothing_is_known_take_no_place_from_the_others(spark: SparkSession) -> None:
    newer = [{"title_id": f"unknown {number}", "genres": [], "licence_start": TODAY} for number in range(NEW_TITLES)]
    titles = [{"title_id": "comedy", "genres": ["comedy"], "licence_start": date(2026, 6, 1)}, *newer]
    profiles = local_rows(
        spark,
        [("ann", {"comedy": 1.0}, None)],
        "profile_key string, genre_shares map<string,double>, theme_shares map<string,double>",
    )
    rows = make_rows(spark, TITLES, [{"kind": "film", **title} for title in titles])
    found = new_candidates(profiles, rows, local_rows(spark, [], "title_id string"), TODAY).collect()
    assert [row.title_id for row in found] == ["comedy"]


def test_the_most_relevant_are_kept(spark: SparkSession) -> None:
    rows = local_rows(
        spark,
        [("ann", t, r) for t, r in (("a", 0.1), ("b", 0.9), ("c", 0.9))],
        "profile_key string, title_id string, relevance double",
    )
    assert sorted(row.title_id for row in most_relevant(rows, 2).collect()) == ["b", "c"]
