"""The environment that the services and their tasks run in: of this process's, what they need and nothing else."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from jobs.cli.ports import LOOPBACK
from jobs.config import Settings

PROJECT_ROOT = Path(__file__).resolve().parents[2]

# Who and where a process is, in which language it speaks, and where its programs and caches are.
_EVERYBODYS = frozenset(
    {
        *("HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ"),
        *("PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "XDG_CACHE_HOME", "JAVA_HOME"),
    }
)
_EVERYBODYS_PREFIX = "LC_"
# Settings, some of which hold passwords; and Spark's own.
_TASKS_PREFIXES = ("PLAYHEAD_", "SPARK_", "PYSPARK_", "HADOOP_")
# Keys of object stores, and how to reach them.
# How Java starts, and whose certificates are trusted.
_JAVA_AND_TRUST = frozenset({"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"})
_CLOUD_PREFIXES = ("AWS_", "AZURE_", "GOOGLE_", "GCS_", "HTTP_PROXY", "HTTPS_PROXY")


def base_environment(home: Path) -> dict[str, str]:
    """What every service finds, with this Python's commands first. No key and no password is in it."""
    inherited = {
        name: value for name, value in os.environ.items() if name in _EVERYBODYS or name.startswith(_EVERYBODYS_PREFIX)
    }
    return {
        **inherited,
        "PLAYHEAD_HOME": str(home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "TMPDIR": str(temporary_folder(home)),
        "no_proxy": _without_proxy(),
        "NO_PROXY": _without_proxy(),
        # Nothing on this machine reports about itself to anyone.
        "DO_NOT_TRACK": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GX_ANALYTICS_ENABLED": "false",
    }


def task_environment(settings: Settings) -> Mapping[str, str]:
    """What the scheduler finds besides, for its tasks: settings; keys of an object store only where the lake is on one.

    The operator gives the keys for pseudonyms to the task that makes them, and to no other.
    """
    prefixes = _TASKS_PREFIXES + (_CLOUD_PREFIXES if "://" in settings.lake_root else ())
    return {
        name: value
        for name, value in os.environ.items()
        if name.upper().startswith(prefixes) or name in _JAVA_AND_TRUST
    }


def _without_proxy() -> str:
    """Hosts that are asked directly: this machine, and whatever the user named."""
    named = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    return ",".join(filter(None, (named, LOOPBACK, "localhost")))


def temporary_folder(home: Path) -> Path:
    """Where the services make temporary files; each run of a task has its own beside it."""
    return home / "tmp" / "stack"
