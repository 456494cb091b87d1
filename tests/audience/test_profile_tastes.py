from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.audience.profile_tastes import MOST_GENRES, OTHER_GENRES, catalogue_genres, profile_tastes
from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.contracts.silver import TITLES
from tests.factories import make_rows

GENRES = ["comedy", "crime", OTHER_GENRES]
DESCRIBED = [
    {"title_id": "crime", "genres": ["crime"]},
    {"title_id": "both", "genres": ["crime", "comedy"]},
    {"title_id": "rare", "genres": ["opera"]},
    {"title_id": "faith", "genres": ["religion"]},
]


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


FRIDAY = 5
WATCHED: list[dict[str, Any]] = [
    # Of 4 hours: 2 of crime, 1 of comedy, 1 of others. On Friday at 23 in UTC it is Saturday at 1 in Paris.
    {"title_id": "crime", "watched_seconds": 3600, "started_at": at(FRIDAY, 20), "device_type": "tv"},
    {"title_id": "both", "watched_seconds": 7200, "started_at": at(FRIDAY, 23), "utc_offset_minutes": 120}
    | {"device_type": "phone"},
    {"title_id": "rare", "watched_seconds": 1800, "started_at": at(FRIDAY, 6), "device_type": "fridge"},
    {"title_id": "not in the catalogue", "watched_seconds": 1800, "started_at": at(FRIDAY, 17)},
    {"title_id": "faith", "watched_seconds": 3600, "started_at": at(FRIDAY, 6), "device_type": "console"},
    {"title_id": "crime", "watched_seconds": 0, "started_at": at(FRIDAY, 20), "device_type": "console"},
]
NO_DEVICE = dict.fromkeys(("tv", "phone", "tablet", "browser", "console", "stick", "other"), 0.0)


@pytest.fixture(scope="module")
def ann(spark: SparkSession) -> Row:
    rows = [{"profile_key": "ann", **play, "watched_seconds": float(play["watched_seconds"])} for play in WATCHED]
    rows.append({"profile_key": "only looked", "watched_seconds": 0.0})
    titles = make_rows(spark, TITLES, DESCRIBED)
    (found,) = profile_tastes(make_rows(spark, VIEWING_SESSIONS, rows), titles, GENRES).collect()
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("profile_key", "ann"),
        ("watched_hours", 4.0),
        ("genre_shares", {"comedy": 0.25, "crime": 0.5, OTHER_GENRES: 0.25}),
        ("daypart_shares", {"night": 0.5, "morning": 0.125, "afternoon": 0.125, "evening": 0.25}),
        ("device_shares", NO_DEVICE | {"tv": 0.25, "phone": 0.5, "other": 0.25}),
        ("weekend_share", 0.5),
    ],
)
def test_shares_of_the_watched_time(ann: Row, name: str, expected: Any) -> None:
    assert ann[name] == (expected if isinstance(expected, str) else pytest.approx(expected))


def test_the_vector_has_every_share_and_the_logarithm_of_the_hours(ann: Row) -> None:
    shares = [share for name in ("genre_shares", "daypart_shares", "device_shares") for share in ann[name].values()]
    assert sorted(ann.taste.toArray()) == pytest.approx(sorted([*shares, 0.5, 1.6094379]))


def test_however_many_genres_a_catalogue_has_clustering_sees_the_most_frequent(spark: SparkSession) -> None:
    rows = [{"genres": [f"rare {number}", "drama"]} for number in range(MOST_GENRES + 5)]
    found = catalogue_genres(make_rows(spark, TITLES, rows))
    assert (len(found), found[0], found[-1]) == (MOST_GENRES + 1, "drama", OTHER_GENRES)


def test_nobody_is_grouped_by_a_sensitive_genre(spark: SparkSession) -> None:
    found = catalogue_genres(make_rows(spark, TITLES, [{"genres": ["faith", "drama"]}, {"genres": ["LGBTQ Stories"]}]))
    assert found == ["drama", OTHER_GENRES]
