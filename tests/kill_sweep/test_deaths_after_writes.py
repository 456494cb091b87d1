"""Commit landed, answer lost: a run dies right after each of its writes in turn, and is simply started again."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import (
    BATCHES,
    PROFILE_FEATURES,
    PUBLICATIONS,
    QUALITY_RESULTS,
    TITLE_FEATURES,
    TITLE_REACTIONS_WEEKLY,
    VIEWING_SESSIONS,
)
from jobs.contracts.silver import EVENT_TABLES, QUARANTINE, REPORTED_VIEWINGS
from jobs.contracts.table import Table
from jobs.ledger.ledger import Ledger
from jobs.run.audit import audit_batches
from jobs.run.pipeline import run_cycle, run_insights
from jobs.run.workspace import Workspace
from jobs.simulator import SimulationReport, simulate
from jobs.storage.lake import Lake
from tests.deaths import Died
from tests.factories import make_workspace
from tests.fingerprint import COMPARED, fingerprint

LAKE_WRITES = ("append", "replace_all", "replace_dates", "replace_keys", "upsert")
LEDGER_WRITES = ("record_landed", "begin", "record_counts", "record_dates", "close_load", "mark_due", "clear_due")
# Gold's dates are put in the place of what was there, so a death between two of its tables is like any other: the first
# and the last stand for all, and what comes after them is tried one by one.
SPARED = {
    f"replace_dates gold.{name}"
    for name in (
        *("title_engagement_daily", "viewing_clock", "interactions"),
        *("title_moments", "experience_daily", "search_daily"),
    )
} | {
    f"upsert {PROFILE_FEATURES.full_name}",
    f"append {QUALITY_RESULTS.full_name}",
}


@dataclass
class Deaths:
    """Lets each kind of write happen, and then raises, the first time."""

    died_after: list[str] = field(default_factory=list)

    def after(self, write: Callable[..., object]) -> Callable[..., object]:
        def write_and_die(*arguments: object, **options: object) -> object:
            result = write(*arguments, **options)
            table = next((argument.full_name for argument in arguments if isinstance(argument, Table)), "")
            stage = getattr(arguments[1], "stage", "") if len(arguments) > 1 else ""
            label = " ".join(filter(None, (write.__name__, table, stage)))
            if label not in SPARED and label not in self.died_after:
                self.died_after.append(label)
                raise Died(label)
            return result

        return write_and_die


@dataclass(frozen=True)
class Runs:
    """The same traffic in two homes: brought in at one go, and with a death after each write."""

    clean: Workspace
    killed: Workspace
    deaths: Deaths


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> SimulationReport:
    return simulate(1, 40, seed=11, out=tmp_path_factory.mktemp("traffic"), faults=0.05, start_date=date(2026, 6, 1))


@pytest.fixture(scope="module")
def runs(spark: SparkSession, traffic: SimulationReport, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    folder = tmp_path_factory.mktemp("failpoints")
    clean, killed = (make_workspace(spark, folder / name) for name in ("clean", "killed"))
    clean.keys  # noqa: B018 - makes them
    shutil.copytree(clean.settings.keys, killed.settings.keys)
    for work in (clean, killed):
        fill_inbox(work, [*traffic.reference_files, *(file.path for file in traffic.event_files)])
    run_cycle(clean)
    run_insights(clean)
    deaths = Deaths()
    with pytest.MonkeyPatch.context() as patch:
        for owner, names in ((Lake, LAKE_WRITES), (Ledger, LEDGER_WRITES)):
            for name in names:
                patch.setattr(owner, name, deaths.after(getattr(owner, name)))
        while has_died(killed):
            pass
    return Runs(clean, killed, deaths)


def fill_inbox(work: Workspace, files: list[Path]) -> None:
    for file in files:
        folder = work.settings.inbox / file.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, folder / file.name)


def has_died(work: Workspace) -> bool:
    """Each try is a new process' view of the home, but for the Spark session."""
    again = Workspace(work.settings)
    again.lake = work.lake
    try:
        run_cycle(again)
        run_insights(again)
    except Died:
        return True
    return False


def test_it_died_after_every_kind_of_write(runs: Runs) -> None:
    written = {label.split()[1] for label in runs.deaths.died_after if "." in label}
    tables = {*EVENT_TABLES, QUARANTINE, VIEWING_SESSIONS, TITLE_FEATURES, BATCHES, PUBLICATIONS}
    assert {table.full_name for table in tables} <= written
    assert {f"close_load {stage}" for stage in ("bronze", "silver", "published")} <= set(runs.deaths.died_after)
    assert {"record_landed", "mark_due", "clear_due"} <= set(runs.deaths.died_after)


@pytest.mark.parametrize("table", COMPARED, ids=lambda table: table.full_name)
def test_every_table_is_as_after_a_clean_run(runs: Runs, table: Table) -> None:
    assert fingerprint(runs.killed.lake, table) == fingerprint(runs.clean.lake, table)


def test_the_compared_tables_hold_rows(runs: Runs) -> None:
    empty = {table.full_name for table in COMPARED if not runs.killed.lake.read(table).take(1)}
    assert empty <= {REPORTED_VIEWINGS.full_name, TITLE_REACTIONS_WEEKLY.full_name}


def test_every_line_is_accounted_for(runs: Runs) -> None:
    findings = audit_batches(runs.killed, None)
    assert [finding for finding in findings if finding.problem or finding.state != "published"] == []
