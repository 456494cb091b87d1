"""No released row, and no difference of two, is of fewer than ten people: attacked from outside Spark."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.contracts.published import OTHER, TITLE_VIEWING_WEEKLY
from jobs.contracts.silver import TITLES
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.published.cells import cells_of_plays, described_sessions
from jobs.published.release import Release, release
from tests.factories import make_rows
from tests.published.attack.subtraction import rows_and_differences

MONDAY = date(2026, 6, 1)
WORLDS = 12
ATTACKS = ("within", "around")
CATALOGUE: list[dict[str, Any]] = [
    {"title_id": "a", "genres": ["drama"]},
    {"title_id": "b", "genres": ["drama", "crime"]},
    {"title_id": "c", "genres": ["western"]},
    {"title_id": "d", "genres": None},
    {"title_id": "e", "genres": ["crime", "drama"]},
]


def plays_of_week(random: Random, week: int) -> list[dict[str, Any]]:
    """A week of few people with few habits, so that rows lie within each other and remainders are small."""
    people = random.randint(4, 90)
    titles = random.choices("abcde", k=random.randint(1, 6))
    return [
        {
            "session_id": f"{week}-{number}",
            "profile_key": f"{week}-{random.randrange(people)}",
            "title_id": random.choice(titles),
            "session_date": MONDAY + timedelta(weeks=week, days=random.choice([0, 0, 0, 1, random.randrange(7)])),
            "region": random.choice(["FR-A", "FR-A", "FR-B", None]),
            "country": "FR",
            "watched_seconds": random.choice([60.0, 600.0, 0.0]),
            "session_source": random.choice(["events", "events", "reported"]),
            "is_requested": True,
            "is_started": True,
        }
        for number in range(people * random.randint(1, 3))
    ]


def released_from(spark: SparkSession, plays: list[dict[str, Any]]) -> Release:
    sessions = described_sessions(make_rows(spark, VIEWING_SESSIONS, plays), make_rows(spark, TITLES, CATALOGUE))
    return release(cells_of_plays(sessions.localCheckpoint()))


@pytest.fixture(scope="module")
def worlds(spark: SparkSession) -> Release:
    random = Random(7)
    return released_from(spark, [play for week in range(WORLDS) for play in plays_of_week(random, week)])


def test_no_row_and_no_difference_is_of_few_people(worlds: Release) -> None:
    found = rows_and_differences(worlds.cells)
    assert [(how, people) for how, people in found if people < SMALLEST_GROUP] == []


def test_something_is_released_of_most_weeks(worlds: Release) -> None:
    """Else the attack would find nothing because there is nothing."""
    weeks = worlds.cells.select("period_start_date").distinct().count()
    named = worlds.cells.where("NOT array_contains(released, 'OTHER')").select("period_start_date").distinct().count()
    assert (weeks > WORLDS * 2 / 3, named > WORLDS / 3) == (True, True)


def test_what_is_judged_is_what_an_attacker_finds(worlds: Release) -> None:
    theirs = Counter(people for how, people in rows_and_differences(worlds.cells) if how.endswith(ATTACKS))
    assert Counter(row.people for row in worlds.differences.collect()) == theirs


CASES = {
    "ten people": ({"a": range(10)}, {"a": "a"}),
    "nine people": ({"a": range(9)}, {}),
    "small ones together": (
        {"a": range(20), "c": range(5), "d": range(5, 10)},
        {"a": "a", "c": OTHER, "d": OTHER},
    ),
    "the smallest joins them": (
        {"a": range(30), "c": range(12), "d": range(9)},
        {"a": "a", "c": OTHER, "d": OTHER},
    ),
    "too few in all": ({"c": range(6), "d": range(3, 9)}, {}),
    # Drama without crime would be what three people played of `a`.
    "a genre without another": (
        {"a": range(3), "b": range(10, 16), "e": range(20, 26), "c": range(30, 46), "d": range(50, 80)},
        {"a": OTHER, "b": OTHER, "e": OTHER, "c": "c", "d": "d"},
    ),
    # Drama without `a` would be what three people played of `b`.
    "a genre without its title": (
        {"a": range(12), "b": range(3), "c": range(20)},
        {"a": OTHER, "b": OTHER, "c": "c"},
    ),
}


@pytest.fixture(scope="module")
def ends_in(spark: SparkSession) -> dict[str, dict[str, str]]:
    """Of each case, a week of its own: each title and the row that it ends in."""
    plays = [
        {
            "session_id": f"{week}-{title}-{person}",
            "profile_key": f"p{person}",
            "title_id": title,
            "session_date": MONDAY + timedelta(weeks=week),
            "watched_seconds": 60.0,
            "session_source": "reported",
        }
        for week, (people_of_title, _) in enumerate(CASES.values())
        for title, people in people_of_title.items()
        for person in people
    ]
    rows = released_from(spark, plays).cells.where(f"table_name = '{TITLE_VIEWING_WEEKLY.name}'")
    found: dict[str, dict[str, str]] = {case: {} for case in CASES}
    for row in rows.select("period_start_date", "labels", "released").distinct().collect():
        case = list(CASES)[(row.period_start_date - MONDAY).days // 7]
        found[case][row.labels[0]] = row.released[0]
    return found


@pytest.mark.parametrize("case", CASES)
def test_small_titles_are_told_together(ends_in: dict[str, dict[str, str]], case: str) -> None:
    assert ends_in[case] == CASES[case][1]
