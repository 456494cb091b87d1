from datetime import timedelta
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.contracts.silver import SEARCH_EVENTS
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.gold.demand.search_daily import search_daily
from tests.factories import NOON, make_rows


def searched(minute: float, viewer: str, query: str = "western", result_count: int = 3) -> dict[str, Any]:
    return {**_event(minute, viewer, query, "searched"), "result_count": result_count}


def opened(minute: float, viewer: str, query: str = "western") -> dict[str, Any]:
    return _event(minute, viewer, query, "search_result_opened")


def played(minute: float, viewer: str, watched_seconds: float = 60.0) -> dict[str, Any]:
    return {
        "started_at": NOON + timedelta(minutes=minute),
        "profile_key": viewer,
        "watched_seconds": watched_seconds,
    }


def _event(minute: float, viewer: str, query: str, event_type: str) -> dict[str, Any]:
    at = NOON + timedelta(minutes=minute)
    return {"event_time": at, "profile_key": viewer, "query": query, "event_type": event_type, "country": "FR"}


# Enough viewers ask for a western; those without a story of their own find something and do nothing.
SEARCHES = [
    *(searched(0, f"viewer {number}") for number in range(5, SMALLEST_GROUP)),
    *(searched(0, "ann"), opened(1, "ann")),
    *(searched(0, "ben", "  Western "), opened(11, "ben")),
    *(searched(0, "cleo"), opened(1, "cleo", "horror")),
    *(searched(0, "dan", result_count=0), searched(5, "dan")),
    # Four letters in four seconds.
    *(searched(-(4 - letters) / 60, "eve", "western"[:letters], result_count=0) for letters in range(4)),
    searched(0, "eve"),
    *(searched(0, "ann", "rare"), searched(0, "ann", "unusual", result_count=0), searched(0, "ben", "rarest")),
]
PLAYS = [played(2, "ann"), played(11, "cleo"), played(9, "dan"), played(-1, "eve"), played(1, "eve", 0.0)]
FACTS = [
    ("western", "searches", SMALLEST_GROUP + 1),
    ("western", "viewers", SMALLEST_GROUP),
    ("western", "zero_result_share", 1 / 11),
    ("western", "opened_share", 1 / 11),
    ("western", "played_share", 3 / 11),
    ("OTHER", "searches", 3),
    ("OTHER", "viewers", 2),
    ("OTHER", "zero_result_share", 1 / 3),
    ("OTHER", "played_share", 2 / 3),
]


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, Row]:
    sessions = make_rows(spark, VIEWING_SESSIONS, PLAYS)
    return {row["query"]: row for row in search_daily(make_rows(spark, SEARCH_EVENTS, SEARCHES), sessions).collect()}


def test_queries_of_few_are_one_row(found: dict[str, Row]) -> None:
    assert set(found) == {"western", "OTHER"}


@pytest.mark.parametrize(("query", "name", "expected"), FACTS)
def test_fact(found: dict[str, Row], query: str, name: str, expected: object) -> None:
    assert found[query][name] == (pytest.approx(expected) if isinstance(expected, float) else expected)
