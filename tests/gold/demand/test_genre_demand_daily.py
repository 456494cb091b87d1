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
    {**FILM, "title_id": "no length", "genres": ["crime"], "runtime_seconds": None},
]
PLAYS: list[dict[str, Any]] = [
    {"title_id": "both", "country": "FR", "profile_key": "ann", "watched_seconds": 3600.0},
    {"title_id": "both", "country": "FR", "profile_key": "ann", "watched_seconds": 3600.0},
    {"title_id": "drama", "country": "FR", "profile_key": "ben", "watched_seconds": 3600.0},
    {"title_id": "not described", "country": "FR", "profile_key": "ben", "watched_seconds": 3600.0},
    {"title_id": "over", "country": "FR", "profile_key": "ben", "watched_seconds": 7200.0},
    {"title_id": "no length", "country": "FR", "profile_key": "ben", "watched_seconds": 3600.0},
    {"title_id": "elsewhere", "country": "FR", "profile_key": "ben", "watched_seconds": 1800.0},
    {"title_id": "trailer", "country": "FR", "profile_key": "ben", "watched_seconds": 1800.0},
    {"title_id": "drama", "country": "FR", "profile_key": "never played", "watched_seconds": 0.0},
]
SEARCH: dict[str, Any] = {"event_type": "searched", "query": " Western", "country": "FR", "result_count": 0}
FOUND = {"result_count": 1}
SEARCHES = [
    *({**SEARCH, "profile_key": "ann"}, {**SEARCH, "profile_key": "ben"}, {**SEARCH, "profile_key": "cleo"} | FOUND),
    *({**SEARCH, "profile_key": "ann", "query": "cooking"}, {**SEARCH, "profile_key": "dan", "country": "DE"}),
    # On the way to another search.
    *({**SEARCH, "profile_key": "eve"}, {**SEARCH, "profile_key": "eve", "query": "western film"}),
]
FACTS = [
    ("genre", "drama", "watched_hours", 4.5),
    ("genre", "crime", "watched_hours", 2.0),
    ("genre", "drama", "offered_watched_hours", 2.0),
    ("genre", "crime", "offered_watched_hours", 1.0),
    ("genre", "unknown", "offered_watched_hours", 0.0),
    ("genre", "unknown", "watched_hours", 1.0),
    ("theme", "family", "watched_hours", 2.0),
    ("theme", "unknown", "watched_hours", 6.0),
    ("genre", "drama", "viewers", 2),
    ("genre", "drama", "supply_hours", 5.0),
    ("genre", "crime", "supply_hours", 1.0),
    ("genre", "drama", "demand_share", 0.5625),
    ("genre", "drama", "offered_demand_share", 2 / 3),
    ("genre", "drama", "supply_share", 5 / 6),
    ("genre", "drama", "demand_supply_ratio", 0.8),
    ("genre", "western", "watched_hours", 0.5),
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


def test_what_demand_is_held_against_is_on_offer(rows: list[Row]) -> None:
    """Of a whole facet, demand / supply is 1: no demand is for what nobody can supply."""
    shares = [(row.offered_demand_share, row.supply_share, row.demand_supply_ratio) for row in rows]
    assert all(ratio is not None for demand, _, ratio in shares if demand)
    of_facets = [supply * ratio for _, supply, ratio in shares if supply and ratio is not None]
    assert sum(of_facets) == pytest.approx(2.0)


@pytest.mark.parametrize("facet", ["genre", "theme"])
def test_the_hours_of_a_facet_are_those_watched(demand: dict[tuple[str, str], Row], facet: str) -> None:
    hours = sum(row.watched_hours for (of_facet, _), row in demand.items() if of_facet == facet)
    assert hours == pytest.approx(sum(play["watched_seconds"] for play in PLAYS) / 3600)
