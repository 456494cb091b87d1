import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from pyspark.sql import Row, SparkSession

from jobs.gold.title_engagement_daily import title_engagement_daily
from jobs.gold.title_engagement_weekly import title_engagement_weekly
from jobs.tables.gold import TITLE_ENGAGEMENT_DAILY, VIEWING_SESSIONS
from jobs.tables.silver import TITLES
from tests.factories import make_rows

MONDAY, SUNDAY, NEXT_MONDAY = date(2026, 6, 1), date(2026, 6, 7), date(2026, 6, 8)
RELEASED = date(2026, 3, 10)  # Day 91 of it is Monday, 8 June.
TITLE_ROWS = [
    {"title_id": "hit", "kind": "film", "release_date": RELEASED},
    {"title_id": "as good", "kind": "film"},
    {"title_id": "third", "kind": "film", "release_date": date(2020, 1, 1)},
    {"title_id": "episode", "kind": "episode"},
    {"title_id": "no runtime", "kind": "film"},
]
DAYS = [
    {"session_date": MONDAY, "title_id": "hit", "country": "FR", "watched_hours": 4.0, "views": 2.0},
    {"session_date": SUNDAY, "title_id": "hit", "country": "FR", "watched_hours": 6.0, "views": 3.0},
    {"session_date": SUNDAY, "title_id": "hit", "country": "DE", "watched_hours": 2.0, "views": 1.0},
    {"session_date": NEXT_MONDAY, "title_id": "hit", "watched_hours": 2.0, "views": 1.0},
    {"session_date": date(2026, 6, 9), "title_id": "hit", "watched_hours": 20.0, "views": 10.0},
    {"session_date": date(2026, 6, 15), "title_id": "hit", "watched_hours": 2.0, "views": 1.0},
    {"session_date": MONDAY, "title_id": "as good", "watched_hours": 1.0, "views": 6.0},
    {"session_date": MONDAY, "title_id": "third", "watched_hours": 9.0, "views": 5.0},
    {"session_date": MONDAY, "title_id": "episode", "watched_hours": 1.0, "views": 1.0},
    {"session_date": MONDAY, "title_id": "no runtime", "watched_hours": 99.0, "views": None},
]
FACTS = [
    (MONDAY, "hit", "hours_viewed", 12.0),
    (MONDAY, "hit", "views", 6.0),
    (MONDAY, "hit", "weekly_rank", 1),
    (MONDAY, "as good", "weekly_rank", 1),
    (MONDAY, "third", "weekly_rank", 3),
    (MONDAY, "episode", "weekly_rank", 1),
    (MONDAY, "no runtime", "weekly_rank", None),
    (MONDAY, "hit", "views_91_days", 6.0),
    (NEXT_MONDAY, "hit", "views", 11.0),
    (NEXT_MONDAY, "hit", "views_91_days", 7.0),
    (date(2026, 6, 15), "hit", "views_91_days", None),
    (MONDAY, "third", "views_91_days", None),
    (MONDAY, "as good", "views_91_days", None),
]


@pytest.fixture(scope="module")
def ranking(spark: SparkSession) -> dict[tuple[date, str], Row]:
    daily = make_rows(spark, TITLE_ENGAGEMENT_DAILY, DAYS)
    found = title_engagement_weekly(daily, make_rows(spark, TITLES, TITLE_ROWS)).collect()
    return {(row.week_start_date, row.title_id): row for row in found}


@pytest.mark.parametrize(("week", "title", "name", "expected"), FACTS)
def test_fact(ranking: dict[tuple[date, str], Row], week: date, title: str, name: str, expected: object) -> None:
    assert ranking[week, title][name] == (pytest.approx(expected) if isinstance(expected, float) else expected)


class Published(NamedTuple):
    """One line of Netflix's weekly Top 10."""

    sunday: date
    category: str
    name: str
    rank: int
    hours: float
    runtime_hours: float
    views: float


# Hours and views are published in hundreds of thousands, runtimes in whole minutes.
ROUNDING, HALF_A_MINUTE = 50_000, 0.5 / 60


@pytest.fixture(scope="module")
def published(shared_data: Path) -> list[Published]:
    """The lines since June 2023, when Netflix began to publish views."""
    with (shared_data / "netflix_reports" / "all-weeks-global.tsv").open(encoding="utf-8", newline="") as file:
        return [
            Published(
                date.fromisoformat(line["week"]),
                line["category"],
                f"{line['show_title']}, {line['season_title']}",
                int(line["weekly_rank"]),
                float(line["weekly_hours_viewed"]),
                float(line["runtime"]),
                float(line["weekly_views"]),
            )
            for line in csv.DictReader(file, delimiter="\t")
            if line["weekly_views"] not in {"", "N/A"}
        ]


def test_published_views_follow_from_published_hours_and_runtimes(
    spark: SparkSession, published: list[Published]
) -> None:
    """All but two kinds: a series that is still coming out has no runtime yet, and a live show has a cut a country."""
    ours = views_of(spark, published)
    exceptions = [line for line in published if not explains(line, ours.get(title_of(line)))]
    kinds = Counter(_why(line) for line in exceptions)
    print(f"{len(published) - len(exceptions):,} of {len(published):,} lines; {dict(kinds)}")
    assert set(kinds) == {"no runtime", "live, cut for each country"}
    assert len(exceptions) < 0.04 * len(published)


def views_of(spark: SparkSession, lines: list[Published]) -> dict[str, float]:
    """The weekly views that our tables show where each line's hours are one play on the week's Sunday."""
    plays = [
        {
            "title_id": title_of(line),
            "session_date": line.sunday,
            "watched_seconds": 3600 * line.hours,
            "runtime_seconds": 3600 * line.runtime_hours or None,
        }
        for line in lines
    ]
    daily = title_engagement_daily(make_rows(spark, VIEWING_SESSIONS, plays))
    weekly = title_engagement_weekly(daily, make_rows(spark, TITLES, []))
    return {row.title_id: row.views for row in weekly.collect() if row.views is not None}


def title_of(line: Published) -> str:
    return f"{line.category}, {line.sunday}, {line.rank}"


def explains(line: Published, views: float | None) -> bool:
    """Whether the published views lie where roundings of hours, runtime and views can put them."""
    if views is None:
        return False
    low = views * (1 - ROUNDING / line.hours) / (1 + HALF_A_MINUTE / line.runtime_hours)
    high = views * (1 + ROUNDING / line.hours) / (1 - HALF_A_MINUTE / line.runtime_hours)
    return low - ROUNDING <= line.views <= high + ROUNDING


def _why(line: Published) -> str:
    if not line.runtime_hours:
        return "no runtime"
    return "live, cut for each country" if line.name.startswith("Raw, ") else line.name
