"""What a released row says, where everybody's plays have rows of their own."""

from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from jobs.contracts.gold import GENRE_DEMAND_DAILY, VIEWING_SESSIONS
from jobs.contracts.published import EXPERIENCE_WEEKLY
from jobs.contracts.silver import TITLES
from jobs.published.cells import cells_of, cells_of_plays, described_sessions
from jobs.published.folding import fold_small
from jobs.published.release import release
from jobs.published.weekly import (
    experience_weekly,
    genre_demand_weekly,
    title_viewing_weekly,
    viewing_clock_weekly,
    viewing_daily,
)
from tests.factories import NOON, make_rows

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)


def plays(people: range, **fields: Any) -> list[dict[str, Any]]:
    """One play of each of these people."""
    shared = {
        "session_date": MONDAY,
        "watched_seconds": 1800.0,
        "playing_seconds": 1800.0,
        "session_source": "events",
        "is_requested": True,
        "is_started": True,
        "is_failed": False,
        "startup_seconds": 1.0,
        "stalled_seconds": 0.0,
        "runtime_seconds": 3600.0,
        "country": "FR",
        "region": "FR-IDF",
    }
    number = f"{fields['title_id']}-{fields.get('session_date', MONDAY)}"
    return [{"session_id": f"{number}-{p}", "profile_key": f"p{p}", **(shared | fields)} for p in people]


# Twelve people watch a drama on Monday noon in Paris, twenty others a crime drama on Tuesday in New York; of these,
# eleven stall. One more asks for it and gets an error.
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
    *plays(
        range(40, 41),
        title_id="both",
        session_date=TUESDAY,
        country="US",
        region="US-NY",
        watched_seconds=0.0,
        playing_seconds=0.0,
        is_started=False,
        is_failed=True,
        startup_seconds=None,
    ),
]
for stalled in PLAYS[12:23]:
    stalled["stalled_seconds"] = 600.0
CATALOGUE = [
    {"title_id": "drama", "name": "Drama", "kind": "film", "genres": ["drama"]},
    {"title_id": "both", "name": "Both", "kind": "episode", "genres": ["crime", "drama"]},
]
# Two thirds of what is on offer is crime.
DEMAND = [
    {"session_date": MONDAY, "country": "FR", "facet": "genre", "label": "drama", "supply_hours": 10.0},
    {"session_date": TUESDAY, "country": "US", "facet": "genre", "label": "crime", "supply_hours": 20.0},
    {"session_date": MONDAY, "country": "FR", "facet": "theme", "label": "heist", "supply_hours": 99.0},
]


@pytest.fixture(scope="module")
def week(spark: SparkSession) -> tuple[DataFrame, DataFrame]:
    """The sessions, and where their cells ended."""
    sessions = described_sessions(make_rows(spark, VIEWING_SESSIONS, PLAYS), make_rows(spark, TITLES, CATALOGUE))
    sessions = sessions.localCheckpoint()
    return sessions, release(cells_of_plays(sessions)).cells


def rows(found: DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    def values(row: Row) -> tuple[Any, ...]:
        return tuple(round(value, 6) if isinstance(value, float) else value for value in row)

    return sorted(values(row) for row in found.select(*columns).collect())


def test_a_day(week: tuple[DataFrame, DataFrame]) -> None:
    found = rows(viewing_daily(*week), "day", "plays", "viewers", "watched_hours")
    assert found == [("2026-06-01", 12, 12, 6.0), ("2026-06-02", 20, 20, 10.0)]


def test_the_clock_is_the_viewers(week: tuple[DataFrame, DataFrame]) -> None:
    """Tuesday at two in UTC is Monday evening in New York."""
    found = rows(viewing_clock_weekly(*week), "local_day", "time_of_day", "viewers")
    assert found == [("Monday", "12-15", 12), ("Monday", "21-24", 20)]


def test_a_title(week: tuple[DataFrame, DataFrame]) -> None:
    found = rows(title_viewing_weekly(*week), "title_id", "name", "kind", "watched_hours", "views")
    assert found == [("both", "Both", "episode", 10.0, 10.0), ("drama", "Drama", "film", 6.0, 6.0)]


def test_a_genre_is_watched_and_offered(spark: SparkSession, week: tuple[DataFrame, DataFrame]) -> None:
    """Half of the ten hours of `both` is crime: 5 of 16 hours watched, 20 of 30 on offer."""
    found = genre_demand_weekly(*week, make_rows(spark, GENRE_DEMAND_DAILY, DEMAND))
    assert rows(found, "genre", "viewers", "watched_hours", "demand_share", "supply_share", "demand_supply_ratio") == [
        ("crime", 20, 5.0, 0.3125, 0.666667, 0.46875),
        ("drama", 32, 11.0, 0.6875, 0.333333, 2.0625),
    ]


def test_a_region_has_failures_and_stalls(week: tuple[DataFrame, DataFrame]) -> None:
    """Of 21 who asked for a play in New York one got an error; eleven times ten minutes stood beside ten hours."""
    sessions, _ = week
    regions = fold_small(cells_of(EXPERIENCE_WEEKLY, sessions))
    found = rows(
        experience_weekly(sessions, regions),
        "region",
        "viewers",
        "startup_seconds_p50",
        "failed_share",
        "rebuffer_ratio",
    )
    assert found == [("FR-IDF", 12, 1.0, 0.0, 0.0), ("US-NY", 21, 1.0, 0.047619, 0.15493)]
