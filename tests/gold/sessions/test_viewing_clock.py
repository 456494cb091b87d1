from datetime import UTC, date, datetime

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.gold.sessions.viewing_clock import viewing_clock
from tests.factories import make_rows

LAST_WEEK, THIS_WEEK = date(2026, 5, 25), date(2026, 6, 1)
# 2026-06-01 is a Monday. The country is the name of the case.
STARTS: dict[str, tuple[datetime, int | None, tuple[date, int, int]]] = {
    "in UTC": (datetime(2026, 6, 1, 0, 30, tzinfo=UTC), 0, (THIS_WEEK, 1, 0)),
    "offset unknown": (datetime(2026, 6, 3, 20, 0, tzinfo=UTC), None, (THIS_WEEK, 3, 20)),
    "still Sunday in New York": (datetime(2026, 6, 1, 0, 30, tzinfo=UTC), -240, (LAST_WEEK, 7, 20)),
    "already Monday in Delhi": (datetime(2026, 5, 31, 20, 0, tzinfo=UTC), 330, (THIS_WEEK, 1, 1)),
}


@pytest.fixture(scope="module")
def clock(spark: SparkSession) -> dict[str, tuple[date, int, int]]:
    plays = [
        {"country": name, "started_at": started_at, "utc_offset_minutes": offset}
        for name, (started_at, offset, _) in STARTS.items()
    ]
    found = viewing_clock(make_rows(spark, VIEWING_SESSIONS, plays)).collect()
    return {row.country: (row.week_start_date, row.local_day_of_week, row.local_hour) for row in found}


@pytest.mark.parametrize("name", STARTS)
def test_local_hour(clock: dict[str, tuple[date, int, int]], name: str) -> None:
    assert clock[name] == STARTS[name][2]


def test_viewers_are_counted_once_and_hours_are_summed(spark: SparkSession) -> None:
    plays = [
        {"profile_key": "ann", "watched_seconds": 1800.0},
        {"profile_key": "ann", "watched_seconds": 900.0},
        {"profile_key": "ben", "watched_seconds": 900.0},
        {"profile_key": "eve", "watched_seconds": 0.0},
    ]
    (row,) = viewing_clock(make_rows(spark, VIEWING_SESSIONS, plays)).collect()
    assert (row.plays, row.viewers, row.watched_hours, row.device_type) == (3, 2, 1.0, "other")
