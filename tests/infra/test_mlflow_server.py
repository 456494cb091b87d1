import sqlite3
from contextlib import closing
from pathlib import Path

import mlflow
import pytest

from infra.local_stack.supervisor import ServiceFailedError
from infra.mlflow.server import MlflowLogin, mlflow_service
from jobs.config import Settings
from jobs.storage import tracking
from jobs.storage.experiment import Experiment

LOGIN = MlflowLogin("password", "key")
PORT = 5000


def places(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "mlflow" / "mlflow.db")) as database:
        return sorted(place for (place,) in database.execute("SELECT artifact_uri FROM runs"))


def test_the_server_of_a_home_that_was_moved_gives_its_runs_places_in_the_new_one(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    tracking.connect(Settings(home=old), Experiment("playhead-tests", "Runs of the tests."))
    with tracking.tracked_run("first", {}, {}) as run:
        mlflow.log_text("text", "note.txt")
    old.rename(new)
    assert places(new) == [f"{old}/mlflow/artifacts/{run}/artifacts"]

    mlflow_service(new, PORT, LOGIN, {})

    assert places(new) == [f"{new}/mlflow/artifacts/{run}/artifacts"]


def test_a_first_start_leaves_the_making_of_the_database_to_mlflow(tmp_path: Path) -> None:
    mlflow_service(tmp_path, PORT, LOGIN, {})
    assert list(tmp_path.rglob("mlflow.db")) == []


def test_a_database_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    database = tmp_path / "mlflow" / "mlflow.db"
    database.parent.mkdir()
    database.write_text("This is no database, and it is longer than the hundred bytes of a header would be. " * 2)
    with pytest.raises(ServiceFailedError, match=f"mlflow cannot start: {database} cannot be read or written"):
        mlflow_service(tmp_path, PORT, LOGIN, {})
