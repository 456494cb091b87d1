from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.gold import INTERACTIONS, PROFILE_FEATURES, RECOMMENDATIONS
from jobs.contracts.silver import TITLES
from jobs.recommender.learning.known_titles import known_titles
from jobs.recommender.serving.candidates import available
from jobs.recommender.serving.due_lists import due_profiles, with_basis
from jobs.recommender.serving.recommend import day_of_lists
from jobs.storage.local_rows import local_rows
from tests.factories import make_rows

TODAY, YESTERDAY, TOMORROW = date(2026, 6, 2), date(2026, 6, 1), date(2026, 6, 3)
# Title: how it is described; whether somebody in France may have it recommended today.
DESCRIBED: dict[str, tuple[dict[str, object], bool]] = {
    "everywhere, for ever": ({}, True),
    "in France": ({"countries": ["DE", "FR"]}, True),
    "elsewhere": ({"countries": ["DE"]}, False),
    "nowhere": ({"countries": []}, False),
    "from today": ({"licence_start": TODAY}, True),
    "from tomorrow": ({"licence_start": TOMORROW}, False),
    "until today": ({"licence_end": TODAY}, True),
    "until yesterday": ({"licence_end": YESTERDAY}, False),
    "a trailer": ({"kind": "trailer"}, False),
    "for adults": ({"maturity": "18+"}, True),
    "for children": ({"maturity": "7"}, True),
}
PROFILE = (
    "profile_key string, country string, genre_shares map<string,double>, theme_shares map<string,double>, "
    "as_of_date date, basis bigint, highest_age int, takes_unrated boolean"
)


@pytest.fixture(scope="module")
def shown(spark: SparkSession) -> set[tuple[str, str]]:
    people = {"ann": ("FR", None, True), "somewhere": (None, None, True), "child": ("FR", 7, False)}
    candidates = local_rows(
        spark, [(viewer, title) for viewer in people for title in DESCRIBED], "profile_key string, title_id string"
    )
    found = available(
        candidates,
        local_rows(
            spark,
            [(viewer, country, None, None, TODAY, 1, *limit) for viewer, (country, *limit) in people.items()],
            PROFILE,
        ),
        make_rows(spark, TITLES, [{"title_id": title, "kind": "film", **row} for title, (row, _) in DESCRIBED.items()]),
    )
    return {(row.profile_key, row.title_id) for row in found.collect()}


@pytest.mark.parametrize("title", DESCRIBED)
def test_only_what_may_be_watched_there_and_then(shown: set[tuple[str, str]], title: str) -> None:
    assert (("ann", title) in shown) == DESCRIBED[title][1]


def test_where_the_country_is_unknown_country_limits_are_not_applied(shown: set[tuple[str, str]]) -> None:
    assert ("somewhere", "elsewhere") in shown


def test_a_child_is_offered_what_is_known_to_be_for_its_age(shown: set[tuple[str, str]]) -> None:
    assert {title for viewer, title in shown if viewer == "child"} == {"for children"}


def test_one_viewer_of_the_future_ends_nobodys_licence(spark: SparkSession) -> None:
    today = date(2026, 6, 10)
    profiles: list[dict[str, Any]] = [
        {"profile_key": "ann", "as_of_date": today},
        {"profile_key": "wrong clock", "as_of_date": date(2027, 4, 6)},
    ]
    assert day_of_lists(make_rows(spark, PROFILE_FEATURES, profiles), today) == today


