"""A home whose runs are killed at every stage, as `make kill-sweep` does at many more moments."""

import time
from dataclasses import dataclass
from random import Random

import pytest
from pyspark.sql import SparkSession

from jobs.run.pipeline import run_bronze, run_gold, run_insights, run_silver
from jobs.run.workspace import Workspace
from tests.factories import make_workspace
from tests.fingerprint import fingerprints
from tests.kill_sweep.homes import differences
from tests.killed_run import Victim, running
from tests.pipeline.two_days import Runs, put_into_inbox, with_key_of

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


@dataclass(frozen=True)
class Killed:
    """The home, how the killed commands ended, and what they had said."""

    work: Workspace
    ended: list[tuple[Victim, int]]
    said: dict[Victim, str]


@pytest.fixture(scope="module")
def killed(spark: SparkSession, runs: Runs, tmp_path_factory: pytest.TempPathFactory) -> Killed:
    work = with_key_of(runs.at_once, make_workspace(spark, tmp_path_factory.mktemp("killed") / "home"))
    put_into_inbox(work, runs.files)
    moments, ended, started = Random(SEED), [], []
    for victim, stage, seconds, take_over in KILLS:
        with running(work.settings.root, victim) as run:
            assert run.comes_to(stage), f"no {stage!r} in {run.output.read_text()}"
            time.sleep(moments.uniform(*seconds))
            ended.append((run.kill(victim), run.process.returncode))
            take_over(work)
            started.append(run)
    run_insights(work)
    for run in started:
        run.wait_until_gone()
    said = {victim: run.output.read_text() for (victim, _), run in zip(ended, started, strict=True)}
    return Killed(work, ended, said)


def test_every_kill_hit_a_run(killed: Killed) -> None:
    assert killed.ended == [(Victim.PYTHON, -9), (Victim.JVM, 1), (Victim.GROUP, -9)]


def test_a_command_that_lost_its_jvm_says_so_and_what_to_do(killed: Killed) -> None:
    said = killed.said[Victim.JVM]
    assert "What was begun is finished by the next run" in said
    assert "Traceback" not in said


def test_a_plain_retry_ends_like_a_run_that_nobody_disturbed(killed: Killed, runs: Runs) -> None:
    assert differences(killed.work, fingerprints(runs.at_once.lake)) == []
