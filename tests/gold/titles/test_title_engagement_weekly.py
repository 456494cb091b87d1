import csv
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.gold import TITLE_ENGAGEMENT_DAILY, TITLE_PROGRESS, VIEWING_SESSIONS
from jobs.contracts.silver import TITLES
from jobs.gold.titles.title_engagement_daily import title_engagement_daily
from jobs.gold.titles.title_engagement_weekly import title_engagement_weekly
from tests.factories import make_rows

MONDAY, SUNDAY, NEXT_MONDAY = date(2026, 6, 1), date(2026, 6, 7), date(2026, 6, 8)
RELEASED = date(2026, 3, 10)  # Day 91 of it is Monday, 8 June.
TITLE_ROWS: list[dict[str, Any]] = [
    {"title_id": "hit", "kind": "film", "release_date": RELEASED},
    {"title_id": "as good", "kind": "film"},
    {"title_id": "third", "kind": "film", "release_date": date(2020, 1, 1)},
    {"title_id": "episode", "kind": "episode"},
    *(
        {"title_id": f"s1e{number}", "kind": "episode", "series_id": "series", "season_number": 1}
        | {"runtime_seconds": 3600.0, "release_date": released}
        for number, released in ((1, date(2026, 3, 17)), (2, SUNDAY), (3, NEXT_MONDAY))
    ),
    {"title_id": "s1e4", "kind": "episode", "series_id": "series", "season_number": 1},
    {"title_id": "s2e1", "kind": "episode", "series_id": "series", "season_number": 2, "runtime_seconds": 7200.0},
    {"title_id": "s3e1", "kind": "episode", "series_id": "series", "season_number": 3, "runtime_seconds": 3600.0},
    {"title_id": "s3e2", "kind": "episode", "series_id": "series", "season_number": 3, "runtime_seconds": 3600.0}
    | {"release_date": date(2026, 6, 9)},
    {"title_id": "special", "kind": "episode", "series_id": "series", "runtime_seconds": 3600.0},
    {"title_id": "trailer", "kind": "trailer"},
    {"title_id": "no runtime", "kind": "film"},
]
DAYS: list[dict[str, Any]] = [
    {"session_date": MONDAY, "title_id": "hit", "country": "FR", "watched_hours": 4.0, "views": 2.0},
    {"session_date": SUNDAY, "title_id": "hit", "country": "FR", "watched_hours": 6.0, "views": 3.0},
    {"session_date": SUNDAY, "title_id": "hit", "country": "DE", "watched_hours": 2.0, "views": 1.0},
    {"session_date": NEXT_MONDAY, "title_id": "hit", "watched_hours": 2.0, "views": 1.0},
    {"session_date": date(2026, 6, 9), "title_id": "hit", "watched_hours": 20.0, "views": 10.0},
    {"session_date": date(2026, 6, 15), "title_id": "hit", "watched_hours": 2.0, "views": 1.0},
    {"session_date": MONDAY, "title_id": "as good", "watched_hours": 1.0, "views": 6.0},
    {"session_date": MONDAY, "title_id": "third", "watched_hours": 9.0, "views": 5.0},
    {"session_date": MONDAY, "title_id": "episode", "watched_hours": 1.0, "views": 1.0},
    *(
        {"session_date": day, "title_id": title, "watched_hours": hours, "views": hours}
        for day, title, hours in ((MONDAY, "s1e1", 9.0), (SUNDAY, "s1e2", 1.0), (date(2026, 6, 15), "s1e1", 3.0))
    ),
    {"session_date": SUNDAY, "title_id": "s1e4", "watched_hours": 5.0, "views": None},
    {"session_date": SUNDAY, "title_id": "s2e1", "watched_hours": 4.0, "views": 2.0},
    {"session_date": SUNDAY, "title_id": "s3e2", "watched_hours": 3.0, "views": 3.0},
    {"session_date": SUNDAY, "title_id": "special", "watched_hours": 1.0, "views": 1.0},
    {"session_date": SUNDAY, "title_id": "trailer", "watched_hours": 1.0, "views": 30.0},
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
    (MONDAY, "hit", "title_id", "hit"),
    (MONDAY, "episode", "kind", "episode"),
    # Two episodes are out by its end; of the fourth, nobody knows how long it is.
    (MONDAY, "series, season 1", "views", 5.0),
    (MONDAY, "series, season 1", "hours_viewed", 15.0),
    (MONDAY, "series, season 1", "kind", "season"),
    (MONDAY, "series, season 1", "title_id", None),
    (MONDAY, "series, season 1", "weekly_rank", 1),
    (MONDAY, "series, season 2", "views", 2.0),
    (MONDAY, "series, season 2", "weekly_rank", 2),
    # Its second episode was played before its date of release.
    (MONDAY, "series, season 3", "views", 1.5),
    (MONDAY, "series", "season_number", None),
    (MONDAY, "trailer", "weekly_rank", 1),
    # The third is out, too; the 91 days of the first episode, those of the season, end on that Monday.
    (date(2026, 6, 15), "series, season 1", "views", 1.0),
    (date(2026, 6, 15), "series, season 1", "views_91_days", 6.0),
    (MONDAY, "as good", "views_91_days", None),
]


@pytest.fixture(scope="module")
def ranking(spark: SparkSession) -> dict[tuple[date, str], Row]:
    daily = make_rows(spark, TITLE_ENGAGEMENT_DAILY, DAYS)
    found = title_engagement_weekly(daily, make_rows(spark, TITLES, TITLE_ROWS)).collect()
    return {(row.week_start_date, row.ranked_id): row for row in found}


