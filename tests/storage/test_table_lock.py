"""A lock that another process holds; here this one, outside the JVM, in the same kind of lock that the JVM takes."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.storage.table_lock import TableLockedError, table_lock


@contextmanager
def held_by_another(folder: Path, table_name: str) -> Iterator[None]:
    with open(folder / f"{table_name}.lock", "w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        yield


def test_a_stuck_writer_is_reported_with_the_table(spark: SparkSession, tmp_path: Path) -> None:
    with (
        held_by_another(tmp_path, "gold.plays"),
        pytest.raises(TableLockedError, match=r"gold\.plays: another process .* for 1 s"),
        table_lock(spark, tmp_path, "gold.plays", timeout_seconds=1),
    ):
        pytest.fail("two writers at once")


def test_a_writer_waits_until_the_other_is_done(spark: SparkSession, tmp_path: Path) -> None:
    is_waiting, order = threading.Event(), []

    def write() -> None:
        is_waiting.set()
        with table_lock(spark, tmp_path, "gold.plays", timeout_seconds=60):
            order.append("second")

    writer = threading.Thread(target=write)
    with held_by_another(tmp_path, "gold.plays"):
        writer.start()
        is_waiting.wait()
        writer.join(timeout=1)
        order.append("first")
    writer.join(timeout=60)
    assert order == ["first", "second"]


def test_other_tables_are_free(spark: SparkSession, tmp_path: Path) -> None:
    with held_by_another(tmp_path, "gold.plays"), table_lock(spark, tmp_path, "gold.clock", timeout_seconds=1):
        pass


def test_a_failed_write_frees_the_table(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), table_lock(spark, tmp_path, "gold.plays"):
        _ = 1 / 0
    with table_lock(spark, tmp_path, "gold.plays", timeout_seconds=1):
        pass
