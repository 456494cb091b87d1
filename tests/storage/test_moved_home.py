"""A home that is moved, copied or restored keeps its models, and leaves the place where it was alone."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import mlflow
import pytest
from pyspark.ml.clustering import KMeans, KMeansModel
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

from jobs.config import Settings
from jobs.storage import tracking
from jobs.storage.experiment import Experiment

EXPERIMENT = Experiment("playhead-tests", "Runs of the tests.")
FILES, CLUSTERS = "model-of-files", "model-of-spark"


def move(home: Path, to: Path) -> None:
    home.rename(to)


def copy(home: Path, to: Path) -> None:
    shutil.copytree(home, to)


moved_and_copied = pytest.mark.parametrize("bring", [move, copy])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a champion."""
    home = tmp_path_factory.mktemp("made") / "home"
    tracking.connect(Settings(home=home), EXPERIMENT)
    with tracking.tracked_run("first", {}, {}):
        tracking.make_champion(FILES, register_text(home, "first"))
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """It once more: what a test does to a home, the next one does not find."""
    home = tmp_path / "old" / "home"
    shutil.copytree(made, home)
    tracking.connect(Settings(home=home), EXPERIMENT)
    return home


def register_text(home: Path, text: str) -> str:
    folder = home / "to-register"
    folder.mkdir()
    (folder / "titles.txt").write_text(text)
    version = tracking.register_files(folder, FILES, {})
    shutil.rmtree(folder)
    return version


def registered_text(which: str, folder: Path) -> str:
    found = tracking.registered(FILES, which)
    assert found is not None
    return (tracking.model_files(found, folder) / "titles.txt").read_text()


def contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def says(home: Path, place: Path) -> list[str]:
    """The rows of MLflow's database that name the place."""
    with closing(sqlite3.connect(home / "mlflow" / "mlflow.db")) as database:
        return [row for row in database.iterdump() if f"'{place}/" in row]


@moved_and_copied
def test_the_champion_is_loaded_from_the_new_place(
    home: Path, tmp_path: Path, bring: Callable[[Path, Path], None]
) -> None:
    new = tmp_path / "new"
    bring(home, new)
    shutil.rmtree(home.parent)

    tracking.connect(Settings(home=new), EXPERIMENT)

    assert registered_text(tracking.CHAMPION, tmp_path) == "first"


def test_so_is_a_model_of_sparks(home: Path, spark: SparkSession, tmp_path: Path) -> None:
    points = spark.createDataFrame([(Vectors.dense(place),) for place in (0.0, 0.1, 9.0, 9.1)], ["features"])
    with tracking.tracked_run("clusters", {}, {}):
        tracking.make_champion(CLUSTERS, tracking.register(KMeans(k=2, seed=1).fit(points), CLUSTERS))
    new = tmp_path / "new"
    home.rename(new)

    tracking.connect(Settings(home=new), EXPERIMENT)

    pipeline = mlflow.spark.load_model(f"models:/{CLUSTERS}@champion", dfs_tmpdir=str(tmp_path / "spark"))
    (clusters,) = pipeline.stages
    assert isinstance(clusters, KMeansModel)
    assert sorted(center[0] for center in clusters.clusterCenters()) == pytest.approx([0.05, 9.05])


@moved_and_copied
def test_another_model_goes_to_the_new_place_and_nothing_to_the_old_one(
    home: Path, tmp_path: Path, bring: Callable[[Path, Path], None]
) -> None:
    new = tmp_path / "new"
    bring(home, new)
    left = contents(home.parent)

    tracking.connect(Settings(home=new), EXPERIMENT)
    with tracking.tracked_run("second", {}, {}):
        register_text(new, "second")

    assert contents(home.parent) == left
    assert b"second" in contents(new / "mlflow" / "artifacts").values()
    assert registered_text(tracking.CHALLENGER, tmp_path) == "second"


def test_no_row_of_mlflows_database_names_the_old_place(home: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    home.rename(new)
    assert says(new, home) != []
    tracking.connect(Settings(home=new), EXPERIMENT)
    assert says(new, home) == []


def test_a_home_that_is_reached_through_a_link_was_not_moved(home: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(home)
    tracking.connect(Settings(home=link), EXPERIMENT)
    assert says(home, link) == []


def test_an_artifact_of_another_place_stays_there(home: Path, tmp_path: Path) -> None:
    tracking.connect(Settings(home=home), EXPERIMENT)
    mlflow.create_experiment("elsewhere", artifact_location="s3://bucket/mlflow/artifacts")
    new = tmp_path / "new"
    home.rename(new)
    tracking.connect(Settings(home=new), EXPERIMENT)
    elsewhere = mlflow.get_experiment_by_name("elsewhere")
    assert elsewhere is not None
    assert elsewhere.artifact_location == "s3://bucket/mlflow/artifacts"


def test_lost_files_are_told_with_their_place_and_not_as_a_server_that_is_down(home: Path, tmp_path: Path) -> None:
    shutil.rmtree(home / "mlflow" / "artifacts")
    found = tracking.registered(FILES)
    assert found is not None
    with pytest.raises(tracking.TrackingUnavailableError) as told:
        tracking.model_files(found, tmp_path)
    assert str(Path(found.source).parent) in str(told.value)
    assert "a backup of the home has both" in str(told.value)
    assert "make up" not in str(told.value)