def test_what_the_viewer_knows_needs_no_recommending(spark: SparkSession) -> None:
    rows = [
        {"title_id": "completed", "watched_seconds": 60.0, "is_completed": True},
        {"title_id": "disliked", "watched_seconds": 0.0, "rating_score": -0.5},
        {"title_id": "liked", "watched_seconds": 0.0, "rating_score": 1.0},
        {"title_id": "begun", "watched_seconds": 100.0},
        {"title_id": "begun", "watched_seconds": 20.0, "session_date": TOMORROW},
        {"title_id": "sampled", "watched_seconds": 119.0},
        {"title_id": "listed", "watched_seconds": 0.0, "is_listed": True},
        {"title_id": "unlisted", "watched_seconds": 0.0, "is_listed": True},
        {"title_id": "unlisted", "watched_seconds": 0.0, "is_listed": False, "session_date": TOMORROW},
    ]
    found = known_titles(make_rows(spark, INTERACTIONS, [{"profile_key": "ann", **row} for row in rows])).collect()
    assert {row.title_id for row in found} == {"completed", "disliked", "liked", "begun", "listed"}


def profiles_with_basis(
    spark: SparkSession,
    did: list[dict[str, Any]],
    country: str = "FR",
    agreed: tuple[str, ...] = ("ann",),
    highest_age: int | None = None,
) -> DataFrame:
    profiles = make_rows(spark, PROFILE_FEATURES, [{"profile_key": "ann", "country": country, "as_of_date": TODAY}])
    limits = {"highest_age": F.lit(highest_age).cast("int"), "takes_unrated": F.lit(highest_age is None)}
    profiles = profiles.withColumns(limits)
    interactions = make_rows(spark, INTERACTIONS, [{"profile_key": "ann", **row} for row in did])
    return with_basis(profiles, interactions, local_rows(spark, [(name,) for name in agreed], "profile_key string"))


DID = [{"title_id": "a", "watched_seconds": 60.0}, {"title_id": "b", "watched_seconds": 60.0}]
# What is otherwise now; whether ann's list is made anew.
SINCE: dict[str, tuple[dict[str, Any], bool]] = {
    "nothing": ({"did": DID[::-1]}, False),
    "one more play": ({"did": [*DID, {"title_id": "c"}]}, True),
    "a longer play": ({"did": [DID[0], DID[1] | {"watched_seconds": 61.0}]}, True),
    "a rating": ({"did": [DID[0], DID[1] | {"rating_score": 1.0}]}, True),
    "a title on the list": ({"did": [DID[0], DID[1] | {"is_listed": True}]}, True),
    "another country": ({"did": DID, "country": "DE"}, True),
    "no consent any more": ({"did": DID, "agreed": ()}, True),
    "a child's profile now": ({"did": DID, "highest_age": 7}, True),
}


def is_due(
    spark: SparkSession,
    now: DataFrame,
    version: str = "1",
    licence_end: date | None = None,
    has_list: bool = True,
    **offer: object,
) -> bool:
    basis = profiles_with_basis(spark, DID).collect()[0].basis
    row = {"profile_key": "ann", "title_id": "x", "basis": basis, "model_name": "m", "model_version": "1"}
    stored = make_rows(spark, RECOMMENDATIONS, [row] if has_list else [])
    titles = make_rows(spark, TITLES, [{"title_id": "x", "kind": "film", "licence_end": licence_end, **offer}])
    return not due_profiles(now, stored, titles, "m", version).isEmpty()


@pytest.mark.parametrize("since", SINCE)
def test_a_list_is_made_anew_where_its_basis_is_another(spark: SparkSession, since: str) -> None:
    now, expected = SINCE[since]
    assert is_due(spark, profiles_with_basis(spark, **now)) == expected


def test_another_model_makes_all_lists_anew(spark: SparkSession) -> None:
    assert is_due(spark, profiles_with_basis(spark, DID), version="2")


def test_a_list_with_a_title_that_is_not_offered_any_more_is_made_anew(spark: SparkSession) -> None:
    assert is_due(spark, profiles_with_basis(spark, DID), licence_end=YESTERDAY)


def test_a_list_with_a_title_that_is_not_offered_in_the_country_any_more_is_made_anew(spark: SparkSession) -> None:
    assert is_due(spark, profiles_with_basis(spark, DID), countries=["DE"])


def test_who_has_no_list_gets_one(spark: SparkSession) -> None:
    assert is_due(spark, profiles_with_basis(spark, DID), has_list=False)
