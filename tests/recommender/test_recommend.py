from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.local_rows import local_rows
from jobs.recommender.recommend import available, finished, reason
from jobs.tables.gold import INTERACTIONS, PROFILE_FEATURES
from jobs.tables.silver import TITLES
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
}
PERSONAL, POPULAR = True, False
REASONS = [
    (PERSONAL, ["drama", "comedy"], {"comedy": 0.7, "drama": 0.3}, "FR", "Because you watch comedy"),
    (PERSONAL, ["drama", "comedy"], {"comedy": 0.5, "drama": 0.5}, "FR", "Because you watch comedy"),
    (PERSONAL, ["western"], {"comedy": 1.0}, "FR", "Popular in FR"),
    (PERSONAL, None, {"comedy": 1.0}, "FR", "Popular in FR"),
    (PERSONAL, ["drama"], None, None, "Popular in your country"),
    (POPULAR, ["drama"], {"drama": 1.0}, "FR", "Popular in FR"),
]


@pytest.fixture(scope="module")
def shown(spark: SparkSession) -> set[tuple[str, str]]:
    profiles: list[dict[str, Any]] = [
        {"profile_key": "ann", "country": "FR"},
        {"profile_key": "somewhere", "country": None},
        {"profile_key": "not seen since", "country": "FR", "as_of_date": YESTERDAY},
    ]
    candidates = local_rows(
        spark,
        [(profile["profile_key"], title, 1.0) for profile in profiles for title in DESCRIBED],
        "profile_key string, title_id string, score double",
    )
    found = available(
        candidates,
        make_rows(spark, PROFILE_FEATURES, [{"as_of_date": TODAY, **profile} for profile in profiles]),
        make_rows(spark, TITLES, [{"title_id": title, "kind": "film", **row} for title, (row, _) in DESCRIBED.items()]),
    )
    return {(row.profile_key, row.title_id) for row in found.collect()}


@pytest.mark.parametrize("title", DESCRIBED)
def test_only_what_may_be_watched_there_and_then(shown: set[tuple[str, str]], title: str) -> None:
    for viewer in ("ann", "not seen since"):
        assert ((viewer, title) in shown) == DESCRIBED[title][1]


def test_one_viewer_of_the_future_ends_nobodys_licence(spark: SparkSession) -> None:
    now = datetime.now(UTC).date()
    profiles: list[dict[str, Any]] = [
        {"profile_key": "ann", "as_of_date": now},
        {"profile_key": "wrong clock", "as_of_date": now + timedelta(days=300)},
    ]
    found = available(
        local_rows(spark, [("ann", "film", 1.0)], "profile_key string, title_id string, score double"),
        make_rows(spark, PROFILE_FEATURES, profiles),
        make_rows(spark, TITLES, [{"title_id": "film", "kind": "film", "licence_end": now + timedelta(days=30)}]),
    )
    assert [row.title_id for row in found.collect()] == ["film"]


def test_where_the_country_is_unknown_country_limits_are_not_applied(shown: set[tuple[str, str]]) -> None:
    assert ("somewhere", "elsewhere") in shown


def test_reasons(spark: SparkSession) -> None:
    rows = local_rows(
        spark,
        [(number, *row[:4]) for number, row in enumerate(REASONS)],
        "number int, is_personal boolean, genres array<string>, genre_shares map<string,double>, country string",
    )
    found = [row.reason for row in rows.select("number", reason().alias("reason")).orderBy("number").collect()]
    assert found == [row[-1] for row in REASONS]


def test_what_is_finished_or_disliked_needs_no_recommending(spark: SparkSession) -> None:
    rows = [
        {"title_id": "completed", "is_completed": True},
        {"title_id": "disliked", "rating_score": -0.5},
        {"title_id": "begun", "is_completed": False},
        {"title_id": "liked", "rating_score": 1.0},
        {"title_id": "disliked, then liked", "rating_score": -1.0, "session_date": YESTERDAY},
        {"title_id": "disliked, then liked", "rating_score": 0.5, "session_date": TODAY},
        {"title_id": "liked, then disliked, then played", "rating_score": 0.5, "session_date": YESTERDAY},
        {"title_id": "liked, then disliked, then played", "rating_score": -1.0, "session_date": TODAY},
        {"title_id": "liked, then disliked, then played", "session_date": TOMORROW},
    ]
    found = finished(make_rows(spark, INTERACTIONS, [{"profile_key": "ann", **row} for row in rows])).collect()
    assert {row.title_id for row in found} == {"completed", "disliked", "liked, then disliked, then played"}
