from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.contracts.silver import SEARCH_EVENTS, TITLES
from jobs.gold.demand.genre_demand_daily import genre_demand_daily
from tests.factories import make_rows

TODAY, YESTERDAY, TOMORROW = date(2026, 6, 1), date(2026, 5, 31), date(2026, 6, 2)
FILM = {"kind": "film", "runtime_seconds": 7200.0, "licence_start": TODAY}
TITLE_ROWS: list[dict[str, Any]] = [
    {**FILM, "title_id": "both", "genres": ["drama", "crime"], "themes": ["family"]},
    {**FILM, "title_id": "drama", "genres": ["drama"], "countries": ["FR", "DE"]},
    {**FILM, "title_id": "elsewhere", "genres": ["western"], "countries": ["DE"]},
    {**FILM, "title_id": "over", "genres": ["drama"], "licence_start": date(2020, 1, 1), "licence_end": YESTERDAY},
    {**FILM, "title_id": "to come", "genres": ["drama"], "licence_start": TOMORROW},
    {**FILM, "title_id": "no licence stated", "genres": ["drama"], "licence_start": None},
    {**FILM, "title_id": "trailer", "genres": ["drama"], "kind": "trailer"},
]
PLAYS: list[dict[str, Any]] = [
    {"title_id": "both", "country": "FR", "profile_key": "ann", "watched_seconds": 3600.0},
    {"title_id": "both", "country": "FR", "profile_key": "ann", "watched_seconds": 3600.0},
    {"title_id": "drama", "country": "FR", "profile_key": "ben", "watched_seconds": 3600.0},
    {"title_id": "not described", "country": "FR", "profile_key": "ben", "watched_seconds": 3600.0},
    {"title_id": "drama", "country": "FR", "profile_key": "never played", "watched_seconds": 0.0},
]
SEARCH: dict[str, Any] = {"event_type": "searched", "query": " Western", "country": "FR", "result_count": 0}
SEARCHES = [
    *(SEARCH, SEARCH, {**SEARCH, "result_count": 1}, {**SEARCH, "query": "cooking"}),
    {**SEARCH, "country": "DE"},
]
FACTS = [
    ("genre", "drama", "watched_hours", 2.0),
    ("genre", "crime", "watched_hours", 1.0),
    ("genre", "unknown", "watched_hours", 1.0),
    ("theme", "family", "watched_hours", 2.0),
    ("theme", "unknown", "watched_hours", 2.0),
    ("genre", "drama", "viewers", 2),
    ("genre", "drama", "supply_hours", 5.0),
    ("genre", "crime", "supply_hours", 1.0),
    ("genre", "drama", "demand_share", 0.5),
    ("genre", "drama", "supply_share", 5 / 6),
    ("genre", "drama", "demand_supply_ratio", 0.6),
    ("genre", "western", "watched_hours", 0.0),
    ("genre", "western", "supply_hours", 0.0),
    ("genre", "western", "searches_without_result", 2),
    ("genre", "western", "demand_supply_ratio", None),
]


@pytest.fixture(scope="module")
def rows(spark: SparkSession) -> list[Row]:
    return genre_demand_daily(
        make_rows(spark, VIEWING_SESSIONS, PLAYS),
        make_rows(spark, SEARCH_EVENTS, SEARCHES),
        make_rows(spark, TITLES, TITLE_ROWS),
    ).collect()


@pytest.fixture(scope="module")
def demand(rows: list[Row]) -> dict[tuple[str, str], Row]:
    return {(row.facet, row.label): row for row in rows if row.country == "FR"}


def test_where_nobody_played_anything_what_is_on_offer_counts_all_the_same(rows: list[Row]) -> None:
    (western,) = (row for row in rows if (row.country, row.label) == ("DE", "western"))
    assert (western.searches_without_result, western.supply_hours, western.demand_share) == (1, 2.0, None)


@pytest.mark.parametrize(("facet", "label", "name", "expected"), FACTS)
def test_fact(demand: dict[tuple[str, str], Row], facet: str, label: str, name: str, expected: object) -> None:
    assert demand[facet, label][name] == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize("facet", ["genre", "theme"])
def test_the_hours_of_a_facet_are_those_watched(demand: dict[tuple[str, str], Row], facet: str) -> None:
    hours = sum(row.watched_hours for (of_facet, _), row in demand.items() if of_facet == facet)
    assert hours == pytest.approx(sum(play["watched_seconds"] for play in PLAYS) / 3600)
