"""The only module that talks to MLflow: experiments, the model registry and its champion."""

import logging
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import mlflow
from mlflow.entities import Run
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from requests import RequestException
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from jobs.config import Settings
from jobs.errors import PlayheadError
from jobs.storage.artifact_places import follow_the_home
from jobs.storage.experiment import Experiment

if TYPE_CHECKING:
    # Whoever only asks what is registered starts neither.
    from matplotlib.figure import Figure
    from pyspark.ml import Model

_Entity = TypeVar("_Entity", ModelVersion, Run)

# The version in use, the newest one, and the one that was in use before.
CHAMPION, CHALLENGER, PREVIOUS = "champion", "challenger", "previous"
MODEL_FOLDER = "model"
# Inferring the requirements of a Spark model takes 25 s; these are what loading it needs.
REQUIREMENTS = [f"{package}=={version(package)}" for package in ("pyspark", "mlflow")]

# MLflow shows this tag above an experiment's runs.
_DESCRIPTION = "mlflow.note.content"
_MLFLOW_SETTINGS = {
    # MLflow's own limits add up to four minutes of silence before it says that the server is down.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    # A bar for every artifact, drawn anew at each step, drowns a task's log.
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}


class TrackingUnavailableError(PlayheadError):
    """MLflow does not answer, or refuses, so that nothing can be recorded or loaded."""


@dataclass(frozen=True)
class Registered:
    """A version of a model in the registry: what it was made of, what its run measured, where its files are.

    A version outlives its run: where that was deleted and purged, there are no metrics, and no files any more.
    """

    name: str
    version: str
    tags: Mapping[str, str]
    metrics: Mapping[str, float]
    source: str
    registered_on: date


@contextmanager
def _answering() -> Iterator[None]:
    """Raises `TrackingUnavailableError`."""
    try:
        yield
    except (MlflowException, RequestException, OSError, sqlite3.Error, SQLAlchemyError) as error:
        # The address may hold a password, and MLflow quotes it.
        uri = mlflow.get_tracking_uri()
        shown = _without_password(uri)
        why = f"{type(error).__name__}: {error}".splitlines()[0].replace(uri, shown)[:300]
        to_do = (
            "See that this file and artifacts/ beside it are there, whole and writable; a backup of the home has both."
            if uri.startswith("sqlite:")
            else "See that it runs (make up) and run this again, or unset PLAYHEAD_MLFLOW_TRACKING_URI to use the file "
            "in PLAYHEAD_HOME."
        )
        raise TrackingUnavailableError(f"MLflow at {shown} does not do its part ({why}). {to_do}") from error


def _without_password(uri: str) -> str:
    try:
        return make_url(uri).render_as_string()
    except ArgumentError:
        # A word or a path, which has none.
        return uri


@_answering()
def connect(settings: Settings, experiment: Experiment) -> None:
    """Points MLflow at the settings' server or, without one, at SQLite in the home, and makes the experiment.

    A home that was moved or copied keeps its models: what MLflow knows of their places is put right.
    Raises `TrackingUnavailableError`.
    """
    for name, value in _MLFLOW_SETTINGS.items():
        os.environ.setdefault(name, value)
    # Below a warning it tells how it makes its own database.
    for library in ("mlflow", "alembic"):
        logging.getLogger(library).setLevel(logging.WARNING)
    # It warns at every model that there is no pip here; the environment is uv's.
    logging.getLogger("mlflow.utils.environment").setLevel(logging.ERROR)
    folder = settings.root / "mlflow"
    in_home = f"sqlite:///{folder}/mlflow.db"
    uri = settings.mlflow_tracking_uri or in_home
    folder.mkdir(parents=True, exist_ok=True)
    mlflow.set_tracking_uri(uri)
    found = mlflow.get_experiment_by_name(experiment.name)
    if uri == in_home:
        # Now that MLflow has made its tables.
        follow_the_home(folder)
    if found is None:
        is_local = uri.startswith("sqlite:")
        mlflow.create_experiment(experiment.name, artifact_location=str(folder / "artifacts") if is_local else None)
    active = mlflow.set_experiment(experiment.name)
    if active.tags.get(_DESCRIPTION) != experiment.description:
        mlflow.set_experiment_tag(_DESCRIPTION, experiment.description)


