import os
import socket
import subprocess
import sys

import psutil
import pytest

from infra.local_stack.ports import PortTakenError, check_ports
from jobs.cli.ports import Ports
from tests.infra.running_stack import PROJECT_ROOT, free_ports


def test_free_ports_pass() -> None:
    airflow, mlflow, docs = free_ports(3)
    check_ports(Ports(airflow_port=airflow, mlflow_port=mlflow, docs_port=docs))


def test_a_taken_port_is_named_with_its_holder_and_the_setting_to_change() -> None:
    airflow, docs = free_ports(2)
    with socket.create_server(("127.0.0.1", 0)) as ours:
        taken = ours.getsockname()[1]
        with pytest.raises(PortTakenError) as error:
            check_ports(Ports(airflow_port=airflow, mlflow_port=taken, docs_port=docs))
    name = psutil.Process().name()
    assert str(error.value) == (
        f"Port {taken} is taken by {name} (pid {os.getpid()}). End it, or set PLAYHEAD_MLFLOW_PORT to a free port."
    )


def test_a_port_given_twice_is_named_with_both_settings() -> None:
    port, docs = free_ports(2)
    with pytest.raises(PortTakenError, match="PLAYHEAD_MLFLOW_PORT and PLAYHEAD_AIRFLOW_PORT are both"):
        check_ports(Ports(airflow_port=port, mlflow_port=port, docs_port=docs))


def test_ports_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYHEAD_AIRFLOW_PORT", "18080")
    assert (Ports().airflow_port, Ports().mlflow_port) == (18080, 5000)


def test_a_wrong_setting_is_named_in_one_message() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "infra.local_stack"],
        env={**os.environ, "PLAYHEAD_AIRFLOW_PORT": "many"},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, "airflow_port" in ended.stderr, "Traceback" in ended.stderr) == (2, True, False)
