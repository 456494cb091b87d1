"""Runs over a fault-ridden day that are killed at many moments, and are simply started again.

`make kill-sweep` makes 60 kills; `KILLS=4 SEED=1 make kill-sweep` another number at other moments.
"""

import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from pyspark.sql import SparkSession

from jobs.audit import audit_batches
from jobs.simulator import simulate
from jobs.tables import ALL_TABLES
from jobs.tables.gold import BATCHES, PUBLICATIONS, QUALITY_RESULTS, RECOMMENDATIONS
from jobs.workspace import Workspace
from tests.factories import make_workspace
from tests.fingerprint import fingerprint
from tests.kill_sweep.killed_run import Victim, start_run

pytestmark = pytest.mark.timeout(4 * 3600)

KILLS = int(os.environ.get("KILLS", "60"))
SEED = int(os.environ.get("SEED", "7"))
# A home whose run was killed so often is let through to its end.
KILLS_A_HOME = 5
# Python and the JVM take so long to do anything worth a kill.
EARLIEST_SECONDS = 2.0
PATIENCE_SECONDS = 900
ROUNDS_OF_TWO = 2
NOT_COMPARED = {BATCHES, PUBLICATIONS, QUALITY_RESULTS, RECOMMENDATIONS}
COMPARED = [table for table in ALL_TABLES if table not in NOT_COMPARED]


@pytest.fixture(scope="module")
def template(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a full inbox and a key."""
    home = tmp_path_factory.mktemp("sweep") / "template"
    simulate(1, 40, seed=11, out=home / "inbox", faults=0.1, start_date=date(2026, 6, 1))
    make_workspace(spark, home).key  # noqa: B018 - makes it
    return home


@pytest.fixture(scope="module")
def clean(spark: SparkSession, template: Path) -> tuple[dict[str, object], float]:
    """Fingerprints after a run that nobody disturbed, and the seconds that it took."""
    home = copied(template, "clean")
    started = time.monotonic()
    run_to_the_end(home)
    return fingerprints(make_workspace(spark, home)), time.monotonic() - started


def copied(template: Path, name: str) -> Path:
    return Path(shutil.copytree(template, template.parent / name))


def run_to_the_end(home: Path) -> None:
    run = start_run(home)
    assert run.ends_within(PATIENCE_SECONDS), f"{home} hangs: {run.last_words()}"
    assert run.process.returncode == 0, run.output.read_text()


def fingerprints(work: Workspace) -> dict[str, object]:
    return {table.full_name: fingerprint(work.lake, table) for table in COMPARED}


def kill_runs(home: Path, moments: Random, seconds: float, most: int) -> Iterator[Victim]:
    """Starts the home's run and kills it, again and again, until it ends first or was killed often enough."""
    for _ in range(most):
        victim = moments.choice(list(Victim))
        delay = moments.uniform(EARLIEST_SECONDS, seconds)
        run = start_run(home)
        if run.ends_within(delay):
            assert run.process.returncode == 0, run.output.read_text()
            return
        said = run.last_words()
        run.kill(victim)
        print(f"{home.name}: {victim} killed after {delay:4.1f} s, at: {said}", flush=True)
        yield victim


def test_a_full_disk_stops_a_run_with_a_message_and_a_retry_ends_like_a_clean_run(
    spark: SparkSession, template: Path, clean: tuple[dict[str, object], float]
) -> None:
    home = copied(template, "full-disk")
    run = start_run(home)
    run.let_the_jvm_write_files_of(100_000)
    assert run.ends_within(PATIENCE_SECONDS)
    assert (run.process.returncode, "Spark failed: java.io.IOException: File too large" in run.output.read_text()) == (
        1,
        True,
    )
    run_to_the_end(home)
    assert fingerprints(make_workspace(spark, home)) == clean[0]


@pytest.mark.parametrize("number", range(ROUNDS_OF_TWO))
def test_two_runs_at_once_end_like_one(
    spark: SparkSession, template: Path, clean: tuple[dict[str, object], float], number: int
) -> None:
    """Both find the same work to do, and both may write it."""
    home = copied(template, f"two-{number}")
    runs = [start_run(home, name) for name in ("first", "second")]
    for run in runs:
        assert run.ends_within(PATIENCE_SECONDS), f"{home} hangs: {run.last_words()}"
        assert run.process.returncode == 0, run.output.read_text()
    work = make_workspace(spark, home)
    assert fingerprints(work) == clean[0]
    assert [finding for finding in audit_batches(work, None) if finding.problem] == []


def test_whatever_is_killed_and_when_a_plain_retry_ends_like_a_clean_run(
    spark: SparkSession, template: Path, clean: tuple[dict[str, object], float]
) -> None:
    expected, seconds = clean
    print(f"\nA clean run takes {seconds:.0f} s. Seed {SEED}, {KILLS} kills.", flush=True)
    moments, killed, homes = Random(SEED), Counter[Victim](), 0
    while killed.total() < KILLS:
        homes += 1
        home = copied(template, f"home-{homes}")
        killed.update(kill_runs(home, moments, seconds, min(KILLS_A_HOME, KILLS - killed.total())))
        run_to_the_end(home)
        work = make_workspace(spark, home)
        found = fingerprints(work)
        assert {name: found[name] for name in found if found[name] != expected[name]} == {}, f"see {home}"
        assert [finding for finding in audit_batches(work, None) if finding.problem] == []
        shutil.rmtree(home)
        print(f"{home.name}: as after a clean run", flush=True)
    print(f"{killed.total()} kills ({dict(killed)}) on {homes} homes: all tables as after a clean run.")
