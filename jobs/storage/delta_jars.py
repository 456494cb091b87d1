"""The two Delta jars: fetched once through Spark's own Ivy, checked by SHA-256, kept in the user's cache.

`configure_spark_with_delta_pip` would resolve 33 jars at every start, over the network. Two suffice, and a start with
local jars needs no network at all.
"""

import hashlib
import logging
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

from jobs.errors import PlayheadError

logger = logging.getLogger(__name__)

SCALA = "2.13"
# The versions are those of the Python packages, which pyproject.toml states.
_SPARK, _DELTA = ".".join(version("pyspark").split(".")[:2]), version("delta-spark")
_ARTIFACTS = {
    f"delta-spark_{_SPARK}_{SCALA}": "75a9400986853c061f5109f012547de2545a5759e5e752e5ef633dabe16a4f10",
    "delta-storage": "c46735481fa8e326b0957be02b4420cbcab4b325bb08009b7f2045a95133f1cc",
}
MAVEN_COORDINATES = [f"io.delta:{artifact}:{_DELTA}" for artifact in _ARTIFACTS]
SHA256 = {f"io.delta_{artifact}-{_DELTA}.jar": digest for artifact, digest in _ARTIFACTS.items()}
# What the two jars ask for and Spark either has already or does not need on this path.
UNNEEDED = (
    "io.unitycatalog:*,org.antlr:*,org.apache*:*,com.fasterxml*:*,org.slf4j:*,org.scala-lang*:*,io.delta:delta-kernel*"
)

_RESOLVE = """
import sys
from pyspark.sql import SparkSession

coordinates, unneeded, folder = sys.argv[1:]
(SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1").config("spark.jars.packages", coordinates)
    .config("spark.jars.excludes", unneeded).config("spark.jars.ivy", folder).getOrCreate().stop())
"""


class JarsUnavailableError(PlayheadError):
    """The Delta jars could not be fetched, or are not the ones that were pinned."""


def jar_folder() -> Path:
    return user_cache_path("playhead") / "jars"


def delta_jars() -> list[Path]:
    """The two jars on this machine, fetched first if they are not there.

    Raises `JarsUnavailableError`.
    """
    jars = [jar_folder() / name for name in SHA256]
    if not all(jar.exists() for jar in jars):
        fetch_delta_jars()
    for jar in jars:
        if _sha256(jar) != SHA256[jar.name]:
            raise JarsUnavailableError(f"{jar} is not the pinned file. Delete it and run again to fetch it anew.")
    return jars


def fetch_delta_jars() -> None:
    """Puts the two jars into the cache folder. Honours the user's Ivy settings, mirrors and proxies."""
    logger.info("Fetching the two Delta jars (9.6 MB, once) …")
    jar_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="playhead-ivy-") as ivy:
        command = [sys.executable, "-c", _RESOLVE, ",".join(MAVEN_COORDINATES), UNNEEDED, ivy]
        resolved = subprocess.run(command, capture_output=True, text=True, check=False)
        if resolved.returncode != 0:
            raise JarsUnavailableError(
                f"Maven did not deliver {' and '.join(MAVEN_COORDINATES)}. Check the network, or name a mirror in "
                f"Ivy's settings (spark.jars.ivySettings). Its last words:\n{resolved.stderr[-2000:]}"
            )
        for name in SHA256:
            partial = jar_folder() / f".{name}.partial"
            shutil.copyfile(Path(ivy) / "jars" / name, partial)
            partial.replace(jar_folder() / name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    delta_jars()
