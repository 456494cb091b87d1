"""Kernels read the files of a table themselves: what was asked for, whatever the path is called."""

import shutil
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import write_deltalake

from jobs.storage.arrow_reads import few_rows, partition_dates, row_groups, rows_of

ANY = pc.scalar(True)


def lines(file: str, *numbers: int) -> pa.Table:
    return pa.table({"batch_id": [file] * len(numbers), "line_number": list(numbers), "day": ["monday"] * len(numbers)})


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = str(tmp_path / "a lake of 100% #1 ü")
    write_deltalake(path, lines("a", 1, 2), partition_by=["day"])
    write_deltalake(path, pa.concat_tables([lines("b", 1), lines("d", 1, 2, 3)]), mode="append")
    return path


def test_row_groups_that_cannot_have_the_rows_are_left_out(table: str) -> None:
    found = row_groups(table, pc.field("day") == "monday", pc.field("batch_id") == "a")
    assert [group.row_count for group in found] == [2]


def test_other_partitions_are_left_out(table: str) -> None:
    assert row_groups(table, pc.field("day") == "tuesday", pc.field("batch_id") == "a") == []


def test_rows_of_the_asked_files_come_so_many_at_once(table: str) -> None:
    groups = row_groups(table, pc.field("day") == "monday", pc.field("batch_id").isin(["c", "d"]))
    found = list(rows_of(groups, ["batch_id", "line_number"], "batch_id", ["c", "d"], batch_rows=2))
    assert sorted(pa.Table.from_batches(found)["line_number"].to_pylist()) == [1, 2, 3]
    assert max(rows.num_rows for rows in found) <= 2


def test_rows_of_partitions_come_whole_or_not_at_all(table: str) -> None:
    on_monday = pc.field("day") == "monday"
    rows = few_rows(table, ["line_number"], 6, on_monday)
    assert rows is not None
    assert (rows.num_rows, rows.column_names) == (6, ["line_number"])
    assert few_rows(table, ["line_number"], 5, on_monday) is None


def test_a_table_that_was_made_anew_is_another_one(table: str) -> None:
    assert few_rows(table, ["line_number"], 6) is not None
    shutil.rmtree(table)
    write_deltalake(table, lines("e", 7))
    write_deltalake(table, lines("e", 8), mode="append")
    rows = few_rows(table, ["line_number"], 6)
    assert rows is not None
    assert sorted(rows["line_number"].to_pylist()) == [7, 8]


def test_dates_are_those_of_which_the_version_has_rows(tmp_path: Path) -> None:
    monday, tuesday = date(2026, 6, 1), date(2026, 6, 2)
    path = str(tmp_path)
    for days in ([tuesday], [monday, monday]):
        write_deltalake(path, pa.table({"day": days, "play": days}), partition_by=["day"], mode="append")
    assert (partition_dates(path, "day", version=0), partition_dates(path, "day", version=1)) == (
        [tuesday],
        [monday, tuesday],
    )
