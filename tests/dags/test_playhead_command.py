"""The operator, with real processes. A script named `playhead` at the head of PATH stands where the real one would."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

# Each task runs in a process of its own, which imports Airflow first.
pytestmark = pytest.mark.stack

HERE = Path(__file__).parent
# Airflow's import and start take most of it.
PATIENCE_SECONDS = 60

REPORTS_ITS_ARGUMENTS = """
import json, os, sys
from pathlib import Path
Path(os.environ["SEEN"]).write_text(json.dumps([sys.argv[1:], sorted(os.environ), os.getcwd()]))
"""

# A child that cannot be ended by SIGTERM, as Spark's JVM in the middle of something.
LEAVES_A_STUBBORN_CHILD = """
import os, subprocess, sys
from pathlib import Path
child = subprocess.Popen([sys.executable, "-c", (
    "import os, signal, time, pathlib;"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "pathlib.Path(os.environ['SEEN']).write_text(f'{os.getppid()} {os.getpid()}');"
    "time.sleep(600)"
)])
child.wait()
"""


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    return tmp_path / "seen"


def start_task(
    script: str, arguments: list[str], environment: dict[str, str], seen: Path
) -> tuple["subprocess.Popen[str]", Path]:
    """Starts a task whose `playhead` is `script`; returns its process and the file that will say how it ended."""
    playhead = seen.parent / "bin" / "playhead"
    playhead.parent.mkdir()
    playhead.write_text(f"#!{sys.executable}\n{script}")
    playhead.chmod(playhead.stat().st_mode | stat.S_IXUSR)
    ending = seen.parent / "ending"
    process = subprocess.Popen(
        [sys.executable, str(HERE / "run_command_task.py"), str(ending), *arguments],
        env={**environment, "PATH": f"{playhead.parent}:{os.environ['PATH']}", "SEEN": str(seen)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return process, ending


def run_task(script: str, arguments: list[str], environment: dict[str, str], seen: Path) -> tuple[str, str]:
    """How the task ended, and its log."""
    process, ending = start_task(script, arguments, environment, seen)
    log, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return ending.read_text(), log


@pytest.mark.parametrize(
    ("exit_code", "outcome"),
    [(0, "succeeded"), (1, "AirflowException"), (2, "AirflowFailException"), (3, "AirflowFailException")],
)
def test_only_exit_code_1_is_worth_a_retry(
    exit_code: int, outcome: str, airflow_environment: dict[str, str], seen: Path
) -> None:
    assert run_task(f"raise SystemExit({exit_code})", ["land"], airflow_environment, seen)[0] == outcome


@pytest.mark.parametrize(
    ("exit_code", "outcome"), [(0, "succeeded"), (1, "AirflowException"), (2, "AirflowSkipException")]
)
def test_a_task_that_may_have_nothing_to_do_is_skipped_on_that_code_alone(
    exit_code: int, outcome: str, airflow_environment: dict[str, str], seen: Path
) -> None:
    environment = airflow_environment | {"SKIP_ON_EXIT_CODE": "2"}
    assert run_task(f"raise SystemExit({exit_code})", ["report"], environment, seen)[0] == outcome


def test_arguments_reach_the_command_one_by_one_and_no_shell_reads_them(
    airflow_environment: dict[str, str], seen: Path
) -> None:
    template = ["simulate", "--name={{ params.name }}", "{{ '' }}", "$(id)"]
    run_task(REPORTS_ITS_ARGUMENTS, template, airflow_environment, seen)
    arguments, _, _ = json.loads(seen.read_text())
    assert arguments == ["simulate", "--name=x; touch pwned", "$(id)"]


def test_airflows_own_settings_stay_with_airflow(airflow_environment: dict[str, str], seen: Path) -> None:
    run_task(REPORTS_ITS_ARGUMENTS, ["land"], airflow_environment | {"AIRFLOW__API__SECRET_KEY": "x" * 32}, seen)
    _, names, _ = json.loads(seen.read_text())
    assert [name for name in names if name.startswith("AIRFLOW__")] == []
    assert "PLAYHEAD_HOME" in names


@pytest.mark.parametrize("makes", [{"MAKES_PSEUDONYMS": ""}, {}], ids=["silver", "another"])
def test_a_given_key_reaches_the_command_that_makes_pseudonyms_and_no_other_and_no_log(
    airflow_environment: dict[str, str], seen: Path, makes: dict[str, str]
) -> None:
    key = "0123456789abcdef" * 4
    given = airflow_environment | dict.fromkeys(("PLAYHEAD_PSEUDONYM_KEY", "PLAYHEAD_LINKAGE_KEY"), key) | makes
    _, log = run_task(REPORTS_ITS_ARGUMENTS, ["silver"], given, seen)
    _, names, _ = json.loads(seen.read_text())
    assert ("PLAYHEAD_PSEUDONYM_KEY" in names, "PLAYHEAD_LINKAGE_KEY" in names, key in log) == (
        bool(makes),
        bool(makes),
        False,
    )


def test_the_output_is_in_the_tasks_log(airflow_environment: dict[str, str], seen: Path) -> None:
    _, log = run_task("print('12 files landed')", ["land"], airflow_environment, seen)
    assert "12 files landed" in log


@retry(
    wait=wait_fixed(0.1),
    stop=stop_after_delay(PATIENCE_SECONDS),
    retry=retry_if_exception_type((FileNotFoundError, ValueError)),
    reraise=True,
)
def read_pids(path: Path) -> tuple[int, int]:
    command, child = path.read_text().split()
    return int(command), int(child)


def test_a_killed_task_fails_and_leaves_no_process_even_of_a_child_that_ignores_sigterm(
    airflow_environment: dict[str, str], seen: Path
) -> None:
    process, ending = start_task(LEAVES_A_STUBBORN_CHILD, ["gold"], airflow_environment, seen)
    command, child = read_pids(seen)
    assert psutil.pid_exists(command)
    assert psutil.pid_exists(child)

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE_SECONDS)

    assert ending.read_text() == "AirflowException"
    assert not psutil.pid_exists(command)
    assert not psutil.pid_exists(child)
