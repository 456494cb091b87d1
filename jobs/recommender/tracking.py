"""The only module that talks to MLflow: experiments, the model registry and its champion."""

import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import mlflow
from matplotlib.figure import Figure
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from pyspark.ml.recommendation import ALSModel
from pyspark.sql import SparkSession
from requests import RequestException
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from jobs.config import Settings
from jobs.errors import PlayheadError
from jobs.recommender.implicit_als import FittedAls

EXPERIMENT = "playhead-recommender"
REGISTERED_MODEL = "playhead-recommender"
CHAMPION = "champion"
# Inferring the requirements of a Spark model takes 25 s; these are what loading it needs.
REQUIREMENTS = ["pyspark==4.1.3", "mlflow==3.17.2"]

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
class Champion:
    """The registered model that lists are made with."""

    name: str
    version: str
    als: FittedAls


@contextmanager
def _answering() -> Iterator[None]:
    """Raises `TrackingUnavailableError`."""
    try:
        yield
    except (MlflowException, RequestException) as error:
        # The address may hold a password, and MLflow quotes it.
        uri = mlflow.get_tracking_uri()
        shown = _without_password(uri)
        why = f"{type(error).__name__}: {error}".splitlines()[0].replace(uri, shown)[:200]
        raise TrackingUnavailableError(
            f"MLflow at {shown} does not do its part ({why}). See that it runs (make up) and run this again, "
            "or unset PLAYHEAD_MLFLOW_TRACKING_URI to use the file in PLAYHEAD_HOME."
        ) from error


def _without_password(uri: str) -> str:
    try:
        return make_url(uri).render_as_string()
    except ArgumentError:
        # A word or a path, which has none.
        return uri


@_answering()
def connect(settings: Settings) -> None:
    """Points MLflow at the settings' server or, without one, at SQLite in the home, and makes the experiment.

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
    uri = settings.mlflow_tracking_uri or os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{folder}/mlflow.db"
    folder.mkdir(parents=True, exist_ok=True)
    mlflow.set_tracking_uri(uri)
    if mlflow.get_experiment_by_name(EXPERIMENT) is None:
        is_local = uri.startswith("sqlite:")
        mlflow.create_experiment(EXPERIMENT, artifact_location=str(folder / "artifacts") if is_local else None)
    mlflow.set_experiment(EXPERIMENT)


@contextmanager
def tracked_run(name: str, parameters: Mapping[str, object], data: Mapping[str, object]) -> Iterator[str]:
    """A run in the experiment, with its parameters and the tables and Delta versions that it learns from."""
    with _answering(), mlflow.start_run(run_name=name) as run:
        mlflow.log_params({**parameters, **{f"data.{key}": value for key, value in data.items()}})
        yield run.info.run_id


@_answering()
def log_metrics(metrics: Mapping[str, float]) -> None:
    mlflow.log_metrics(dict(metrics))


@_answering()
def log_figure(figure: Figure, name: str) -> None:
    mlflow.log_figure(figure, name)


@_answering()
def register_als(als: FittedAls) -> str:
    """Logs the model and the numbers of its viewers and titles with the current run; returns the new version."""
    with tempfile.TemporaryDirectory(prefix="playhead-model-") as folder:
        als.profile_numbers.write.parquet(f"{folder}/profile_numbers")
        als.title_numbers.write.parquet(f"{folder}/title_numbers")
        mlflow.log_artifacts(folder, "numbers")
        logged = mlflow.spark.log_model(
            als.model,
            artifact_path="model",
            registered_model_name=REGISTERED_MODEL,
            pip_requirements=REQUIREMENTS,
            dfs_tmpdir=f"{folder}/spark",
        )
    return str(logged.registered_model_version)


@_answering()
def crown(version: str) -> None:
    """Makes this version the champion, which `playhead recommend` loads."""
    MlflowClient().set_registered_model_alias(REGISTERED_MODEL, CHAMPION, version)


@_answering()
def load_champion(spark: SparkSession) -> Champion | None:
    """The champion, or None while no model has beaten the baseline."""
    try:
        found = MlflowClient().get_model_version_by_alias(REGISTERED_MODEL, CHAMPION)
    except MlflowException as error:
        if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            return None
        raise
    pipeline = mlflow.spark.load_model(f"models:/{REGISTERED_MODEL}@{CHAMPION}")
    (model,) = pipeline.stages
    assert isinstance(model, ALSModel), "the registered model is one ALS stage"
    numbers = Path(mlflow.artifacts.download_artifacts(run_id=found.run_id, artifact_path="numbers"))
    return Champion(
        name=REGISTERED_MODEL,
        version=str(found.version),
        als=FittedAls(
            model=model,
            profile_numbers=spark.read.parquet(str(numbers / "profile_numbers")),
            title_numbers=spark.read.parquet(str(numbers / "title_numbers")),
        ),
    )
