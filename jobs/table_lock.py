"""One writer a table, on a local disk: Delta guards commits there only inside one JVM."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyspark.sql import SparkSession
from tenacity import RetryCallState, RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from jobs.errors import PlayheadError
from jobs.terminal import say

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

    The lock is a file lock of the driver's JVM, not of Python: when Python is killed, the JVM lives on for a while and
    may still commit, and until it ends nobody else gets the lock. Raises `TableLockedError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jvm = spark._jvm
    assert jvm is not None, "a classic Spark session has a JVM"
    file = jvm.java.io.RandomAccessFile(str(folder / f"{table_name}.lock"), "rw")
    channel = file.getChannel()
    wait_for_lock = Retrying(
        retry=retry_if_result(lambda lock: lock is None),
        stop=stop_after_delay(timeout_seconds),
        wait=wait_fixed(0.2),
        before_sleep=lambda state: _say_that_it_waits(table_name, state),
    )
    try:
        lock = wait_for_lock(channel.tryLock)
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


def _say_that_it_waits(table_name: str, state: RetryCallState) -> None:
    if state.attempt_number == 1:
        say(f"{table_name}: another process is writing it; waiting for it …")
