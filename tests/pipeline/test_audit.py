"""What is lost, doubled or exchanged between two stages, and the stage that the audit names."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from delta.tables import DeltaTable
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.contracts.bronze import RAW_EVENTS
from jobs.contracts.silver import PLAYBACK_EVENTS, QUARANTINE
from jobs.contracts.table import Table
from jobs.run.audit import audit_batches
from jobs.run.pipeline import run_bronze, run_intake, run_silver
from jobs.run.workspace import Workspace
from tests.factories import make_line, make_workspace

SOUND = [make_line() for _ in range(40)]
LINES = [*SOUND, SOUND[0], b'{"event_id": ']


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = make_workspace(spark, tmp_path_factory.mktemp("audit") / "home")
    events = work.settings.inbox / "events"
    events.mkdir(parents=True)
    (events / "day.ndjson").write_bytes(b"\n".join(LINES) + b"\n")
    run_intake(work)
    run_bronze(work)
    run_silver(work)
    return work


@contextmanager
def tampered(work: Workspace, table: Table, line_number: int, copies_of: int | None = None) -> Iterator[None]:
    """One line's row taken out, and another one's put in its place as often as it takes; afterwards it is as before."""
    stored = DeltaTable.forPath(work.lake.spark, work.lake.path(table))
    before = work.lake.version(table)
    stored.delete(F.col("line_number") == line_number)
    if copies_of is not None:
        work.lake.append(table, work.lake.read(table).where(F.col("line_number") == copies_of), f"tamper-{before}")
    yield
    stored.restoreToVersion(before)


def problem(work: Workspace) -> str | None:
    (found,) = audit_batches(work, "day.ndjson")
    return found.problem


def test_an_untouched_file_adds_up(work: Workspace) -> None:
    (found,) = audit_batches(work, "day.ndjson")
    assert (found.accepted, found.quarantined, found.duplicates, found.problem) == (40, 1, 1, None)


@pytest.mark.parametrize(
    ("table", "line", "copies_of", "expected"),
    [
        (RAW_EVENTS, 1, 2, "bronze: its lines are not those that landed (the sums of their hashes differ)"),
        (PLAYBACK_EVENTS, 1, 2, "silver: its lines are not those that were accepted (the sums of their hashes differ)"),
        (QUARANTINE, 42, None, "silver: quarantine holds 0 of 1 refused lines"),
    ],
    ids=["exchanged in bronze", "exchanged in silver", "lost in quarantine"],
)
def test_the_stage_that_lost_a_line_is_named(
    work: Workspace, table: Table, line: int, copies_of: int | None, expected: str
) -> None:
    with tampered(work, table, line, copies_of):
        assert problem(work) == expected


def test_lines_that_intake_lost_are_noticed(work: Workspace) -> None:
    (landed,) = work.settings.landing.glob("*.parquet")
    away = landed.rename(landed.with_suffix(".away"))
    work.lake.spark.read.parquet(str(away)).where("line_number > 1").toPandas().to_parquet(landed)
    try:
        assert problem(work) == "landing: 41 of the 42 lines that intake counted are there"
    finally:
        away.rename(landed)
