"""Airflow's four services: API server with the UI, scheduler, DAG processor, triggerer."""

import sys
from collections.abc import Mapping
from pathlib import Path

from infra.local_stack.environment import PROJECT_ROOT
from infra.local_stack.secret_file import new_key, new_password, read_or_make
from infra.local_stack.service import Service, answers, reports_healthy
from jobs.cli.ports import LOOPBACK

CONFIG = Path(__file__).with_name("airflow.cfg")
ADMIN = "admin"
AIRFLOW = (sys.executable, "-m", "airflow")

# The DAGs' own name for it: `WRITERS_POOL` in dags/playhead_command.py.
WRITERS_POOL = ("playhead_writers", "1", "Tasks that write tables of the lake: one at a time")


def airflow_password(home: Path) -> str:
    """The admin's password, in the file that Airflow's SimpleAuthManager reads."""
    return read_or_make(_password_file(home), lambda: {ADMIN: new_password()})[ADMIN]


def airflow_environment(home: Path, port: int, environment: Mapping[str, str]) -> dict[str, str]:
    """Where Airflow finds and puts everything. Tasks inherit it; the operator keeps AIRFLOW__… from their commands."""
    keys = read_or_make(
        home / "airflow" / "secrets.json",
        lambda: {"fernet_key": new_key(), "jwt_secret": new_key(), "secret_key": new_key()},
    )
    url = f"http://{LOOPBACK}:{port}"
    return {
        **environment,
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW_CONFIG": str(CONFIG),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_password_file(home)),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__CORE__FERNET_KEY": keys["fernet_key"],
        "AIRFLOW__API_AUTH__JWT_SECRET": keys["jwt_secret"],
        "AIRFLOW__API__SECRET_KEY": keys["secret_key"],
    }


def preparations() -> dict[str, list[str]]:
    """What is run to its end before the services start; both change nothing when they are run again."""
    return {
        "airflow-db-migrate": [*AIRFLOW, "db", "migrate"],
        "airflow-pools-set": [*AIRFLOW, "pools", "set", *WRITERS_POOL],
    }


def airflow_services(home: Path, port: int, environment: Mapping[str, str], tasks: Mapping[str, str]) -> list[Service]:
    """In the order to start them. `tasks` is what the scheduler's tasks find in their environment besides."""
    api = f"http://{LOOPBACK}:{port}/api/v2"
    health = f"{api}/monitor/health"
    folder = home / "airflow"
    return [
        Service(
            name="airflow-api-server",
            command=[*AIRFLOW, "api-server"],
            environment=environment,
            folder=folder,
            is_healthy=answers(f"{api}/version"),
        ),
        Service(
            name="airflow-scheduler",
            # The API server reads the tasks' logs from the same disk: no second server, no further port.
            command=[*AIRFLOW, "scheduler", "--skip-serve-logs"],
            environment={**tasks, **environment},
            folder=folder,
            is_healthy=reports_healthy(health, "scheduler"),
        ),
        Service(
            name="airflow-dag-processor",
            command=[*AIRFLOW, "dag-processor"],
            environment=environment,
            folder=folder,
            is_healthy=reports_healthy(health, "dag_processor"),
        ),
        # No task of ours waits in it, but without one Airflow's first page shows a red mark that means nothing.
        Service(
            name="airflow-triggerer",
            command=[*AIRFLOW, "triggerer", "--skip-serve-logs"],
            environment=environment,
            folder=folder,
            is_healthy=reports_healthy(health, "triggerer"),
        ),
    ]


def _password_file(home: Path) -> Path:
    return home / "airflow" / "passwords.json"
