"""What `make up` does to MLflow's database before the server starts: in a process of its own, as there."""

import sqlite3
from contextlib import closing
from pathlib import Path

import mlflow
import pytest

from infra.local_stack.environment import PROJECT_ROOT, base_environment
from infra.local_stack.supervisor import ServiceFailedError, Supervisor
from infra.mlflow.server import mlflow_page, mlflow_preparation
from jobs.config import Settings
from jobs.recommender.learning.recipe import EXPERIMENT
from jobs.storage import tracking
from jobs.storage.experiment import Experiment


def prepare(home: Path) -> None:
    Supervisor(home / "logs").run_once("mlflow-experiments", mlflow_preparation(), base_environment(home), PROJECT_ROOT)


def places(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "mlflow" / "mlflow.db")) as database:
        return sorted(place for (place,) in database.execute("SELECT artifact_uri FROM runs"))


def test_the_runs_of_a_home_that_was_moved_get_places_in_the_new_one(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    tracking.connect(Settings(home=old), EXPERIMENT)
    with tracking.tracked_run("first", {}, {}) as run:
        mlflow.log_text("text", "note.txt")
    old.rename(new)
    assert places(new) == [f"{old}/mlflow/artifacts/{run}/artifacts"]

    prepare(new)

    assert places(new) == [f"{new}/mlflow/artifacts/{run}/artifacts"]


def test_the_page_of_models_is_the_recommenders_also_where_another_experiment_came_first(tmp_path: Path) -> None:
    tracking.connect(Settings(home=tmp_path), Experiment("another", "It came first."))
    prepare(tmp_path)
    assert mlflow_page(tmp_path, 5000) == "http://127.0.0.1:5000/#/experiments/2/runs?workflowType=machine_learning"


def test_a_database_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    database = tmp_path / "mlflow" / "mlflow.db"
    database.parent.mkdir()
    database.write_text("This is no database, and it is longer than the hundred bytes of a header would be. " * 2)
    with pytest.raises(ServiceFailedError, match=f"MLflow at sqlite:///{database} does not do its part .*a backup"):
        prepare(tmp_path)