@pytest.mark.parametrize(("week", "title", "name", "expected"), FACTS)
def test_fact(ranking: dict[tuple[date, str], Row], week: date, title: str, name: str, expected: object) -> None:
    assert ranking[week, title][name] == (pytest.approx(expected) if isinstance(expected, float) else expected)


def test_sums_of_the_same_views_in_another_order_share_a_rank(spark: SparkSession) -> None:
    views = {"hit": (0.1, 0.2, 0.3), "as good": (0.3, 0.2, 0.1)}
    days = [
        {"session_date": MONDAY + timedelta(days=number), "title_id": title, "views": part}
        for title, parts in views.items()
        for number, part in enumerate(parts)
    ]
    daily = make_rows(spark, TITLE_ENGAGEMENT_DAILY, days).coalesce(1)
    found = title_engagement_weekly(daily, make_rows(spark, TITLES, TITLE_ROWS)).collect()
    assert {row.title_id: row.weekly_rank for row in found} == {"hit": 1, "as good": 1}


class Published(NamedTuple):
    """A title's hours and views as Netflix publishes them; the runtime is 0 where it publishes none."""

    title: str
    last_day: date
    hours: float
    runtime_hours: float
    views: float


# Hours and views are published in hundreds of thousands, runtimes in whole minutes.
ROUNDING, HALF_A_MINUTE = 50_000, 0.5 / 60
NO_RUNTIME = "no runtime is published"
LIVE = "live: what the runtime is of is not what was watched"
LIVE_SHOWS = ("Raw: ", "Jake Paul vs. Mike Tyson")
HALF_YEAR = "What_We_Watched_A_Netflix_Engagement_Report_2024Jul-Dec.xlsx"


def weekly_top_ten(reports: Path) -> list[Published]:
    """The lines since June 2023, when Netflix began to publish views; seasons, where there are any."""
    with (reports / "all-weeks-global.tsv").open(encoding="utf-8", newline="") as file:
        return [
            Published(
                line["show_title"] if line["season_title"] == "N/A" else line["season_title"],
                date.fromisoformat(line["week"]),
                float(line["weekly_hours_viewed"]),
                float(line["runtime"]),
                float(line["weekly_views"]),
            )
            for line in csv.DictReader(file, delimiter="\t")
            if line["weekly_views"] not in {"", "N/A"}
        ]


def half_year(reports: Path) -> list[Published]:
    """All that was watched from July to December 2024, as if it had been on the last Sunday."""
    found = []
    for sheet in openpyxl.load_workbook(reports / HALF_YEAR, read_only=True):
        for title, _, _, hours, runtime, views, *_ in sheet.iter_rows(min_row=7, min_col=2, values_only=True):
            whole_hours, _, minutes = str(runtime).removesuffix("*").partition(":")
            runtime_hours = int(whole_hours) + int(minutes) / 60 if minutes else 0.0
            found.append(Published(str(title), date(2024, 12, 29), float(hours), runtime_hours, float(views)))
    return found


@pytest.mark.parametrize(
    ("read", "lines", "exceptions"),
    [
        (weekly_top_ten, 6480, {NO_RUNTIME: 165, LIVE: 50}),
        (half_year, 15_563, {NO_RUNTIME: 172, LIVE: 1}),
    ],
)
def test_published_views_follow_from_published_hours_and_runtimes(
    spark: SparkSession,
    shared_data: Path,
    read: Callable[[Path], list[Published]],
    lines: int,
    exceptions: dict[str, int],
) -> None:
    """All but two kinds: for one Netflix publishes no runtime (its episodes are still coming out, say), one is live."""
    published = read(shared_data / "netflix_reports")
    ours = views_of(spark, published)
    others = [line for number, line in enumerate(published) if not explains(line, ours.get(str(number)))]
    found = Counter(why(line) for line in others)
    print(f"{len(published) - len(others):,} of {len(published):,} lines; {dict(found)}")
    assert (len(published), found) == (lines, exceptions)


def views_of(spark: SparkSession, lines: list[Published]) -> dict[str, float]:
    """The weekly views that our tables show, where each line is a title of its own and its hours are one play."""
    plays = [
        {
            "title_id": str(number),
            "session_date": line.last_day,
            "watched_seconds": 3600 * line.hours,
            "runtime_seconds": 3600 * line.runtime_hours or None,
        }
        for number, line in enumerate(lines)
    ]
    no_titles = make_rows(spark, TITLES, [])
    daily = title_engagement_daily(
        make_rows(spark, VIEWING_SESSIONS, plays), make_rows(spark, TITLE_PROGRESS, []), no_titles
    )
    weekly = title_engagement_weekly(daily, no_titles)
    return {row.title_id: row.views for row in weekly.collect() if row.views is not None}


def explains(line: Published, views: float | None) -> bool:
    """Whether the published views lie where roundings of hours, runtime and views can put them."""
    if views is None:
        return False
    low = views * (1 - ROUNDING / line.hours) / (1 + HALF_A_MINUTE / line.runtime_hours)
    high = views * (1 + ROUNDING / line.hours) / (1 - HALF_A_MINUTE / line.runtime_hours)
    return low - ROUNDING <= line.views <= high + ROUNDING


def why(line: Published) -> str:
    if not line.runtime_hours:
        return NO_RUNTIME
    return LIVE if line.title.startswith(LIVE_SHOWS) else line.title
