from datetime import date
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.published import TITLE_VIEWING_WEEKLY
from jobs.published.title_moments_weekly import title_moments_weekly
from jobs.storage.local_rows import local_rows
from tests.factories import make_rows

WEEK = date(2026, 6, 1)
RANGES = "profile_key string, session_date date, title_id string, measure string, from_moment bigint, to_moment bigint"


def released(spark: SparkSession, happened: list[tuple[int, str, int]], viewers: int) -> list[tuple[Any, ...]]:
    """What is released of one title with so many viewers, to whom (person, measure, moment) happened."""
    ranges = [(f"p{person}", WEEK, "film", measure, moment, moment) for person, measure, moment in happened]
    titles = make_rows(
        spark,
        TITLE_VIEWING_WEEKLY,
        [{"week_start_date": WEEK, "title_id": "film", "name": "Film", "viewers": viewers}, {"title_id": "OTHER"}],
    )
    rows = title_moments_weekly(local_rows(spark, ranges, RANGES), titles).orderBy("from_seconds").collect()
    return [(row.measure, row.from_seconds, row.to_seconds, row.times, row.viewers) for row in rows]


def exits(people: range, moment: int) -> list[tuple[int, str, int]]:
    return [(person, "exits", moment) for person in people]


@pytest.mark.parametrize(
    ("happened", "viewers", "expected"),
    [
        (exits(range(12), 30), 30, [("exits", 300, 310, 12, 12)]),
        (exits(range(9), 30), 30, []),
        (exits(range(6), 20) + exits(range(6, 12), 40), 30, [("exits", 0, 410, 12, 12)]),
        ([*exits(range(12), 30), (3, "exits", 30)], 30, [("exits", 300, 310, 13, 12)]),
        (exits(range(12), 30), 12, [("exits", 300, 310, 12, 12)]),
        (exits(range(12), 30), 13, []),
        (exits(range(12), 30) + exits(range(12, 28), 60), 30, []),
        ([(person, "plays_covering", 0) for person in range(12)], 30, []),
    ],
    ids=[
        "a place",
        "too few",
        "two places together",
        "twice to one of them",
        "to everybody",
        "to all but one",
        "to all but two in two places",
        "where plays are",
    ],
)
def test_a_stretch_is_of_enough_people(
    spark: SparkSession, happened: list[tuple[int, str, int]], viewers: int, expected: list[tuple[Any, ...]]
) -> None:
    assert released(spark, happened, viewers) == expected
