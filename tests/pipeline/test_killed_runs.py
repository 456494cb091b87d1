"""A home whose runs are killed at every stage, as `make kill-sweep` does at many more moments.

What they had put aside lies in the home, shows nobody, and is swept away by the next run.
"""

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
import zstandard
from pyspark.sql import SparkSession

from jobs.config import Settings
from jobs.run.home import home_to_fill
from jobs.run.pipeline import run_bronze, run_gold, run_insights, run_silver
from jobs.run.workspace import Workspace
from jobs.storage.work_folder import work_folders
from tests.factories import make_workspace
from tests.fingerprint import fingerprints
from tests.kill_sweep.homes import differences
from tests.killed_run import PLAYHEAD_RUN, Victim, running
from tests.pipeline.two_days import Runs, put_into_inbox, with_key_of
from tests.token_scanner import TokenScanner

# `runs`, three whole cycles, may be made here too.
pytestmark = pytest.mark.timeout(1800)

SEED = 7
# Who is killed in which stage, within so many seconds; Spark takes the first ones to start. The shared session takes
# over at once, while the JVM of a killed Python is still there.
KILLS = (
    (Victim.PYTHON, "bronze: ", (8.0, 16.0), run_bronze),
    (Victim.JVM, "silver: ", (10.0, 18.0), run_silver),
    (Victim.GROUP, "gold: ", (10.0, 18.0), run_gold),
)
IDS = ("account_id", "profile_id", "session_id", "event_id")


@dataclass(frozen=True)
class Killed:
    """The home, how the killed commands ended, and what they had said.

    `elsewhere`: where they would have made temporary files if they had not been told another place.
    """

    work: Workspace
    elsewhere: Path
    ended: list[tuple[Victim, int]]
    said: dict[Victim, str]


@pytest.fixture(scope="module")
def killed(spark: SparkSession, runs: Runs, tmp_path_factory: pytest.TempPathFactory) -> Killed:
    folder = tmp_path_factory.mktemp("killed")
    work = with_key_of(runs.at_once, make_workspace(spark, folder / "home"))
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    command = ["env", f"TMPDIR={elsewhere}", f"JAVA_TOOL_OPTIONS=-Djava.io.tmpdir={elsewhere}", *PLAYHEAD_RUN]
    put_into_inbox(work, runs.files)
    moments, ended, started = Random(SEED), [], []
    for victim, stage, seconds, take_over in KILLS:
        with running(work.settings.root, victim, command) as run:
            assert run.comes_to(stage), f"no {stage!r} in {run.output.read_text()}"
            time.sleep(moments.uniform(*seconds))
            ended.append((run.kill(victim), run.process.returncode))
            take_over(work)
            started.append(run)
    run_insights(work)
    for run in started:
        run.wait_until_gone()
    said = {victim: run.output.read_text() for (victim, _), run in zip(ended, started, strict=True)}
    return Killed(work, elsewhere, ended, said)


def test_every_kill_hit_a_run(killed: Killed) -> None:
    assert killed.ended == [(Victim.PYTHON, -9), (Victim.JVM, 1), (Victim.GROUP, -9)]


def test_a_command_that_lost_its_jvm_says_so_and_what_to_do(killed: Killed) -> None:
    said = killed.said[Victim.JVM]
    assert "What was begun is finished by the next run" in said
    assert "Traceback" not in said


def test_a_plain_retry_ends_like_a_run_that_nobody_disturbed(killed: Killed, runs: Runs) -> None:
    assert differences(killed.work, fingerprints(runs.at_once.lake)) == []


def test_nothing_is_left_elsewhere(killed: Killed) -> None:
    assert list(killed.elsewhere.rglob("*")) == []


def test_what_is_left_in_the_home_shows_no_id_of_the_traffic(killed: Killed, runs: Runs) -> None:
    left = work_folders(killed.work.settings.root)
    assert any(path.is_file() for path in left.rglob("*"))
    first_line, *_ = zstandard.decompress(runs.traffic.event_files[0].path.read_bytes()).splitlines()
    event = json.loads(first_line)
    ids = {name: event[name] for name in IDS} | {"device_id": event["device"]["device_id"]}
    assert TokenScanner(ids).scan(left) == set()


def test_the_next_run_sweeps_it_away(killed: Killed, tmp_path: Path) -> None:
    shutil.copytree(work_folders(killed.work.settings.root), work_folders(tmp_path))
    home_to_fill(Settings(home=tmp_path))
    assert list(work_folders(tmp_path).iterdir()) == []
