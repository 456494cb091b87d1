"""Airflow runs beside the tests, never in them: importing it takes seconds and it writes where AIRFLOW_HOME says."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def airflow_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    return {
        **inherited,
        "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PLAYHEAD_HOME": str(tmp_path_factory.mktemp("playhead")),
    }


@pytest.fixture(scope="session")
def parsed(airflow_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Airflow makes of the DAG files: `errors` by file, `dags` by id."""
    answer = tmp_path_factory.mktemp("parsed") / "dags.json"
    run = subprocess.run(
        [sys.executable, str(HERE / "describe_dags.py"), str(answer)],
        env=airflow_environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    described: dict[str, Any] = json.loads(answer.read_text())
    return described


@pytest.fixture(scope="session")
def dags(parsed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    described: dict[str, dict[str, Any]] = parsed["dags"]
    return described
