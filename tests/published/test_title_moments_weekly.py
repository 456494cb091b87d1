from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.published import TITLE_VIEWING_WEEKLY
from jobs.contracts.silver import TITLES
from jobs.published.title_moments_weekly import title_moments_weekly
from jobs.storage.local_rows import local_rows
from tests.factories import make_rows

WEEK = date(2026, 6, 1)
RANGES = (
    "account_key string, profile_key string, session_date date, title_id string, measure string, "
    "from_moment bigint, to_moment bigint"
)
VIEWERS = "week_start_date date, title_id string, account_key string, profile_key string"
# Its stretches are 160, 80, 40, 20 and 10 moments long.
RUNTIME_SECONDS = 1600.0
# Person, measure, moment.
Happened = list[tuple[int, str, int]]


def released(
    spark: SparkSession, happened: Happened, viewers: int | Iterable[int], accounts: int = 1000
) -> list[tuple[Any, ...]]:
    """What is released of one title with these viewers, to whom (person, measure, moment) happened."""
    people = range(viewers) if isinstance(viewers, int) else viewers
    ranges = [
        (f"a{person % accounts}", f"p{person}", WEEK, "film", measure, moment, moment)
        for person, measure, moment in happened
    ]
    titles_released = make_rows(
        spark,
        TITLE_VIEWING_WEEKLY,
        [{"week_start_date": WEEK, "title_id": "film", "name": "Film"}, {"title_id": "OTHER"}],
    )
    watched = [(WEEK, "film", f"a{person % accounts}", f"p{person}") for person in people]
    titles = make_rows(spark, TITLES, [{"title_id": "film", "runtime_seconds": RUNTIME_SECONDS}])
    rows = title_moments_weekly(
        local_rows(spark, ranges, RANGES), local_rows(spark, watched, VIEWERS), titles_released, titles
    ).orderBy("from_seconds")
    return [(row.measure, row.from_seconds, row.to_seconds, row.times, row.viewers) for row in rows.collect()]


def exits(people: range, moment: int) -> Happened:
    return [(person, "exits", moment) for person in people]


@pytest.mark.parametrize(
    ("happened", "viewers", "expected"),
    [
        (exits(range(12), 35), 30, [("exits", 300, 400, 10, 12)]),
        (exits(range(9), 30), 30, []),
        (exits(range(6), 20) + exits(range(6, 12), 159), 30, [("exits", 0, 1600, 10, 12)]),
        (exits(range(6), 20) + exits(range(6, 12), 35), 30, [("exits", 200, 400, 10, 12)]),
        (
            exits(range(10), 5) + exits(range(10, 25), 75) + exits(range(25, 34), 100) + exits(range(34, 39), 155),
            60,
            [("exits", 0, 100, 10, 10), ("exits", 700, 800, 20, 15), ("exits", 800, 1600, 10, 14)],
        ),
        ([*exits(range(12), 35), *[(3, "exits", 35)] * 100], 30, [("exits", 300, 400, 20, 12)]),
        (exits(range(12), 3000), 30, [("exits", 1500, 1600, 10, 12)]),
        (exits(range(12), 30), 12, [("exits", 300, 400, 10, 12)]),
        (exits(range(12), 30), 13, []),
        ([(person, "plays_covering", 0) for person in range(12)], 30, []),
    ],
    ids=[
        "a place",
        "too few",
        "two places together",
        "two sixteenths of an eighth",
        "halves as far as each is of ten",
        "a hundred times to one of them",
        "beyond the end",
        "to everybody",
        "to all but one",
        "where plays are",
    ],
)
def test_a_stretch_is_of_enough_people(
    spark: SparkSession, happened: Happened, viewers: int, expected: list[tuple[Any, ...]]
) -> None:
    assert released(spark, happened, viewers) == expected


@pytest.mark.parametrize("place_of_the_tenth", [1, 37, 79])
def test_a_stretch_does_not_end_where_the_tenth_person_left(spark: SparkSession, place_of_the_tenth: int) -> None:
    happened = exits(range(5), 0) + exits(range(5, 9), 79) + exits(range(9, 10), place_of_the_tenth)
    assert released(spark, happened, 30) == [("exits", 0, 800, 10, 10)]


def test_ten_profiles_of_nine_accounts_are_too_few(spark: SparkSession) -> None:
    assert released(spark, exits(range(10), 30), 30, accounts=9) == []


def test_those_to_whom_it_did_not_happen_are_the_titles_other_viewers(spark: SparkSession) -> None:
    """It happened to 25 of 30 viewers, and to five whom the title's row does not count: five viewers are left over."""
    assert released(spark, exits(range(5, 35), 30), 30) == []


def test_who_is_no_viewer_of_the_title_does_not_make_a_stretch(spark: SparkSession) -> None:
    assert released(spark, exits(range(12), 30), range(5, 40)) == []


def test_other_profiles_of_the_same_accounts_are_nobody_else(spark: SparkSession) -> None:
    """It happened to a profile of each of twelve accounts, which have twelve profiles more."""
    assert released(spark, exits(range(12), 30), [*range(12), *range(1000, 1009), *range(2000, 2003)]) == []
