"""Weeks are released once, when their late events have come, and become visible together."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.cli.export import export
from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.contracts.published import (
    EXPORTED_TABLES,
    RELEASED_AFTER_DAYS,
    RELEASES,
    TITLE_VIEWING_WEEKLY,
    VIEWING_CLOCK_WEEKLY,
)
from jobs.contracts.silver import TITLES
from jobs.errors import GateFailedError
from jobs.published import build_published
from jobs.run.pipeline import run_publish
from jobs.run.publication import publish
from jobs.run.workspace import Workspace
from jobs.storage.lake import Lake
from tests.deaths import Died, die_after
from tests.factories import copied_workspace, make_rows, make_workspace
from tests.fingerprint import fingerprints

MONDAY = date(2026, 6, 1)
WEEKLY = [table for table in EXPORTED_TABLES if "week_start_date" in table.key]


def plays(days: list[date], people: range = range(12)) -> list[dict[str, Any]]:
    """A play of each person on each day, of a film that all have seen or of one of two others."""
    return [
        {
            "session_id": f"{day}-{person}",
            "account_key": f"a{person}",
            "profile_key": f"p{person}",
            "title_id": "all" if day.weekday() < 5 else f"film-{person % 2}",
            "session_date": day,
            "started_at": datetime(day.year, day.month, day.day, 20, tzinfo=UTC),
            "watched_seconds": 1800.0,
            "session_source": "events",
            "is_requested": True,
            "is_started": True,
            "is_failed": False,
            "country": "FR",
        }
        for day in days
        for person in people
    ]


def show_in_gold(work: Workspace, rows: list[dict[str, Any]]) -> None:
    days = sorted({row["session_date"] for row in rows})
    work.lake.replace_dates(VIEWING_SESSIONS, make_rows(work.lake.spark, VIEWING_SESSIONS, rows), days)
    publish(work.lake, [VIEWING_SESSIONS], "gold", datetime.now(UTC))


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=day) for day in range(count)]


def released_weeks(work: Workspace) -> list[date]:
    rows = work.lake.published().read(RELEASES).where("period = 'week'").orderBy("period_start_date").collect()
    return [row.period_start_date for row in rows]


def titles_seen(work: Workspace) -> int:
    return work.lake.published().read(TITLE_VIEWING_WEEKLY).count()


def wait_for_late_events_of(work: Workspace, week: date) -> None:
    """Gold knows a day so long after the week, on which nobody watched anything else."""
    show_in_gold(work, plays([week + timedelta(days=6 + RELEASED_AFTER_DAYS)]))


@dataclass(frozen=True)
class FirstRelease:
    """A home with one released week; weeks and titles seen a day too early, after a run that died, and its retry."""

    work: Workspace
    seen: list[tuple[list[date], int]]


@pytest.fixture(scope="module")
def first_release(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> FirstRelease:
    release = FirstRelease(make_described(spark, tmp_path_factory.mktemp("one-week") / "home"), [])
    work = release.work
    show_in_gold(work, plays(days_from(MONDAY, 7 + RELEASED_AFTER_DAYS - 1)))
    run_publish(work)
    release.seen.append((released_weeks(work), titles_seen(work)))
    wait_for_late_events_of(work, MONDAY)
    with pytest.MonkeyPatch.context() as patch:
        die_after(patch, Lake, "replace_dates")
        with pytest.raises(Died):
            run_publish(work)
    release.seen.append((released_weeks(work), titles_seen(work)))
    run_publish(work)
    release.seen.append((released_weeks(work), titles_seen(work)))
    return release


@pytest.fixture(scope="module")
def two_weeks(first_release: FirstRelease, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = copied_workspace(first_release.work, tmp_path_factory.mktemp("two-weeks") / "home")
    wait_for_late_events_of(work, MONDAY + timedelta(days=7))
    run_publish(work)
    return work


def make_described(spark: SparkSession, home: Path) -> Workspace:
    work = make_workspace(spark, home)
    work.lake.upsert(TITLES, make_rows(spark, TITLES, [{"title_id": "all", "name": "All", "genres": ["drama"]}]))
    return work


def test_a_week_waits_for_its_late_events_and_a_run_that_dies_shows_nothing(first_release: FirstRelease) -> None:
    """Of its three films two were seen by six people each, and are told together."""
    assert first_release.seen == [([], 0), ([], 0), ([MONDAY], 2)]


def test_a_released_week_stays_as_it_is(first_release: FirstRelease, tmp_path: Path) -> None:
    """Else the second release less the first would be the plays of those who came late."""
    work = copied_workspace(first_release.work, tmp_path / "home")
    before = fingerprints(work.lake, WEEKLY)
    show_in_gold(work, plays([MONDAY], range(14)))
    run_publish(work)
    assert fingerprints(work.lake, WEEKLY) == before


def test_week_by_week_is_as_all_at_once(two_weeks: Workspace, spark: SparkSession, tmp_path: Path) -> None:
    at_once = make_described(spark, tmp_path / "home")
    show_in_gold(at_once, plays(days_from(MONDAY, 14)))
    wait_for_late_events_of(at_once, MONDAY + timedelta(days=7))
    run_publish(at_once)
    assert fingerprints(at_once.lake, WEEKLY) == fingerprints(two_weeks.lake, WEEKLY)


def test_how_much_came_late_is_noted_once_nothing_more_can(two_weeks: Workspace, tmp_path: Path) -> None:
    """The 42 hours of its release were 6 of Monday: twenty came of it. Of the other week more may come."""
    work = copied_workspace(two_weeks, tmp_path / "home")
    show_in_gold(work, plays([MONDAY], range(40)))
    show_in_gold(work, plays([MONDAY + timedelta(days=6 + 30)]))
    run_publish(work)
    rows = work.lake.published().read(RELEASES).where("period = 'week'").orderBy("period_start_date").collect()
    assert [(row.watched_hours, row.late_share) for row in rows[:2]] == [(42, 0.25), (42, None)]


def test_an_export_holds_what_is_released(two_weeks: Workspace, tmp_path: Path) -> None:
    path, rows = export(two_weeks.settings, "title_viewing_weekly", "csv", tmp_path / "titles.csv")
    lines = path.read_text().splitlines()
    assert rows == 4
    assert lines[:2] == [
        '"week_start_date","title_id","name","kind","viewers","watched_hours","views"',
        '2026-06-01,"OTHER","OTHER",,10,12,',
    ]


def test_the_gate_stops_a_release_of_few(two_weeks: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = copied_workspace(two_weeks, tmp_path / "home")
    wait_for_late_events_of(work, MONDAY + timedelta(days=14))
    few = make_rows(
        work.lake.spark,
        VIEWING_CLOCK_WEEKLY,
        [{"week_start_date": MONDAY + timedelta(days=14), "title_id": "x", "watched_hours": 9.0}],
    ).selectExpr("*", "9L accounts", "10L profiles", "10L viewers", "8D remainder_ratio")
    monkeypatch.setattr(build_published, "viewing_parts", lambda sessions: few)
    with pytest.raises(GateFailedError, match=r"published\.released_parts.*accounts: 1 of 1 rows"):
        run_publish(work)
    assert len(released_weeks(work)) == 2
