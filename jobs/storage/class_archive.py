"""An archive of the classes that every run loads, so that Java need not read and check them again: seconds a start.

It is made once, by `make setup`, in the user's cache, under a name that changes with Java and with the jars. Where it
is missing, or Java does not take it, a run starts without.
"""

import hashlib
import logging
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pyspark
from platformdirs import user_cache_path

from jobs.storage.delta_jars import SHA256, jar_folder

logger = logging.getLogger(__name__)

# Java says in a warning why it does not take an archive; the run goes on, and nobody can do anything about it.
_QUIETLY = ("-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-Xlog:class+path=off")
MAKES_ARCHIVE = "PLAYHEAD_MAKES_CLASS_ARCHIVE"
# What runs do: a session, Delta written and read, a kernel, a join and an aggregation.
_WARM_UP = """
import sys
from jobs.config import Settings
from jobs.storage.lake import Lake
from jobs.storage.local_rows import local_rows
from jobs.storage.session import build_session
from jobs.contracts.gold import QUALITY_RESULTS
from pyspark.sql import functions as F

settings = Settings(home=sys.argv[1])
spark = build_session(settings)
lake = Lake(spark, settings.lake_root, settings.locks)
rows = spark.range(10).select(*(F.lit(None).cast(c.type).alias(c.name) for c in QUALITY_RESULTS.columns))
lake.append(QUALITY_RESULTS, rows, "warm-up")
lake.upsert(QUALITY_RESULTS, rows.limit(1))
read = lake.read(QUALITY_RESULTS).repartition(2)
read.join(F.broadcast(read.limit(1)), on="load_id", how="left").groupBy("load_id").agg(F.count("*")).collect()
read.mapInArrow(lambda batches: batches, read.schema).localCheckpoint().toArrow()
spark.stop()
"""


def archive_path() -> Path:
    """Where the archive for this Java and these jars lies, or would lie."""
    jars = [*sorted(Path(pyspark.__file__).with_name("jars").glob("*.jar")), *(jar_folder() / name for name in SHA256)]
    # Java compares each jar's place, size and time with what it was.
    states = [f"{jar} {jar.stat().st_size} {jar.stat().st_mtime_ns}" for jar in jars if jar.exists()]
    made_for = "\n".join([_java(), *states])
    return user_cache_path("playhead") / "classes" / f"{_digest(sys.prefix)}-{_digest(made_for)}.jsa"


def archive_options() -> tuple[str, ...]:
    """What Java is told to use the archive, or, while one is made, to write it."""
    if making := os.environ.get(MAKES_ARCHIVE):
        return (f"-XX:ArchiveClassesAtExit={making}", *_QUIETLY)
    path = archive_path()
    return (f"-XX:SharedArchiveFile={path}", *_QUIETLY) if path.exists() else ()


def make_archive() -> None:
    """Makes the archive where it is missing; this environment's for other jars or another Java are removed.

    Without one everything works, so a failure is told and no error.
    """
    path = archive_path()
    if path.exists():
        return
    logger.info("Making an archive of Java's classes (once, half a minute) …")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with tempfile.TemporaryDirectory(prefix="playhead-classes-") as home:
        made = subprocess.run(
            [sys.executable, "-c", _WARM_UP, home],
            env=os.environ | {MAKES_ARCHIVE: str(unfinished)},
            capture_output=True,
            text=True,
            check=False,
        )
    if made.returncode or not unfinished.exists():
        logger.warning("No archive was made; runs start some seconds later. %s", made.stderr[-500:])
        return
    for old in path.parent.glob(f"{_digest(sys.prefix)}-*.jsa"):
        old.unlink()
    unfinished.replace(path)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _java() -> str:
    """What Java says of itself, version and build."""
    home = os.environ.get("JAVA_HOME")
    java = f"{home}/bin/java" if home else "java"
    return subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr


if __name__ == "__main__":
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    make_archive()
