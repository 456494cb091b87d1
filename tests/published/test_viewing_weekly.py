"""What a released row says, where everybody's plays are in parts of their own."""

from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.contracts.silver import TITLES
from jobs.published.viewing_parts import viewing_parts
from jobs.published.viewing_weekly import genre_demand_weekly, title_viewing_weekly, viewing_clock_weekly
from tests.factories import NOON, make_rows

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)


def plays(people: range, **fields: Any) -> list[dict[str, Any]]:
    """One play of each of these people."""
    shared = {
        "session_date": MONDAY,
        "watched_seconds": 1800.0,
        "session_source": "events",
        "is_requested": True,
        "is_started": True,
        "runtime_seconds": 3600.0,
        "country": "FR",
        "region": "FR-IDF",
    }
    number = f"{fields['title_id']}-{fields.get('session_date', MONDAY)}"
    return [
        {"session_id": f"{number}-{p}", "account_key": f"a{p}", "profile_key": f"p{p}", **(shared | fields)}
        for p in people
    ]


# Twelve people watch a drama on Monday noon in Paris, twenty others a crime drama on Tuesday in New York.
PLAYS = [
    *plays(range(12), title_id="drama", started_at=NOON, utc_offset_minutes=120),
    *plays(
        range(20, 40),
        title_id="both",
        session_date=TUESDAY,
        started_at=NOON.replace(day=2, hour=2),
        utc_offset_minutes=-240,
        country="US",
        region="US-NY",
    ),
]
# Of four hours on offer one is of a film that nobody watches; a licence has ended.
CATALOGUE = [
    {"title_id": "drama", "name": "Drama", "kind": "film", "genres": ["drama"], "runtime_seconds": 3600.0},
    {"title_id": "both", "name": "Both", "kind": "episode", "genres": ["crime", "drama"], "runtime_seconds": 7200.0},
    {"title_id": "ended", "genres": ["crime"], "runtime_seconds": 9.9, "licence_end": date(2026, 5, 31)},
    {"title_id": "unseen", "kind": "film", "genres": ["western"], "runtime_seconds": 3600.0},
]


@pytest.fixture(scope="module")
def sessions(spark: SparkSession) -> DataFrame:
    return make_rows(spark, VIEWING_SESSIONS, PLAYS).localCheckpoint()


@pytest.fixture(scope="module")
def parts(sessions: DataFrame) -> DataFrame:
    return viewing_parts(sessions).localCheckpoint()


def rows(found: DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    def values(row: Row) -> tuple[Any, ...]:
        return tuple(round(value, 6) if isinstance(value, float) else value for value in row)

    return sorted(values(row) for row in found.select(*columns).collect())


def test_the_clock_is_the_viewers(parts: DataFrame) -> None:
    """Tuesday at two in UTC is Monday evening in New York."""
    found = rows(viewing_clock_weekly(parts), "title_id", "local_day", "time_of_day", "watched_hours")
    assert found == [("both", "Monday", "21-24", 10.0), ("drama", "Monday", "12-15", 6.0)]


def test_who_stands_behind_a_part(parts: DataFrame) -> None:
    """Twelve of half an hour each: without two of them, it is ten times the first."""
    found = rows(parts, "title_id", "accounts", "profiles", "remainder_ratio")
    assert found == [("both", 20, 20, 18.0), ("drama", 12, 12, 10.0)]


def test_a_title(spark: SparkSession, parts: DataFrame) -> None:
    found = title_viewing_weekly(parts, make_rows(spark, TITLES, CATALOGUE))
    assert rows(found, "title_id", "name", "kind", "viewers", "watched_hours", "views") == [
        ("both", "Both", "episode", 20, 10.0, 5.0),
        ("drama", "Drama", "film", 12, 6.0, 6.0),
    ]


def test_a_genre_is_watched_and_offered(spark: SparkSession, parts: DataFrame) -> None:
    """Half of the ten hours of `both` is crime: 5 of 16 hours watched, 1 of 4 on offer on each day."""
    titles = make_rows(spark, TITLES, CATALOGUE)
    found = genre_demand_weekly(title_viewing_weekly(parts, titles), titles)
    assert rows(found, "genre", "watched_hours", "demand_share", "supply_share", "demand_supply_ratio") == [
        ("crime", 5.0, 0.3125, 0.25, 1.25),
        ("drama", 11.0, 0.6875, 0.5, 1.375),
    ]


def test_demand_is_held_against_supply_of_the_same_titles(spark: SparkSession, parts: DataFrame) -> None:
    """`drama` has no length: of what is on offer, `both` has all ten hours watched, and two of three hours on offer."""
    titles = make_rows(spark, TITLES, [{**CATALOGUE[0], "runtime_seconds": None}, *CATALOGUE[1:]])
    found = genre_demand_weekly(title_viewing_weekly(parts, titles), titles)
    assert rows(found, "genre", "demand_share", "offered_demand_share", "supply_share", "demand_supply_ratio") == [
        ("crime", 0.3125, 0.5, 0.333333, 1.5),
        ("drama", 0.6875, 0.5, 0.333333, 1.5),
    ]


def test_sensitive_genres_are_told_together(spark: SparkSession, parts: DataFrame) -> None:
    faith = F.expr("transform(genres, genre -> replace(genre, 'crime', 'faith'))")
    titles = make_rows(spark, TITLES, CATALOGUE).withColumn("genres", faith)
    found = genre_demand_weekly(title_viewing_weekly(parts, titles), titles)
    assert rows(found, "genre", "watched_hours", "supply_share") == [("OTHER", 5.0, 0.25), ("drama", 11.0, 0.5)]
