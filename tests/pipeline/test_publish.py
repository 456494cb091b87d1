"""Weeks are released once, when they are over, and become visible together."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.cli.export import export
from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.contracts.published import EXPORTED_TABLES, RELEASES, VIEWING_DAILY
from jobs.contracts.silver import TITLES
from jobs.contracts.table import Table
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


def days_seen(work: Workspace) -> int:
    return work.lake.published().read(VIEWING_DAILY).count()


@dataclass(frozen=True)
class FirstRelease:
    """A home with one released week; weeks and days seen after six days, a run that died, and its retry."""

    work: Workspace
    seen: list[tuple[list[date], int]]


@pytest.fixture(scope="module")
def first_release(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> FirstRelease:
    release = FirstRelease(make_described(spark, tmp_path_factory.mktemp("one-week") / "home"), [])
    work = release.work
    show_in_gold(work, plays(days_from(MONDAY, 6)))
    run_publish(work)
    release.seen.append((released_weeks(work), days_seen(work)))
    show_in_gold(work, plays([MONDAY + timedelta(days=6)]))
    with pytest.MonkeyPatch.context() as patch:
        die_after(patch, Lake, "replace_dates")
        with pytest.raises(Died):
            run_publish(work)
    release.seen.append((released_weeks(work), days_seen(work)))
    run_publish(work)
    release.seen.append((released_weeks(work), days_seen(work)))
    return release


@pytest.fixture(scope="module")
def two_weeks(first_release: FirstRelease, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = copied_workspace(first_release.work, tmp_path_factory.mktemp("two-weeks") / "home")
    show_in_gold(work, plays(days_from(MONDAY + timedelta(days=7), 7)))
    run_publish(work)
    return work


def make_described(spark: SparkSession, home: Path) -> Workspace:
    work = make_workspace(spark, home)
    work.lake.upsert(TITLES, make_rows(spark, TITLES, [{"title_id": "all", "name": "All", "genres": ["drama"]}]))
    return work


def test_a_week_is_released_when_it_is_over_and_a_run_that_dies_shows_nothing(first_release: FirstRelease) -> None:
    assert first_release.seen == [([], 0), ([], 0), ([MONDAY], 7)]


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
    run_publish(at_once)
    assert fingerprints(at_once.lake, WEEKLY) == fingerprints(two_weeks.lake, WEEKLY)


def test_an_export_holds_what_is_released(two_weeks: Workspace, tmp_path: Path) -> None:
    path, rows = export(two_weeks.settings, "viewing_daily", "csv", tmp_path / "days.csv")
    lines = path.read_text().splitlines()
    assert rows == 14
    assert lines[:2] == [
        '"week_start_date","day","plays","viewers","watched_hours"',
        '2026-06-01,"2026-06-01",12,10,6',
    ]


def test_the_gate_stops_a_release_of_few(two_weeks: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = copied_workspace(two_weeks, tmp_path / "home")
    show_in_gold(work, plays(days_from(MONDAY + timedelta(days=14), 7)))

    def careless(table: Table) -> Any:
        return lambda sessions, cells: rows_of_few

    rows_of_few = make_rows(
        work.lake.spark, VIEWING_DAILY, [{"week_start_date": MONDAY, "day": "x", "viewers": 9, "plays": 9}]
    )
    monkeypatch.setattr(build_published, "viewing_daily", careless(VIEWING_DAILY))
    with pytest.raises(GateFailedError, match=r"published\.viewing_daily.*viewers: 1 of 1 rows"):
        run_publish(work)
    assert len(released_weeks(work)) == 2
