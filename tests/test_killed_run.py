"""The three ways to kill a run, on small real processes in the place of Python and Spark's JVM."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import killed_run
from tests.killed_run import PlayheadRun, RunFailedError, Victim, running

# As Spark's, it ends a moment after whoever started it.
JVM = "import sys, time; sys.stdin.read(); time.sleep(1)"
STUBBORN_JVM = "import time; time.sleep(60)"
# Says what it does, starts a JVM after a shorter-lived one, and ends with an error when it has lost it.
COMMAND = """
import subprocess, sys
print("land: playback.ndjson", flush=True)
subprocess.run([sys.argv[1], "-c", "pass", "-version"], check=True)
jvm = subprocess.Popen([sys.argv[1], "-c", sys.argv[2], "org.apache.spark.deploy.SparkSubmit"], stdin=subprocess.PIPE)
print("bronze: 4 files …", "WARN something else", sep="\\n", flush=True)
jvm.wait()
sys.exit("Spark's process ended")
"""


@pytest.fixture
def java(tmp_path: Path) -> Path:
    """A program of that name."""
    java = tmp_path / "java"
    java.symlink_to(os.path.realpath(sys.executable))
    return java


@pytest.fixture
def run(tmp_path: Path, java: Path) -> Iterator[PlayheadRun]:
    with running(tmp_path / "home", command=[sys.executable, "-c", COMMAND, str(java), JVM]) as run:
        assert run.comes_to("bronze: ")
        yield run
        run.end_all()


def test_python_dies_alone_and_its_jvm_a_moment_later(run: PlayheadRun) -> None:
    killed = run.kill(Victim.PYTHON)
    orphan = run._jvm()
    run.wait_until_gone()
    assert (killed, run.process.returncode, orphan is not None) == (Victim.PYTHON, -9, True)


def test_a_command_that_lost_its_jvm_ends_by_itself(run: PlayheadRun) -> None:
    assert (run.kill(Victim.JVM), run.process.returncode) == (Victim.JVM, 1)


def test_a_group_dies_together(tmp_path: Path, java: Path) -> None:
    started: list[PlayheadRun] = []
    lose(Victim.GROUP, tmp_path / "home", [sys.executable, "-c", COMMAND, str(java), STUBBORN_JVM], started)
    assert (started[0].process.returncode, started[0]._processes()) == (-9, [])


def test_the_stage_is_the_last_one_that_the_output_names(run: PlayheadRun) -> None:
    assert (run.stage(), run.last_words()) == ("bronze", "WARN something else")


def test_where_no_jvm_is_there_yet_python_is_killed_and_named(tmp_path: Path) -> None:
    with running(tmp_path / "home", command=[sys.executable, "-c", "import time; time.sleep(60)"]) as run:
        assert (run.kill(Victim.JVM), run.process.returncode) == (Victim.PYTHON, -9)


@pytest.mark.parametrize(
    "arguments", [["-version"], ["org.apache.spark.launcher.Main", "org.apache.spark.deploy.SparkSubmit"]]
)
def test_a_java_that_is_not_sparks_is_not_its_jvm(tmp_path: Path, java: Path, arguments: list[str]) -> None:
    script = "import time; print('land: here', flush=True); time.sleep(60)"
    with running(tmp_path / "home", command=[str(java), "-c", script, *arguments]) as run:
        assert run.comes_to("land: here")
        assert ([process.name() for process in run._processes()], run._jvm()) == (["java"], None)
        run.end_all()


def test_a_command_that_outlives_its_jvm_is_reported_and_ended(
    tmp_path: Path, java: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(killed_run, "END_PATIENCE_SECONDS", 1)
    goes_on = COMMAND.replace("jvm.wait()", "import time; time.sleep(60)")
    started: list[PlayheadRun] = []
    with pytest.raises(RunFailedError, match="goes on 1 s after its JVM was killed"):
        lose(Victim.JVM, tmp_path / "home", [sys.executable, "-c", goes_on, str(java), JVM], started)
    assert started[0]._processes() == []


def test_a_process_that_stays_is_named_and_ended(tmp_path: Path, java: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(killed_run, "END_PATIENCE_SECONDS", 1)
    started: list[PlayheadRun] = []
    with pytest.raises(RunFailedError, match=r"left processes behind: .*name='java'"):
        lose(Victim.PYTHON, tmp_path / "home", [sys.executable, "-c", COMMAND, str(java), STUBBORN_JVM], started)
    assert started[0]._processes() == []


def lose(victim: Victim, home: Path, command: list[str], started: list[PlayheadRun]) -> None:
    with running(home, command=command) as run:
        started.append(run)
        assert run.comes_to("bronze: ")
        run.kill(victim)
        run.wait_until_gone()


def test_a_run_that_ends_before_a_stage_does_not_come_to_it(tmp_path: Path) -> None:
    with running(tmp_path / "home", command=[sys.executable, "-c", "print('land: nothing new.')"]) as run:
        assert not run.comes_to("bronze: ")


def test_a_run_that_fails_says_how_it_ended(tmp_path: Path) -> None:
    failing = [sys.executable, "-c", "import sys; sys.exit('Spark failed')"]
    with (
        pytest.raises(RunFailedError, match="ended with 1: Spark failed"),
        running(tmp_path / "home", command=failing) as run,
    ):
        run.finish()


def test_a_run_that_hangs_says_where_and_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(killed_run, "RUN_PATIENCE_SECONDS", 1)
    hanging = [sys.executable, "-c", "import time; print('gold: 4 files …', flush=True); time.sleep(60)"]
    with (
        pytest.raises(RunFailedError, match="hangs at: gold: 4 files …"),
        running(tmp_path / "home", command=hanging) as run,
    ):
        run.finish()
    assert run._processes() == []
