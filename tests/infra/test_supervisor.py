"""The supervisor with small real processes in the place of Airflow and MLflow."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tenacity import retry, stop_after_delay, wait_fixed

from infra.local_stack import processes
from infra.local_stack.service import Service, answers
from infra.local_stack.supervisor import ServiceFailedError, Supervisor
from tests.infra.running_stack import free_ports

pytestmark = pytest.mark.stack

# Starts a child in a session of its own that ignores SIGTERM, as a task's command may, and then serves.
SERVES_AND_LEAVES_A_STUBBORN_CHILD = """
import http.server, os, pathlib, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", (
    "import os, signal, time, pathlib;"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "pathlib.Path('child.pid').write_text(str(os.getpid()));"
    "time.sleep(600)"
)], start_new_session=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    """Less patient than in earnest with those who ignore SIGTERM."""
    monkeypatch.setattr(processes, "TERMINATE_GRACE_SECONDS", 1)
    supervisor = Supervisor(tmp_path / "logs")
    yield supervisor
    supervisor.end_all()


def python_service(name: str, script: str, folder: Path) -> Service:
    (port,) = free_ports(1)
    return Service(
        name=name,
        command=[sys.executable, "-c", script, str(port)],
        environment=os.environ,
        folder=folder,
        is_healthy=answers(f"http://127.0.0.1:{port}/"),
    )


@retry(wait=wait_fixed(0.1), stop=stop_after_delay(30), reraise=True)
def pid_in(path: Path) -> int:
    return int(path.read_text())


def test_a_service_that_dies_is_named_with_the_end_of_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(ServiceFailedError) as error:
        supervisor.start(python_service("mlflow", "import sys; sys.exit('no such table')", tmp_path))
    assert str(error.value) == (
        f"mlflow ended by itself, with exit code 1. The last lines of {tmp_path}/logs/mlflow.log:\nno such table"
    )


def test_when_a_service_is_killed_that_is_noticed_and_what_it_started_is_ended_too(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start(python_service("data-docs", SERVES_AND_LEAVES_A_STUBBORN_CHILD, tmp_path))
    child = psutil.Process(pid_in(tmp_path / "child.pid"))
    child.parent().kill()
    with pytest.raises(ServiceFailedError, match="data-docs ended by itself, with exit code -9"):
        supervisor.watch()
    supervisor.end_all()
    assert not child.is_running()


def test_the_end_leaves_no_process_even_of_a_child_in_another_session_that_ignores_sigterm(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start(python_service("data-docs", SERVES_AND_LEAVES_A_STUBBORN_CHILD, tmp_path))
    child = psutil.Process(pid_in(tmp_path / "child.pid"))
    service = child.parent()
    assert {member.pid for member in supervisor.family().members()} == {service.pid, child.pid}
    supervisor.end_all()
    assert not child.is_running()
    assert not service.is_running()


def test_a_preparation_that_fails_stops_the_start(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(ServiceFailedError, match=r"airflow-db-migrate ended with exit code 3\."):
        supervisor.run_once("airflow-db-migrate", [sys.executable, "-c", "raise SystemExit(3)"], os.environ, tmp_path)
