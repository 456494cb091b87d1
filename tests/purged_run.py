"""A run of MLflow that somebody deleted, and that the weekly clean-up took away for good."""

import subprocess
import sys
from pathlib import Path

import mlflow
from mlflow.tracking import MlflowClient


def purge_run(run_id: str) -> None:
    """Deletes the run, and purges it with all its files, as `mlflow gc` does."""
    MlflowClient().delete_run(run_id)
    subprocess.run(
        [
            Path(sys.executable).with_name("mlflow"),
            *("gc", "--backend-store-uri", mlflow.get_tracking_uri(), "--run-ids", run_id),
        ],
        check=True,
        capture_output=True,
    )
