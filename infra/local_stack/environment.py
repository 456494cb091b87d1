"""The environment that the services and their tasks run in."""

import os
import sys
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def base_environment(home: Path) -> dict[str, str]:
    """This process's environment, less any other Airflow's or MLflow's settings, with this Python's commands first."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "MLFLOW"))}
    no_proxy = ",".join(filter(None, [os.environ.get("no_proxy"), "127.0.0.1", "localhost"]))
    return {
        **inherited,
        "PLAYHEAD_HOME": str(home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "no_proxy": no_proxy,
        "NO_PROXY": no_proxy,
        # Nothing on this machine reports about itself to anyone.
        "DO_NOT_TRACK": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GX_ANALYTICS_ENABLED": "false",
    }
