"""A title that its viewer goes on with another day: what was told of the first evening is told anew."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import (
    FROM_SILVER,
    INTERACTIONS,
    TITLE_ENGAGEMENT_DAILY,
    TITLE_MOMENTS,
    TITLE_PROGRESS,
    TITLE_VALUE_MONTHLY,
)
from jobs.recommender.learning.preferences import preferences
from jobs.run.pipeline import run_cycle, run_insights
from jobs.run.workspace import Workspace
from tests.factories import copied_workspace, make_line, make_workspace
from tests.fingerprint import fingerprints
from tests.pipeline.two_days import with_key_of

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)
RUNTIME_SECONDS = 1200
# Who plays from where to where, on which evening.
MONDAYS = [("in two evenings", 0, 600), ("leaves", 0, 600), ("in one go", 0, 1200)]
TUESDAYS = [("in two evenings", 600, 1200)]


def lines_of(day: date, plays: list[tuple[str, int, int]]) -> list[bytes]:
    evening = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
    return [
        make_line(
            event_type=event_type,
            event_time=(evening + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            received_time=None,
            profile_id=viewer,
            session_id=f"{viewer}, {day}",
            title_id="film",
            position_ms=1000 * position,
        )
        for viewer, start, end in plays
        for event_type, second, position in (("playing", 0, start), ("stopped", end - start, end))
    ]


def bring_in(work: Workspace, **files: list[bytes]) -> None:
    titles = work.settings.inbox / "titles"
    titles.mkdir(parents=True, exist_ok=True)
    film = {"title_id": "film", "name": "Film", "kind": "film", "runtime_seconds": RUNTIME_SECONDS}
    (titles / "titles.ndjson").write_bytes(json.dumps(film).encode() + b"\n")
    (work.settings.inbox / "events").mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        (work.settings.inbox / "events" / f"{name}.ndjson").write_bytes(b"\n".join(lines) + b"\n")
    run_cycle(work)
    run_insights(work)


def exits(work: Workspace) -> dict[tuple[date, int], int]:
    rows = work.lake.published().read(TITLE_MOMENTS).where("exits > 0").collect()
    return {(row.session_date, row.moment_start_seconds): row.exits for row in rows}


@pytest.fixture(scope="module")
def monday(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = make_workspace(spark, tmp_path_factory.mktemp("monday") / "home")
    bring_in(work, monday=lines_of(MONDAY, MONDAYS))
    return work


@pytest.fixture(scope="module")
def tuesday(monday: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = copied_workspace(monday, tmp_path_factory.mktemp("tuesday") / "home")
    bring_in(work, tuesday=lines_of(TUESDAY, TUESDAYS))
    return work


def test_on_the_first_evening_two_have_left(monday: Workspace) -> None:
    assert exits(monday) == {(MONDAY, 600): 2}


def test_on_the_second_only_the_one_who_never_went_on(tuesday: Workspace) -> None:
    assert exits(tuesday) == {(MONDAY, 600): 1}


def test_both_have_completed_it_and_like_it_alike(tuesday: Workspace) -> None:
    gold = tuesday.lake.published()
    completed = gold.read(TITLE_PROGRESS).where("completed_date IS NOT NULL").collect()
    assert sorted(row.session_date for row in completed) == [MONDAY, TUESDAY]
    strengths = sorted(row.strength for row in preferences(gold.read(INTERACTIONS)).collect())
    assert strengths == pytest.approx([0.5, 1.0, 1.0])
    shares = {row.session_date: row.completed_share for row in gold.read(TITLE_ENGAGEMENT_DAILY).collect()}
    assert shares == {MONDAY: pytest.approx(1 / 3), TUESDAY: 1.0}
    (month,) = gold.read(TITLE_VALUE_MONTHLY).collect()
    assert (month.completed_views, month.completed_share_by_cohort) == (2, {"unknown": pytest.approx(2 / 3)})


def test_it_is_the_same_where_monday_comes_after_tuesday(
    tuesday: Workspace, spark: SparkSession, tmp_path: Path
) -> None:
    other = with_key_of(tuesday, make_workspace(spark, tmp_path / "home"))
    bring_in(other, tuesday=lines_of(TUESDAY, TUESDAYS))
    bring_in(other, monday=lines_of(MONDAY, MONDAYS))
    tables = [*FROM_SILVER, TITLE_MOMENTS, TITLE_VALUE_MONTHLY]
    assert fingerprints(other.lake, tables) == fingerprints(tuesday.lake, tables)
