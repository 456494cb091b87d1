"""One writer a table, on a local disk: Delta guards commits there only inside one JVM."""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pyspark.sql import SparkSession
from tenacity import RetryCallState, RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from jobs.errors import PlayheadError

logger = logging.getLogger(__name__)

# Who waits longer than this waits for something stuck: a writer holds a table's lock for one commit, seconds long, and
# the lock of silver or gold for one load.
COMMIT_TIMEOUT_SECONDS = 300
LOAD_TIMEOUT_SECONDS = 4 * 3600


class TableLockedError(PlayheadError):
    """Another process kept writing the same table until the wait was over."""


@contextmanager
def table_lock(
    spark: SparkSession, folder: Path, table_name: str, timeout_seconds: float = COMMIT_TIMEOUT_SECONDS
) -> Iterator[None]:
    """Holds `<folder>/<table_name>.lock` while the block runs.

    It is a lock of the driver's JVM and one of Python, as either may write: when Python is killed, the JVM lives on for
    a while and may still commit, and when the JVM dies, delta-rs in Python may. Nobody else gets the lock before both
    have ended. Raises `TableLockedError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jvm = spark._jvm
    assert jvm is not None, "a classic Spark session has a JVM"
    file = jvm.java.io.RandomAccessFile(str(folder / f"{table_name}.lock"), "rw")
    channel = file.getChannel()
    with open(folder / f"{table_name}.python.lock", "a") as held_by_python:

        def try_both() -> Any:
            if not _try_lock(held_by_python):
                return None
            lock = channel.tryLock()
            if lock is None:
                fcntl.flock(held_by_python, fcntl.LOCK_UN)
            return lock

        wait_for_lock = Retrying(
            retry=retry_if_result(lambda lock: lock is None),
            stop=stop_after_delay(timeout_seconds),
            wait=wait_fixed(0.2),
            before_sleep=lambda state: _say_that_it_waits(table_name, state),
        )
        try:
            lock = wait_for_lock(try_both)
        except RetryError as error:
            channel.close()
            raise TableLockedError(
                f"{table_name}: another process has been writing it for {timeout_seconds:.0f} s. "
                "See which one holds it (lsof on the lock file), or wait and run again."
            ) from error
        try:
            yield
        finally:
            lock.release()
            channel.close()


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _say_that_it_waits(table_name: str, state: RetryCallState) -> None:
    if state.attempt_number == 1:
        logger.info("%s: another process is writing it; waiting for it …", table_name)
