"""Two runs at once in a home that has nothing yet: one waits for the other, and every line is there once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.run.audit import audit_batches
from jobs.run.workspace import Workspace
from tests.factories import make_line, make_workspace

LINES = [make_line() for _ in range(50)]
BRONZE = [sys.executable, "-m", "jobs.cli", "bronze"]


@pytest.fixture
def work(tmp_path: Path, spark: SparkSession) -> Workspace:
    work = make_workspace(spark, tmp_path / "home")
    events = work.settings.inbox / "events"
    events.mkdir(parents=True)
    (events / "day.ndjson").write_bytes(b"\n".join(LINES) + b"\n")
    return work


def test_the_second_finds_bronze_done(work: Workspace) -> None:
    environment = os.environ | {"PLAYHEAD_HOME": str(work.settings.root), "PLAYHEAD_DRIVER_MEMORY": "1g"}
    subprocess.run([sys.executable, "-m", "jobs.cli", "land"], env=environment, check=True)
    both = [subprocess.Popen(BRONZE, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ended = [(process.communicate()[1], process.returncode) for process in both]
    assert [code for _, code in ended] == [0, 0], ended
    (found,) = audit_batches(work, None)
    assert (found.lines, found.state, found.problem) == (50, "bronze", None)
