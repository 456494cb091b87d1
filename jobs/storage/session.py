"""The only place that builds a SparkSession."""

import logging
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from jobs.config import Settings
from jobs.errors import PlayheadError
from jobs.storage.class_archive import archive_options
from jobs.storage.delta_jars import delta_jars
from jobs.storage.work_folder import lock_for_jvm, work_folder

MINIMUM_JAVA = 17

# `infra/check_java.sh` reads it and the number above, too: it looks for Java before there is an environment.
INSTALL_JAVA = Path(__file__).with_name("install_java.txt")

# Spark's own profile tells of every start; ours of what went wrong.
LOG_PROFILE = Path(__file__).with_name("log4j2.properties")

# What a plan, the UI or an event log must never show: a 256-bit key in hexadecimal.
KEY_PATTERN = r"\b[0-9a-f]{64}\b"

# Else each Java keeps figures and its command line in a file that lies in /tmp, wherever its own temporary files lie.
_NO_FIGURES = "-XX:-UsePerfData"
_JAVA_OPTIONS = (
    "-XX:+UseParallelGC",
    _NO_FIGURES,
    "-Dderby.system.home=/dev/null",
    f"-Dlog4j2.configurationFile={LOG_PROFILE.as_uri()}",
)


class JavaMissingError(PlayheadError):
    """No Java of `MINIMUM_JAVA` or newer on this machine."""


@cache
def java_version() -> int:
    """The major version of the Java that Spark would start.

    Raises `JavaMissingError`, which says what to install.
    """
    home = os.environ.get("JAVA_HOME")
    java = f"{home}/bin/java" if home else shutil.which("java")
    if java is None:
        raise JavaMissingError(_how_to_install_java("No Java found."))
    try:
        shown = subprocess.run([java, _NO_FIGURES, "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError) as error:
        raise JavaMissingError(_how_to_install_java(f"{java} does not start ({error}).")) from error
    major = int(shown.split('"')[1].split(".")[0])
    if major < MINIMUM_JAVA:
        raise JavaMissingError(_how_to_install_java(f"{java} is Java {major}; Spark 4 needs {MINIMUM_JAVA} or newer."))
    return major


def build_session(settings: Settings, name: str = "playhead") -> SparkSession:
    """A session with Delta, UTC, and settings that suit one machine where the master is local.

    Raises `JavaMissingError` and `jobs.storage.delta_jars.JarsUnavailableError`.
    """
    java_version()
    folder = work_folder(settings.root)
    logging.getLogger().addFilter(is_not_of_the_gateway)
    builder = (
        SparkSession.builder.appName(name)
        .master(settings.master)
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.compression.codec", "zstd")
        # Following constraints, Spark fails with "key not found" at a checkpoint of a union of checkpoints, such as the
        # signals of several months.
        .config("spark.sql.constraintPropagation.enabled", "false")
        # Else every Column operation tells the JVM where in our code it stands: two calls more a column.
        .config("spark.python.sql.dataFrameDebugging.enabled", "false")
        # Lines shrink to a twentieth: a task of more would have more than 160 MB of text, and some cores no task.
        .config("spark.sql.files.maxPartitionBytes", "8m")
        # Rows of many dates go to as many files at once: sorting them by date first would take longer than writing.
        .config("spark.sql.maxConcurrentOutputFileWriters", "40")
        # What is published stays readable, and what a dead run wrote can be taken back, however long ago that was: only
        # VACUUM takes files away, and Delta refuses a version that it has taken from.
        .config("spark.databricks.delta.vacuum.enforceTimeTravelWithinDeletedFileRetentionDuration", "false")
        .config("spark.sql.redaction.string.regex", KEY_PATTERN)
        # Rows that the driver judges and writes itself: `jobs.storage.lake.MOST_ROWS_IN_DRIVER` of them are 640 MB.
        .config("spark.driver.maxResultSize", "2g")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        # Hadoop gives a file its mode itself, whatever the process's umask says.
        .config("spark.hadoop.fs.permissions.umask-mode", "077")
        .config("spark.sql.warehouse.dir", str(settings.root / "warehouse"))
        # What is shuffled and spilled has rows of people in it, and outlives a run that is killed.
        .config("spark.io.encryption.enabled", "true")
        .config("spark.driver.extraJavaOptions", " ".join((*_JAVA_OPTIONS, _temporary(folder), *archive_options())))
    )
    jars = [str(jar) for jar in delta_jars()]
    if settings.master.startswith("local"):
        # Not as `spark.jars`: only what is on the class path from the start comes out of the class archive.
        builder = _suit_one_machine(builder, settings, folder).config(
            "spark.driver.extraClassPath", os.pathsep.join(jars)
        )
    else:
        builder = builder.config("spark.jars", ",".join(jars))
    session = builder.getOrCreate()
    lock_for_jvm(session, folder)
    _remember_entry_points(session)
    _pass_over_the_end_of_the_jvm(session)
    return session


def is_not_of_the_gateway(record: logging.LogRecord) -> bool:
    """py4j shows the root logger the traceback of a JVM that is gone; `cli.spark_failure` says it in one sentence."""
    return record.module != "java_gateway"


def _temporary(folder: Path) -> str:
    """The option that Java finds its temporary folder by, in quotes: a home may have a space in its name."""
    quoted = str(folder).replace('"', '\\"')
    return f'"-Djava.io.tmpdir={quoted}"'


def _suit_one_machine(builder: SparkSession.Builder, settings: Settings, folder: Path) -> SparkSession.Builder:
    """Spark's defaults plan for hundreds of cores; on one machine they cost seconds an operation."""
    # Else Spark asks the network for this machine's name, and warns of the answer.
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    # Else Python workers are those of whatever python3 is first in the path, which knows neither NumPy nor us.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # It would win over the folder below.
    os.environ.pop("SPARK_LOCAL_DIRS", None)
    # For the Java that only writes down the command of the one that runs.
    os.environ.setdefault("SPARK_LAUNCHER_OPTS", _NO_FIGURES)
    return (
        builder.config("spark.driver.host", "127.0.0.1")
        .config("spark.local.dir", str(folder))
        # Spark listens on ports of this machine, which every user can call. It draws a secret for each session.
        .config("spark.authenticate", "true")
        .config("spark.driver.memory", settings.driver_memory)
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.databricks.delta.snapshotPartitions", "2")
        .config("spark.sql.sources.parallelPartitionDiscovery.parallelism", "4")
    )


def _remember_entry_points(session: SparkSession) -> None:
    """PySpark asks for these with each column it makes, and Java looks for them in every jar and package each time."""
    jvm = session.sparkContext._jvm
    for name in ("functions", "org.apache.spark.sql.functions", "PythonSQLUtils", "PythonUtils"):
        setattr(jvm, name, getattr(jvm, name))


def _pass_over_the_end_of_the_jvm(session: SparkSession) -> None:
    """PySpark shows a traceback where the connection of its counters ends with a JVM that was killed, too."""
    counters: Any = session.sparkContext._accumulatorServer
    counters.handle_error = lambda request, address: None


def _how_to_install_java(problem: str) -> str:
    return f"{problem} {INSTALL_JAVA.read_text().rstrip()}"
