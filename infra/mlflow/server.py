"""MLflow's server: runs and models in SQLite, artifacts as files, all in the home; with a login."""

import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from infra.local_stack.secret_file import new_key, new_password, read_or_make
from infra.local_stack.service import Service, answers
from jobs.cli.ports import LOOPBACK
from jobs.recommender.learning.recipe import EXPERIMENT

AUTH_CONFIG = Path(__file__).with_name("basic_auth.ini")
ADMIN = "admin"


@dataclass(frozen=True)
class MlflowLogin:
    """What the server checks and what its clients send."""

    password: str
    flask_secret_key: str


def mlflow_preparation() -> list[str]:
    """What is run to its end before the server starts."""
    return [sys.executable, "-m", "infra.mlflow.experiments"]


def mlflow_page(home: Path, port: int) -> str:
    """The recommender's runs, in the view for trained models: by itself MLflow opens in the one for language models.

    The view must be said for the experiment's own page; it is lost on the way there from the list of experiments.
    """
    with closing(sqlite3.connect(home / "mlflow" / "mlflow.db")) as database:
        asked = "SELECT experiment_id FROM experiments WHERE name = ?"
        (experiment_id,) = database.execute(asked, (EXPERIMENT.name,)).fetchone()
    return f"http://{LOOPBACK}:{port}/#/experiments/{experiment_id}/runs?workflowType=machine_learning"


def mlflow_login(home: Path) -> MlflowLogin:
    secrets = read_or_make(
        home / "mlflow" / "secrets.json", lambda: {"password": new_password(), "flask_secret_key": new_key()}
    )
    return MlflowLogin(**secrets)


def client_environment(login: MlflowLogin, port: int) -> dict[str, str]:
    """What a `playhead` command needs to record its runs with this server."""
    return {
        "PLAYHEAD_MLFLOW_TRACKING_URI": f"http://{LOOPBACK}:{port}",
        "MLFLOW_TRACKING_USERNAME": ADMIN,
        "MLFLOW_TRACKING_PASSWORD": login.password,
    }


def mlflow_service(home: Path, port: int, login: MlflowLogin, environment: Mapping[str, str]) -> Service:
    """The server. Clients write artifacts to the folder themselves, so runs recorded without a server look the same."""
    folder = home / "mlflow"
    return Service(
        name="mlflow",
        command=[
            *(sys.executable, "-m", "mlflow", "server"),
            *("--host", LOOPBACK, "--port", str(port)),
            # One writer: SQLite answers `database is locked` to several.
            *("--workers", "1"),
            *("--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"),
            *("--default-artifact-root", str(folder / "artifacts"), "--no-serve-artifacts"),
            *("--app-name", "basic-auth"),
        ],
        environment={
            **environment,
            "MLFLOW_AUTH_CONFIG_PATH": str(AUTH_CONFIG),
            "MLFLOW_AUTH_ADMIN_PASSWORD": login.password,
            "MLFLOW_FLASK_SERVER_SECRET_KEY": login.flask_secret_key,
            # The runner of evaluation jobs, which Playhead has none of.
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        },
        folder=folder,
        is_healthy=answers(f"http://{LOOPBACK}:{port}/health"),
    )
