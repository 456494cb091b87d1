from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.gold.experience.experience_daily import experience_daily
from tests.factories import make_rows

PLAY: dict[str, Any] = {
    "session_source": "events",
    "country": "FR",
    "device_type": "tv",
    "app_version": "1.0",
    "is_requested": True,
    "is_started": True,
    "is_failed": False,
    "stall_count": 0,
    "watched_seconds": 1800.0,
    "playing_seconds": 900.0,
    "stalled_seconds": 0.0,
    "seek_stalled_seconds": 0.0,
}
NO_PICTURE = {"is_started": False, "watched_seconds": 0.0, "playing_seconds": 0.0}
SESSIONS = [
    {**PLAY, "startup_seconds": 1.0, "stop_reason": "exited"},
    {**PLAY, "startup_seconds": 2.0, "seek_stalled_seconds": 36.0},
    {**PLAY, "startup_seconds": 3.0, "stall_count": 2, "stalled_seconds": 100.0, "stop_reason": "exited"},
    {**PLAY, "startup_seconds": 10.0, "is_failed": True, "stop_reason": "error", "profile_key": "ben"},
    {**PLAY, **NO_PICTURE, "stop_reason": "exited"},
    {**PLAY, **NO_PICTURE, "is_failed": True, "stop_reason": "error"},
    {
        **PLAY,
        "is_requested": False,
        "is_started": False,
        "watched_seconds": 0.0,
        "playing_seconds": 0.0,
        "stop_reason": "exited",
    },
    {**PLAY, "session_source": "reported"},
    {**PLAY, "is_preview": True},
    {**PLAY, "country": None, "device_type": None, "app_version": None},
    {**PLAY, **NO_PICTURE, "country": "DE"},
]
FACTS = [
    ("FR", "attempts", 6),
    ("FR", "viewers", 2),
    ("FR", "started_plays", 4),
    ("FR", "exits_before_start", 1),
    ("FR", "start_failures", 1),
    ("FR", "fatal_failures", 1),
    ("FR", "startup_seconds_p50", 2.5),
    ("FR", "startup_seconds_p95", 8.95),
    ("FR", "watched_hours", 2.0),
    ("FR", "stalled_hours", 100 / 3600),
    ("FR", "seek_stalled_hours", 0.01),
    ("FR", "rebuffer_ratio", 100 / 3700),
    ("FR", "plays_with_stall", 1),
    ("FR", "exits_with_stall", 1),
    ("FR", "plays_without_stall", 3),
    ("FR", "exits_without_stall", 1),
    ("ZZ", "device_type", "other"),
    ("ZZ", "app_version", "unknown"),
    ("DE", "rebuffer_ratio", None),
    ("DE", "startup_seconds_p50", None),
]


@pytest.fixture(scope="module")
def experience(spark: SparkSession) -> dict[str, Row]:
    return {row.country: row for row in experience_daily(make_rows(spark, VIEWING_SESSIONS, SESSIONS)).collect()}


@pytest.mark.parametrize(("country", "name", "expected"), FACTS)
def test_fact(experience: dict[str, Row], country: str, name: str, expected: object) -> None:
    assert experience[country][name] == (pytest.approx(expected) if isinstance(expected, float) else expected)
