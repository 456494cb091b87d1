from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.gold import INTERACTIONS
from jobs.contracts.silver import TITLES
from jobs.gold.features.features import profile_features, title_features
from tests.factories import make_rows

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)
PLAY: dict[str, Any] = {"session_date": MONDAY, "plays": 1, "watched_seconds": 900.0}
INTERACTED: list[dict[str, Any]] = [
    {**PLAY, "profile_key": "ann", "title_id": "drama", "completion_ratio": 0.5, "country": "FR"},
    {**PLAY, "profile_key": "ann", "title_id": "drama", "session_date": TUESDAY, "completion_ratio": 1.0, "plays": 2},
    {**PLAY, "profile_key": "ann", "title_id": "both", "watched_seconds": 1800.0, "country": "FR"}
    | {"completion_ratio": 0.4},
    {"profile_key": "ben", "title_id": "drama", "session_date": TUESDAY, "plays": 0, "watched_seconds": 0.0}
    | {"rating_score": -1.0},
]
DESCRIBED: list[dict[str, Any]] = [
    {"title_id": "drama", "genres": ["drama"], "runtime_seconds": 1800.0, "kind": "film"},
    {"title_id": "both", "genres": ["drama", "comedy"], "themes": ["heist"]},
]
PROFILE_FACTS = [
    ("ann", "as_of_date", TUESDAY),
    ("ann", "active_days", 2),
    ("ann", "titles_played", 2),
    ("ann", "plays", 4),
    ("ann", "watched_seconds", 3600.0),
    # All of the one, in two evenings, and 0.4 of the other.
    ("ann", "completion_ratio_mean", 0.7),
    # 1800 s of drama alone, and 1800 s that count for drama and for comedy.
    ("ann", "genre_shares", {"drama": 2 / 3, "comedy": 1 / 3}),
    # A title without a theme is not counted.
    ("ann", "theme_shares", {"heist": 1.0}),
    ("ben", "titles_played", 0),
    ("ben", "genre_shares", None),
    ("ben", "theme_shares", None),
]
TITLE_FACTS = [
    ("drama", "as_of_date", TUESDAY),
    ("drama", "plays", 3),
    ("drama", "viewers", 1),
    ("drama", "completion_ratio_mean", 1.0),
    ("drama", "watched_hours", 0.5),
    ("drama", "rating_score_mean", -1.0),
    ("drama", "genres", ["drama"]),
    ("both", "rating_score_mean", None),
]


@pytest.fixture(scope="module")
def profiles(spark: SparkSession) -> dict[str, Row]:
    rows = profile_features(make_rows(spark, INTERACTIONS, INTERACTED), make_rows(spark, TITLES, DESCRIBED))
    return {row.profile_key: row for row in rows.collect()}


@pytest.fixture(scope="module")
def titles(spark: SparkSession) -> dict[str, Row]:
    rows = title_features(make_rows(spark, INTERACTIONS, INTERACTED), make_rows(spark, TITLES, DESCRIBED))
    return {row.title_id: row for row in rows.collect()}


@pytest.mark.parametrize(("profile", "name", "expected"), PROFILE_FACTS)
def test_profile_fact(profiles: dict[str, Row], profile: str, name: str, expected: object) -> None:
    assert profiles[profile][name] == (pytest.approx(expected) if isinstance(expected, dict) else expected)


@pytest.mark.parametrize(("title", "name", "expected"), TITLE_FACTS)
def test_title_fact(titles: dict[str, Row], title: str, name: str, expected: object) -> None:
    assert titles[title][name] == expected
