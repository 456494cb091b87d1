"""A training whose MLflow is down, as the process that a DAG's task runs."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.config import Settings
from jobs.contracts.gold import INTERACTIONS
from tests.report.published_lake import publish_rows

pytestmark = pytest.mark.spark


def test_it_ends_within_a_minute_and_says_why(tmp_path: Path) -> None:
    publish_rows(Settings(home=tmp_path), {INTERACTIONS: [{"profile_key": "somebody", "title_id": "title-1"}]})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ended = subprocess.run(
        [Path(sys.executable).with_name("playhead"), "train"],
        env=os.environ
        | {
            "PLAYHEAD_HOME": str(tmp_path),
            # Nobody waits for Spark to start.
            "JAVA_HOME": "/no/java",
            "PLAYHEAD_MLFLOW_TRACKING_URI": f"http://127.0.0.1:{port}",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = " ".join(ended.stderr.split())
    assert ended.returncode == 1, said
    assert f"Error: MLflow at http://127.0.0.1:{port} does not do its part" in said
    assert "See that it runs (make up) and run this again" in said
