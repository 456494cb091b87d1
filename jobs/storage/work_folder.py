"""A run's own folder in the home, for what Spark, Java and Python put aside while they work.

Elsewhere it would be where every user looks, and stay there when a run is killed.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
import uuid
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    # Whoever only sweeps starts no Spark.
    from pyspark.sql import SparkSession

_LOCK = ".lock"
_LONGEST_FILE = 2**63 - 1
# This process's folder, and the locks on it: one that nothing refers to is closed, and gone.
_OWN: list[Path] = []
_HELD: dict[str, object] = {}


def work_folders(home: Path) -> Path:
    """Where each run of a home has its own folder."""
    return home / "tmp"


def work_folder(home: Path) -> Path:
    """This process's own folder, made once, in the first home that it works in: it has one JVM for all.

    From then on, it is where Python makes temporary files, too. It is taken away when the process ends; that of a
    process that was killed stays until `sweep`.
    """
    if not _OWN:
        _OWN.append(_make_folder(home))
    return _OWN[0]


def lock_for_jvm(session: "SparkSession", folder: Path) -> None:
    """Keeps the folder as long as the JVM lives: it outlives a Python that was killed, and may still commit."""
    if "Java" in _HELD:
        return
    jvm = session._jvm
    assert jvm is not None, "a classic Spark session has a JVM"
    channel = jvm.java.io.RandomAccessFile(f"{folder}{_LOCK}", "r").getChannel()
    _HELD["Java"] = (channel, channel.tryLock(0, _LONGEST_FILE, True))


def sweep(home: Path) -> None:
    """Takes away the folders of runs of which neither Python nor the JVM lives."""
    for path in work_folders(home).glob(f"*{_LOCK}"):
        # Another user's, such as root's, is theirs to sweep.
        with suppress(FileNotFoundError, PermissionError), open(path, "r+b") as lock:
            if _is_free(lock):
                _take_away(path.with_suffix(""))


def _make_folder(home: Path) -> Path:
    folders = work_folders(home)
    folders.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = folders / uuid.uuid4().hex[:12]
    _HELD["Python"] = _lock_for_python(folder)
    folder.mkdir(mode=0o700)
    atexit.register(_take_away, folder)
    # The variable is for the processes that this one starts.
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    return folder


def _lock_for_python(folder: Path) -> IO[bytes]:
    path = Path(f"{folder}{_LOCK}")
    while True:
        # Also for reading: a shared lock on NFS wants that.
        lock = path.open("a+b")
        fcntl.flock(lock, fcntl.LOCK_SH)
        # Else somebody swept it away before it was locked.
        if path.exists():
            return lock
        lock.close()


def _is_free(lock: IO[bytes]) -> bool:
    """Neither Python's kind of lock nor Java's is on it; they do not see each other."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _take_away(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        Path(f"{folder}{_LOCK}").unlink(missing_ok=True)
