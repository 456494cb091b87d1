"""Readers see a file in all of gold or in none of it."""

import json
from pathlib import Path

import great_expectations.expectations as gxe
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.suites import TABLE_EXPECTATIONS
from jobs.contracts.gold import (
    INTERACTIONS,
    PUBLISHED_TOGETHER,
    TITLE_ENGAGEMENT_DAILY,
    TITLE_FEATURES,
    VIEWING_SESSIONS,
)
from jobs.contracts.table import Table
from jobs.errors import GateFailedError
from jobs.run.pipeline import rebuild_gold, run_bronze, run_cycle, run_gold, run_intake, run_silver
from jobs.run.workspace import Workspace
from jobs.storage.lake import Lake
from tests.deaths import Died, die_after
from tests.factories import NOON, copied_workspace, make_workspace
from tests.pipeline.one_play import put_play


def into_silver(work: Workspace) -> None:
    for stage in (run_intake, run_bronze, run_silver):
        stage(work)


def put_viewing(work: Workspace, title_id: str, reported_seconds: float) -> None:
    folder = work.settings.inbox / "reported_viewings"
    folder.mkdir(parents=True, exist_ok=True)
    viewing = {
        "viewing_id": f"viewing-of-{title_id}",
        "account_id": "account",
        "profile_id": "profile",
        "title_id": title_id,
        "started_at": "2026-06-01T12:00:00Z",
        "reported_seconds": reported_seconds,
        "source": "test",
    }
    (folder / f"{title_id}-{reported_seconds}.ndjson").write_text(json.dumps(viewing) + "\n")


def titles_seen(work: Workspace, table: Table) -> set[str]:
    return {row.title_id for row in work.lake.published().read(table).select("title_id").collect()}


@pytest.fixture(scope="module")
def published(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = make_workspace(spark, tmp_path_factory.mktemp("publication") / "home")
    put_play(work, "first")
    put_viewing(work, "reported", reported_seconds=60)
    run_cycle(work)
    return work


@pytest.fixture
def work(published: Workspace, tmp_path: Path) -> Workspace:
    return copied_workspace(published, tmp_path / "home")


# The features are written first, and those of a key that nothing touches any more are never written again.
TABLES = (TITLE_FEATURES, VIEWING_SESSIONS, TITLE_ENGAGEMENT_DAILY, INTERACTIONS)
PUBLISHED = {"first", "reported"}
NO_SESSIONS = gxe.ExpectTableRowCountToEqual(value=0)


def seen(work: Workspace) -> list[set[str]]:
    return [titles_seen(work, table) for table in TABLES]


def die_between_two_tables(work: Workspace, title_id: str) -> None:
    put_play(work, title_id)
    into_silver(work)
    with pytest.MonkeyPatch.context() as patch:
        die_after(patch, Lake, "replace_dates")
        with pytest.raises(Died):
            run_gold(work)
    assert work.lake.read(VIEWING_SESSIONS).where(F.col("title_id") == title_id).count() == 1


def test_the_half_of_a_run_that_the_gate_stops_when_it_is_tried_again_is_never_shown(work: Workspace) -> None:
    die_between_two_tables(work, "stopped")
    assert seen(work) == [PUBLISHED] * 4
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(TABLE_EXPECTATIONS, VIEWING_SESSIONS.full_name, [NO_SESSIONS])
        stricter = Workspace(work.settings)
        stricter.lake = work.lake
        with pytest.raises(GateFailedError):
            run_gold(stricter)
    put_play(work, "later")
    into_silver(work)
    run_gold(work)
    assert seen(work) == [PUBLISHED | {"later"}] * 4


def test_a_viewing_stays_while_the_file_that_reports_it_again_waits(work: Workspace) -> None:
    put_viewing(work, "reported", reported_seconds=120)
    put_viewing(work, "waits", reported_seconds=60)
    into_silver(work)
    rebuild_gold(work, [NOON.date()])
    assert titles_seen(work, VIEWING_SESSIONS) >= {"reported"}
    assert "waits" not in titles_seen(work, VIEWING_SESSIONS)


def test_what_is_published_is_what_was_written_last(published: Workspace) -> None:
    shown = published.lake.published()
    assert {table.full_name: shown.version(table) for table in PUBLISHED_TOGETHER} == {
        table.full_name: published.lake.version(table) for table in PUBLISHED_TOGETHER
    }
