import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import mlflow
import pytest

from jobs.config import Settings
from jobs.storage.experiment import Experiment
from jobs.storage.tracking import (
    CHALLENGER,
    TrackingUnavailableError,
    connect,
    has_files,
    make_champion,
    register_files,
    registered,
    tracked_run,
)
from tests.purged_run import purge_run

EXPERIMENT = Experiment("playhead-tests", "Runs of the tests.")


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Bound, so that nobody else gets it, but nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.timeout(60)
def test_a_server_that_is_down_is_named_in_bounded_time(tmp_path: Path, closed_port: int) -> None:
    settings = Settings(home=tmp_path, mlflow_tracking_uri=f"http://127.0.0.1:{closed_port}")
    with pytest.raises(
        TrackingUnavailableError, match=rf"MLflow at http://127\.0\.0\.1:{closed_port} does not do its part"
    ):
        connect(settings, EXPERIMENT)


@pytest.mark.timeout(60)
def test_a_server_that_hangs_is_named_in_bounded_time(
    tmp_path: Path, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours are three tries of ten seconds; the test has less patience."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    settings = Settings(home=tmp_path, mlflow_tracking_uri=f"http://127.0.0.1:{silent_port}")
    with pytest.raises(
        TrackingUnavailableError, match=rf"MLflow at http://127\.0\.0\.1:{silent_port} does not do its part"
    ):
        connect(settings, EXPERIMENT)


@pytest.mark.timeout(60)
def test_a_server_that_goes_down_later_is_named_too(closed_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    mlflow.set_tracking_uri(f"http://127.0.0.1:{closed_port}")
    with pytest.raises(TrackingUnavailableError, match=f"{closed_port} does not do its part"):
        make_champion("model", "1")


@pytest.mark.timeout(60)
def test_a_password_in_the_address_is_not_said(tmp_path: Path, closed_port: int) -> None:
    settings = Settings(home=tmp_path, mlflow_tracking_uri=f"http://reader:secret@127.0.0.1:{closed_port}")
    with pytest.raises(TrackingUnavailableError) as said:
        connect(settings, EXPERIMENT)
    assert f"http://reader:***@127.0.0.1:{closed_port} does not do its part" in str(said.value)
    assert "secret" not in str(said.value)


def test_without_a_server_everything_stays_in_the_home(tmp_path: Path) -> None:
    """MLflow's own experiment as well, which it would keep where it is started."""
    connect(Settings(home=tmp_path), EXPERIMENT)
    assert (tmp_path / "mlflow" / "mlflow.db").is_file()
    assert {found.name: found.artifact_location for found in mlflow.search_experiments()} == {
        "Default": f"{tmp_path}/mlflow/artifacts/0",
        EXPERIMENT.name: f"{tmp_path}/mlflow/artifacts",
    }


def test_an_experiment_says_what_it_is(tmp_path: Path) -> None:
    connect(Settings(home=tmp_path), EXPERIMENT)
    experiment = mlflow.get_experiment_by_name(EXPERIMENT.name)
    assert experiment is not None
    assert experiment.tags["mlflow.note.content"] == "Runs of the tests."


def test_an_experiment_of_before_is_described_too(tmp_path: Path) -> None:
    connect(Settings(home=tmp_path), Experiment(EXPERIMENT.name, "Other words."))
    connect(Settings(home=tmp_path), EXPERIMENT)
    experiment = mlflow.get_experiment_by_name(EXPERIMENT.name)
    assert experiment is not None
    assert experiment.tags["mlflow.note.content"] == "Runs of the tests."


def test_a_version_outlives_its_run_without_metrics_and_files(tmp_path: Path) -> None:
    connect(Settings(home=tmp_path), EXPERIMENT)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "model.json").write_text("{}")
    with tracked_run("a training", {}, {}) as run_id:
        mlflow.log_metric("ndcg", 0.4)
        register_files(tmp_path / "files", "model", {"recipe": "any"})
    before = registered("model", CHALLENGER)
    assert before is not None
    assert before.metrics == {"ndcg": 0.4}
    assert has_files(before)

    purge_run(run_id)
    after = registered("model", CHALLENGER)
    assert after == replace(before, metrics={})
    assert not has_files(after)


def test_mlflow_reports_about_itself_to_nobody() -> None:
    """Tests and CI it spares by itself, so their signs are taken away."""
    asked = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import jobs.storage.tracking\nfrom mlflow.telemetry import get_telemetry_client\n"
            "print(get_telemetry_client())",
        ],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout == "None\n"
