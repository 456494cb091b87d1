"""The real stack: Airflow, MLflow and the pages."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from jobs.run.closed_home import open_to_others
from tests.infra.running_stack import END_PATIENCE_SECONDS, RunningStack, spawn_stack, wait_until_ready

pytestmark = pytest.mark.stack


@pytest.fixture
def airflow(stack: RunningStack) -> Iterator[httpx.Client]:
    """Airflow's API, logged in."""
    with httpx.Client(base_url=stack.airflow_url, trust_env=False) as client:
        answer = client.post("/auth/token", json={"username": "admin", "password": stack.airflow_password})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def status_of(url: str, **request: object) -> int:
    return httpx.request("GET", url, trust_env=False, **request).status_code  # type: ignore[arg-type]


def test_every_part_of_airflow_is_healthy(airflow: httpx.Client) -> None:
    health = airflow.get("/api/v2/monitor/health").json()
    assert {part: report["status"] for part, report in health.items()} == {
        "metadatabase": "healthy",
        "scheduler": "healthy",
        "dag_processor": "healthy",
        "triggerer": "healthy",
    }


def test_airflow_refuses_a_wrong_password(stack: RunningStack) -> None:
    answer = httpx.post(
        f"{stack.airflow_url}/auth/token", json={"username": "admin", "password": "guess"}, trust_env=False
    )
    assert answer.status_code == httpx.codes.UNAUTHORIZED


def test_mlflow_asks_for_the_login_and_takes_it(stack: RunningStack) -> None:
    search = f"{stack.mlflow_url}/api/2.0/mlflow/experiments/search?max_results=1"
    assert status_of(search) == httpx.codes.UNAUTHORIZED
    assert status_of(search, auth=("admin", stack.mlflow_password)) == httpx.codes.OK


def test_the_writers_share_one_slot(airflow: httpx.Client) -> None:
    assert airflow.get("/api/v2/pools/playhead_writers").json()["slots"] == 1


def test_our_dags_and_no_others_are_there_and_switched_on(airflow: httpx.Client) -> None:
    @retry(wait=wait_fixed(1), stop=stop_after_delay(60), retry=retry_if_result(lambda dags: len(dags) < 3))
    def dags() -> dict[str, bool]:
        return {dag["dag_id"]: dag["is_paused"] for dag in airflow.get("/api/v2/dags").json()["dags"]}

    assert dags() == {"playhead_daily": False, "playhead_simulate": False, "playhead_training": False}


def test_everything_listens_on_loopback_only(stack: RunningStack) -> None:
    family = [stack.process.pid, *(child.pid for child in psutil.Process(stack.process.pid).children(recursive=True))]
    listening = {
        (connection.laddr.ip, connection.laddr.port)
        for connection in psutil.net_connections("inet")
        if connection.pid in family and connection.status == psutil.CONN_LISTEN
    }
    assert listening == {("127.0.0.1", port) for port in (stack.airflow_port, stack.mlflow_port, stack.docs_port)}


def test_secrets_are_their_owners_alone_and_in_no_log(stack: RunningStack) -> None:
    secrets = [*stack.home.glob("airflow/*.json"), stack.home / "mlflow" / "secrets.json"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in secrets] == [0o600] * 3
    logs = [path.read_text() for folder in ("logs", "airflow/logs") for path in (stack.home / folder).rglob("*.log")]
    assert logs
    assert not any(stack.airflow_password in log or stack.mlflow_password in log for log in logs)


def test_nobody_else_can_read_what_the_services_write(stack: RunningStack) -> None:
    assert list(open_to_others(stack.home)) == []


def test_who_calls_mlflow_by_another_name_gets_nothing(stack: RunningStack) -> None:
    login = ("admin", stack.mlflow_password)
    assert status_of(stack.mlflow_url, auth=login, headers={"Host": "attacker.example"}) == httpx.codes.FORBIDDEN


def test_a_second_stack_on_the_same_ports_is_refused_before_it_starts_anything(
    stack: RunningStack, tmp_path: Path
) -> None:
    second = spawn_stack(tmp_path, stack.airflow_port, stack.mlflow_port, stack.docs_port)
    assert second.process.wait(END_PATIENCE_SECONDS) == 1
    its_holder = f"Playhead's own stack, which runs already (pid {stack.process.pid})"
    assert f"Port {stack.mlflow_port} is taken by {its_holder}." in second.output.read_text()
    assert list(tmp_path.iterdir()) == [second.output]


def test_doctor_knows_a_stack_that_runs_and_asks_nobody_to_end_it(stack: RunningStack) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "jobs.cli", "doctor", "--json"],
        env={**os.environ, "PLAYHEAD_HOME": str(stack.home), **stack.port_settings},
        capture_output=True,
        text=True,
    )
    checks = {check["name"]: check for check in json.loads(asked.stdout)}
    ports = [
        checks[f"{name} port {port}"]
        for name, port in [("airflow", stack.airflow_port), ("mlflow", stack.mlflow_port), ("docs", stack.docs_port)]
    ]
    runs = f"Playhead's own stack runs (pid {stack.process.pid})"
    assert [(port["is_fine"], port["found"], port["to_do"]) for port in ports] == [(True, runs, "")] * 3


def trigger_a_long_task(airflow: httpx.Client) -> None:
    """Starts a simulation that takes minutes, and returns once its command runs."""
    conf = {"days": 90, "viewers": 100_000}
    run = airflow.post("/api/v2/dags/playhead_simulate/dagRuns", json={"logical_date": None, "conf": conf}).json()

    @retry(wait=wait_fixed(0.5), stop=stop_after_delay(120), retry=retry_if_result(lambda found: not found))
    def its_command() -> list[psutil.Process]:
        processes = psutil.process_iter(["cmdline"])
        return [process for process in processes if "--viewers=100000" in (process.info["cmdline"] or [])]

    assert its_command(), run


def lives(process: psutil.Process) -> bool:
    """One that has ended counts no more, also while the system has yet to take note of its end."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_ctrl_c_in_the_middle_of_a_task_leaves_no_process_and_the_stack_starts_again_with_the_same_login(
    stack_to_end: RunningStack, airflow: httpx.Client
) -> None:
    stack = stack_to_end
    trigger_a_long_task(airflow)
    family = psutil.Process(stack.process.pid).children(recursive=True)
    password = stack.airflow_password

    assert stack.end() == 0
    assert [process for process in family if lives(process)] == []

    again = spawn_stack(stack.home, stack.airflow_port, stack.mlflow_port, stack.docs_port)
    try:
        wait_until_ready(again)
        assert again.airflow_password == password
    finally:
        again.end()
