"""One home whose run is killed three times, as `make kill-sweep` does at many more moments."""

import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from pyspark.sql import SparkSession

from jobs.pipeline import run_cycle
from jobs.workspace import Workspace
from tests.factories import make_workspace
from tests.kill_sweep.homes import copied, differences, empty_tables, fingerprints, make_template
from tests.killed_run import Victim, running

pytestmark = pytest.mark.timeout(600)

SEED = 7
# Who is killed soon after the run says what it is at. The next run follows at once, so Python's JVM is still there.
KILLS = ((Victim.PYTHON, "bronze: "), (Victim.JVM, "silver: events, "), (Victim.GROUP, "gold: "))
# Every stage takes longer in a process that has just started.
LATEST_SECONDS = 2.0


@dataclass(frozen=True)
class Homes:
    """The same traffic, brought in at one go and with three kills, and how the killed commands ended."""

    clean: Workspace
    killed: Workspace
    ended: list[tuple[Victim, int]]


@pytest.fixture(scope="module")
def homes(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Homes:
    """What the killed runs left is finished on the session that the tests share, which is quicker than a fourth."""
    template = make_template(spark, tmp_path_factory.mktemp("killed") / "template")
    clean, killed = (make_workspace(spark, copied(template, name)) for name in ("clean", "killed"))
    run_cycle(clean, print)
    ended = killed_three_times(killed.settings.root)
    run_cycle(killed, print)
    return Homes(clean, killed, ended)


def killed_three_times(home: Path) -> list[tuple[Victim, int]]:
    moments, runs, victims = Random(SEED), [], []
    for victim, stage in KILLS:
        with running(home, victim) as run:
            assert run.comes_to(stage), f"no {stage!r} in {run.output.read_text()}"
            time.sleep(moments.uniform(0, LATEST_SECONDS))
            victims.append(run.kill(victim))
            runs.append(run)
    for run in runs:
        run.wait_until_gone()
    return [(victim, run.process.returncode) for victim, run in zip(victims, runs, strict=True)]


def test_every_kill_hit_a_run(homes: Homes) -> None:
    assert homes.ended == [(Victim.PYTHON, -9), (Victim.JVM, 1), (Victim.GROUP, -9)]


def test_a_plain_retry_ends_like_a_clean_run(homes: Homes) -> None:
    assert differences(homes.killed, fingerprints(homes.clean)) == []


def test_the_compared_tables_hold_rows(homes: Homes) -> None:
    assert empty_tables(homes.clean) == set()