@contextmanager
def tracked_run(name: str, parameters: Mapping[str, object], data: Mapping[str, object]) -> Iterator[str]:
    """A run in the experiment, with its parameters and the tables and Delta versions that it learns from.

    Inside another run it is nested in that one.
    """
    with _answering(), mlflow.start_run(run_name=name, nested=True) as run:
        mlflow.log_params({**parameters, **{f"data.{key}": value for key, value in data.items()}})
        yield run.info.run_id


@_answering()
def rename_run(name: str) -> None:
    """What the current run came to, where its list shows it."""
    mlflow.set_tag("mlflow.runName", name)


@_answering()
def log_metrics(metrics: Mapping[str, float]) -> None:
    mlflow.log_metrics(dict(metrics))


@_answering()
def log_figure(figure: "Figure", name: str) -> None:
    mlflow.log_figure(figure, name)


@_answering()
def log_table(columns: Mapping[str, Sequence[object]], name: str) -> None:
    """A small table, as a JSON file that MLflow shows."""
    mlflow.log_table({column: list(values) for column, values in columns.items()}, name)


@_answering()
def register(model: "Model", name: str) -> str:
    """Logs a fitted model of Spark's with the current run; returns the new version."""
    with tempfile.TemporaryDirectory(prefix="playhead-model-") as folder:
        logged = mlflow.spark.log_model(
            model,
            artifact_path=MODEL_FOLDER,
            registered_model_name=name,
            pip_requirements=REQUIREMENTS,
            dfs_tmpdir=f"{folder}/spark",
        )
    return str(logged.registered_model_version)


@_answering()
def register_files(folder: Path, name: str, tags: Mapping[str, str]) -> str:
    """Logs a folder of files with the current run as a model; returns the new version, which is the challenger."""
    client, run = MlflowClient(), mlflow.active_run()
    assert run is not None, "a model belongs to the run that made it"
    mlflow.log_artifacts(str(folder), MODEL_FOLDER)
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    source = mlflow.get_artifact_uri(MODEL_FOLDER)
    version = client.create_model_version(name, source, run.info.run_id, tags=dict(tags))
    client.set_registered_model_alias(name, CHALLENGER, version.version)
    return str(version.version)


@_answering()
def make_champion(name: str, version: str) -> None:
    """Makes this version the champion; the one before is kept in mind for `roll_back`."""
    client, before = MlflowClient(), _version_under(name, CHAMPION)
    if before is not None and str(before.version) != version:
        client.set_registered_model_alias(name, PREVIOUS, before.version)
    client.set_registered_model_alias(name, CHAMPION, version)


@_answering()
def roll_back(name: str) -> tuple[str, str] | None:
    """Makes the champion before the champion again, and the other way round; returns both, or None without one."""
    champion, previous = (_version_under(name, alias) for alias in (CHAMPION, PREVIOUS))
    if champion is None or previous is None or champion.version == previous.version:
        return None
    client = MlflowClient()
    client.set_registered_model_alias(name, CHAMPION, previous.version)
    client.set_registered_model_alias(name, PREVIOUS, champion.version)
    return str(champion.version), str(previous.version)


@_answering()
def registered(name: str, which: str = CHAMPION, tag: str | None = None) -> Registered | None:
    """The version of that number or under that alias; None where there is none, or none with that tag."""
    found = _version_numbered(name, which) if which.isdigit() else _version_under(name, which)
    if found is None or (tag and tag not in found.tags):
        return None
    run = _if_there_is(lambda: mlflow.get_run(str(found.run_id)))
    registered_on = datetime.fromtimestamp(found.creation_timestamp / 1000, UTC).date()
    metrics = dict(run.data.metrics) if run else {}
    return Registered(name, str(found.version), dict(found.tags), metrics, str(found.source), registered_on)


@_answering()
def has_files(version: Registered) -> bool:
    """Whether the files that were registered are still there; they go with their run."""
    return bool(mlflow.artifacts.list_artifacts(artifact_uri=version.source))


@_answering()
def model_files(version: Registered, folder: Path) -> Path:
    """The files that were registered, copied into the folder; returns where they lie in it."""
    return Path(mlflow.artifacts.download_artifacts(artifact_uri=version.source, dst_path=str(folder)))


def _version_under(name: str, alias: str) -> ModelVersion | None:
    return _if_there_is(lambda: MlflowClient().get_model_version_by_alias(name, alias))


def _version_numbered(name: str, number: str) -> ModelVersion | None:
    return _if_there_is(lambda: MlflowClient().get_model_version(name, number))


def _if_there_is(entity: Callable[[], _Entity]) -> _Entity | None:
    try:
        return entity()
    except MlflowException as error:
        if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            return None
        raise
