from datetime import date

import pytest
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.gold import TITLE_PROGRESS, VIEWING_SESSIONS
from jobs.contracts.silver import TITLES
from jobs.gold.titles.title_engagement_daily import title_engagement_daily
from tests.factories import make_rows

PLAY = {"title_id": "film", "country": "FR", "profile_key": "ann", "watched_seconds": 1800.0, "runtime_seconds": 3600.0}
SESSIONS = [
    PLAY,
    {**PLAY, "watched_seconds": 3600.0},
    {**PLAY, "watched_seconds": 60.0, "profile_key": "ben"},
    {**PLAY, "watched_seconds": 0.0, "profile_key": "never played"},
    {**PLAY, "profile_key": "browsing", "is_preview": True},
    {**PLAY, "title_id": "no runtime", "runtime_seconds": None},
    {**PLAY, "title_id": "nowhere", "country": None},
    {**PLAY, "title_id": "next day", "session_date": date(2026, 6, 2)},
    {**PLAY, "title_id": "trailer", "watched_seconds": 60.0},
]
OF_ANN = {"title_id": "film", "profile_key": "ann", "seen_seconds": 3600.0, "completion_ratio": 1.0}
PROGRESS = [
    {**OF_ANN, "completed_date": date(2026, 5, 20)},
    {**OF_ANN, "profile_key": "ben", "seen_seconds": 119.0, "completion_ratio": 0.0},
    {**OF_ANN, "title_id": "no runtime", "completion_ratio": None},
    {**OF_ANN, "title_id": "trailer", "seen_seconds": 60.0},
]
FACTS = [
    ("film", "plays", 3),
    ("film", "viewers", 2),
    ("film", "viewers_in_sketch", 2),
    ("film", "watched_hours", 5460 / 3600),
    ("film", "views", 5460 / 3600),
    ("film", "completion_ratio_mean", 0.5),
    ("film", "completed_share", 0.5),
    ("film", "sampled_share", 0.5),
    ("film", "session_date", date(2026, 6, 1)),
    ("no runtime", "views", None),
    ("no runtime", "completed_share", None),
    ("trailer", "sampled_share", None),
    ("nowhere", "country", "ZZ"),
    ("next day", "session_date", date(2026, 6, 2)),
]


@pytest.fixture(scope="module")
def engagement(spark: SparkSession) -> dict[str, Row]:
    found = title_engagement_daily(
        make_rows(spark, VIEWING_SESSIONS, SESSIONS),
        make_rows(spark, TITLE_PROGRESS, PROGRESS),
        make_rows(spark, TITLES, [{"title_id": "trailer", "kind": "trailer"}]),
    )
    counted = found.withColumn("viewers_in_sketch", F.theta_sketch_estimate("viewers_sketch"))
    return {row.title_id: row for row in counted.collect()}


@pytest.mark.parametrize(("title", "name", "expected"), FACTS)
def test_fact(engagement: dict[str, Row], title: str, name: str, expected: object) -> None:
    assert engagement[title][name] == (pytest.approx(expected) if isinstance(expected, float) else expected)
