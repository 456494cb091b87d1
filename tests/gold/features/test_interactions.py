from datetime import timedelta
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.gold import TITLE_PROGRESS, VIEWING_SESSIONS
from jobs.contracts.silver import FEEDBACK_EVENTS
from jobs.gold.features.interactions import interactions
from tests.factories import NOON, make_rows

SESSIONS = [
    {"title_id": "played twice", "account_key": "home", "watched_seconds": 100.0, "runtime_seconds": 1250.0},
    {"title_id": "played twice", "account_key": "home", "watched_seconds": 900.0, "runtime_seconds": 1250.0},
    {"title_id": "opened only", "watched_seconds": 0.0},
    {"title_id": "played and rated", "watched_seconds": 60.0, "country": "FR", "runtime_seconds": 600.0},
    {"title_id": "all night", "watched_seconds": 9000.0, "runtime_seconds": 600.0},
]
PROGRESS = [
    {"title_id": "played twice", "completion_ratio": 0.95, "completed_date": NOON.date()},
    {"title_id": "played and rated", "completion_ratio": 0.1},
    {"title_id": "all night", "completion_ratio": 1.0, "completed_date": NOON.date()},
]
RATED: list[dict[str, Any]] = [
    {"title_id": "played and rated", "rating": "thumbs_up"},
    {"title_id": "down", "rating": "thumbs_down"},
    {"title_id": "two thumbs", "rating": "two_thumbs_up", "country": "NO"},
    {"title_id": "five stars", "stars": 5.0},
    {"title_id": "half a star", "stars": 0.5},
    {"title_id": "the middle", "stars": 2.75},
    {"title_id": "changed their mind", "rating": "thumbs_down", "event_time": NOON + timedelta(hours=1)},
    {"title_id": "changed their mind", "rating": "thumbs_up"},
    {"title_id": "on the list", "event_type": "list_added", "country": "NO"},
    {"title_id": "off the list again", "event_type": "list_removed", "event_time": NOON + timedelta(hours=1)},
    {"title_id": "off the list again", "event_type": "list_added"},
    {"title_id": "listed, then rated", "event_type": "list_added"},
    {"title_id": "listed, then rated", "rating": "thumbs_up", "event_time": NOON + timedelta(hours=1)},
]
FACTS = [
    ("played twice", "account_key", "home"),
    ("two thumbs", "account_key", "x"),
    ("played twice", "plays", 2),
    ("played twice", "watched_seconds", 1000.0),
    ("played twice", "watched_ratio", 0.8),
    ("played twice", "completion_ratio", 0.95),
    ("played twice", "is_completed", True),
    ("played twice", "rating_score", None),
    ("played and rated", "plays", 1),
    ("played and rated", "is_completed", False),
    ("all night", "watched_ratio", 1.0),
    ("played and rated", "rating_score", 0.5),
    ("played and rated", "country", "FR"),
    ("down", "rating_score", -1.0),
    ("down", "plays", 0),
    ("down", "is_completed", None),
    ("down", "watched_seconds", 0.0),
    ("two thumbs", "rating_score", 1.0),
    ("two thumbs", "country", "NO"),
    ("five stars", "rating_score", 1.0),
    ("half a star", "rating_score", -1.0),
    ("the middle", "rating_score", 0.0),
    ("changed their mind", "rating_score", -1.0),
    ("changed their mind", "is_listed", None),
    ("on the list", "is_listed", True),
    ("on the list", "rating_score", None),
    ("on the list", "plays", 0),
    ("on the list", "country", "NO"),
    ("off the list again", "is_listed", False),
    ("listed, then rated", "is_listed", True),
    ("listed, then rated", "rating_score", 0.5),
]


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, Row]:
    feedback = [{"event_type": "rated", **row} for row in RATED]
    rows = interactions(
        make_rows(spark, VIEWING_SESSIONS, [{"profile_key": "ann"} | row for row in SESSIONS]),
        make_rows(spark, TITLE_PROGRESS, [{"profile_key": "ann"} | row for row in PROGRESS]),
        make_rows(spark, FEEDBACK_EVENTS, [{"profile_key": "ann"} | row for row in feedback]),
    )
    return {row.title_id: row for row in rows.collect()}


@pytest.mark.parametrize(("title", "name", "expected"), FACTS)
def test_fact(found: dict[str, Row], title: str, name: str, expected: object) -> None:
    assert found[title][name] == expected


def test_what_never_played_is_no_interaction(found: dict[str, Row]) -> None:
    assert "opened only" not in found
