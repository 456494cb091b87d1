"""Two runs at once in a home that has nothing yet: one waits for the other, says so, and every line is there once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.run.audit import audit_batches
from jobs.run.pipeline import run_bronze, run_intake
from jobs.run.workspace import Workspace
from tests.factories import make_line, make_workspace

LINES = [make_line() for _ in range(50)]
WAITS = "bronze.run: another process is writing it; waiting for it …"


@pytest.fixture
def work(spark: SparkSession, tmp_path: Path) -> Workspace:
    work = make_workspace(spark, tmp_path / "home")
    events = work.settings.inbox / "events"
    events.mkdir(parents=True)
    (events / "day.ndjson").write_bytes(b"\n".join(LINES) + b"\n")
    run_intake(work)
    return work


def test_the_second_waits_and_finds_bronze_done(work: Workspace) -> None:
    environment = os.environ | {"PLAYHEAD_HOME": str(work.settings.root), "PLAYHEAD_DRIVER_MEMORY": "1g"}
    command = [sys.executable, "-m", "jobs.cli", "bronze"]
    with work.lake.filling_bronze():
        second = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert any(WAITS in line for line in second.stderr)
    run_bronze(work)
    said = second.communicate()[1]
    assert second.returncode == 0, said
    (found,) = audit_batches(work, None)
    assert (found.lines, found.state, found.problem) == (50, "bronze", None)
