"""Where MLflow thinks that artifacts lie. It keeps absolute paths, which a moved or copied home leaves behind."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

# Every column of MLflow's that names a place below the home.
_COLUMNS = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
# An experiment's folder: as Playhead sets it, or as MLflow's server does, one for each experiment.
_PLACE = re.compile(r"(?P<artifacts>/.*/mlflow/artifacts)(?:/\d+)?")
# MLflow makes this experiment by itself, in the folder that it happens to be started in.
_DEFAULT_EXPERIMENT = 0
# Another process may be writing a run.
_PATIENCE_SECONDS = 60

Change = tuple[str, tuple[str | int, ...]]


def follow_the_home(folder: Path) -> None:
    """Makes every artifact in this folder's `mlflow.db` lie in this folder. Changes nothing where that is so already.

    Raises `sqlite3.Error` where the database cannot be read or, if there is something to change, written.
    """
    with closing(sqlite3.connect(folder / "mlflow.db", timeout=_PATIENCE_SECONDS, isolation_level=None)) as database:
        if not any(_changes(database, folder / "artifacts")):
            return
        # Whoever comes second waits here, and then finds nothing left to do.
        database.execute("BEGIN IMMEDIATE")
        for statement, values in list(_changes(database, folder / "artifacts")):
            database.execute(statement, values)
        database.execute("COMMIT")


def _changes(database: sqlite3.Connection, artifacts: Path) -> Iterator[Change]:
    experiments = dict(database.execute("SELECT experiment_id, artifact_location FROM experiments").fetchall())
    for place in sorted({match["artifacts"] for match in map(_PLACE.fullmatch, experiments.values()) if match}):
        if not _is_same(Path(place), artifacts):
            for table, column in _COLUMNS:
                yield (
                    f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column} || '/', 1, ?) = ?",
                    (str(artifacts), len(place) + 1, len(place) + 1, f"{place}/"),
                )
    if not _PLACE.fullmatch(experiments.get(_DEFAULT_EXPERIMENT, str(artifacts))):
        yield (
            "UPDATE experiments SET artifact_location = ? WHERE experiment_id = ?",
            (str(artifacts / str(_DEFAULT_EXPERIMENT)), _DEFAULT_EXPERIMENT),
        )


def _is_same(place: Path, artifacts: Path) -> bool:
    """Also by another name, as through a link: then nothing was moved."""
    return place == artifacts or (place.exists() and artifacts.exists() and place.samefile(artifacts))
