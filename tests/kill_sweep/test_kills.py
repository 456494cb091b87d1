"""Runs over a fault-ridden day that are killed at many moments, and are simply started again.

`make kill-sweep` makes 60 kills; `make kill-sweep KILLS=4 SEED=1` another number at other moments.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import zstandard
from pyspark.sql import SparkSession

from jobs.run.audit import audit_batches
from tests.factories import make_workspace
from tests.fingerprint import Fingerprints, fingerprints
from tests.kill_plan import planned_kills
from tests.kill_sweep.homes import copied, differences, empty_tables, make_template
from tests.kill_sweep.sweep import Sweep
from tests.killed_run import RUN_PATIENCE_SECONDS, run_to_the_end, running

pytestmark = pytest.mark.timeout(4 * 3600)

KILLS = int(os.environ.get("KILLS", "60"))
SEED = int(os.environ.get("SEED", "7"))
ROUNDS_OF_TWO = 2
BACKFILL = (sys.executable, "-m", "jobs.cli", "gold", "--from", "2026-06-01", "--to", "2026-06-02")
LOSES_ITS_JVM_AT_THE_GATE = (sys.executable, "-m", "tests.kill_sweep.loses_its_jvm_at_the_gate", "run")


@dataclass(frozen=True)
class CleanRun:
    """What a run leaves that nobody disturbed, and how long it takes."""

    fingerprints: Fingerprints
    empty_tables: set[str]
    seconds: float


@pytest.fixture(scope="module")
def template(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(spark, tmp_path_factory.mktemp("sweep") / "template")


@pytest.fixture(scope="module")
def clean(spark: SparkSession, template: Path) -> CleanRun:
    home = copied(template, "clean")
    seconds = run_to_the_end(home)
    work = make_workspace(spark, home)
    return CleanRun(fingerprints(work.lake), empty_tables(work), seconds)


def test_the_compared_tables_hold_rows(clean: CleanRun) -> None:
    assert clean.empty_tables == set()


def test_a_full_disk_stops_a_run_with_a_message_and_a_retry_ends_like_a_clean_run(
    spark: SparkSession, template: Path, clean: CleanRun
) -> None:
    home = copied(template, "full-disk")
    with running(home) as run:
        run.let_it_write_files_of(100_000)
        assert run.ends_within(RUN_PATIENCE_SECONDS)
    told = run.output.read_text()
    assert (run.process.returncode, "File too large" in told, "Traceback" in told) == (1, True, False)
    run_to_the_end(home)
    assert fingerprints(make_workspace(spark, home).lake) == clean.fingerprints


@pytest.mark.parametrize("number", range(ROUNDS_OF_TWO))
def test_two_runs_at_once_end_like_one(spark: SparkSession, template: Path, clean: CleanRun, number: int) -> None:
    """Both find the same work to do, and both may write it."""
    home = copied(template, f"two-{number}")
    with running(home, "first") as first, running(home, "second") as second:
        first.finish()
        second.finish()
    work = make_workspace(spark, home)
    assert fingerprints(work.lake) == clean.fingerprints
    assert [finding for finding in audit_batches(work, None) if finding.problem] == []


def test_a_backfill_beside_a_run_ends_like_the_run_alone(spark: SparkSession, template: Path, clean: CleanRun) -> None:
    """The backfill computes the day anew that the run brings half the lines of: both write the same dates of gold."""
    home = copied(template, "backfill")
    inbox = home / "inbox" / "events"
    (whole,) = inbox.iterdir()
    lines = zstandard.ZstdDecompressor().decompress(whole.read_bytes()).splitlines()
    whole.unlink()
    (inbox / "first-half.ndjson").write_bytes(b"\n".join(lines[::2]))
    run_to_the_end(home)
    (inbox / "second-half.ndjson").write_bytes(b"\n".join(lines[1::2]))
    with running(home, "beside") as run, running(home, "backfill", command=BACKFILL) as backfill:
        run.finish()
        backfill.finish()
    assert differences(make_workspace(spark, home), clean.fingerprints) == []


def test_a_jvm_that_dies_at_the_gate_stops_no_file(spark: SparkSession, template: Path, clean: CleanRun) -> None:
    """Rows that could not be judged are not bad rows: a plain retry judges them."""
    home = copied(template, "gate")
    with running(home, command=LOSES_ITS_JVM_AT_THE_GATE) as run:
        assert run.ends_within(RUN_PATIENCE_SECONDS)
    assert run.process.returncode != 0
    run_to_the_end(home)
    assert differences(make_workspace(spark, home), clean.fingerprints) == []


def test_whatever_is_killed_and_when_a_plain_retry_ends_like_a_clean_run(
    spark: SparkSession, template: Path, clean: CleanRun
) -> None:
    print(f"\nA clean run takes {clean.seconds:.0f} s. Seed {SEED}, {KILLS} kills.", flush=True)
    sweep = Sweep(template, clean.fingerprints, clean.seconds)
    sweep.run(spark, planned_kills(SEED), KILLS)
    print(sweep.summary(), flush=True)
    assert sweep.problems == {}
