"""Rows of a Delta table as its files hold them, for kernels that open the files themselves.

For tables on a local disk.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pds
import pyarrow.fs as pafs
import pyarrow.parquet as pq
from deltalake import DeltaTable


class RowGroup(NamedTuple):
    """A part of a Parquet file: where it is, and how much it holds, unpacked."""

    path: str
    number: int
    row_count: int
    size_bytes: int


def row_groups(path: str, of_partitions: pc.Expression, of_rows: pc.Expression) -> list[RowGroup]:
    """The row groups of the table's newest version in which there may be rows for which both conditions hold.

    Raises `deltalake.exceptions.DeltaProtocolError` where a table has features that this cannot honour, such as
    deletion vectors.
    """
    return [
        RowGroup(f"{path}/{part.path}", group.id, group.num_rows, group.total_byte_size)
        for file in _dataset(path).get_fragments(filter=of_partitions & of_rows)
        for part in file.split_by_row_group(of_rows)
        for group in part.row_groups
    ]


def few_rows(
    path: str,
    columns: Sequence[str],
    most_rows: int,
    of_rows: pc.Expression | None = None,
    version: int | None = None,
) -> pa.Table | None:
    """The rows for which a condition holds, or all, of a version or of the newest, in memory; None for more of them.

    Raises as `row_groups` does.
    """
    dataset = _dataset(path, version)
    if dataset.count_rows(filter=of_rows) > most_rows:
        return None
    return dataset.to_table(columns=list(columns), filter=of_rows)


def row_count(path: str, of_partitions: pc.Expression | None) -> int:
    """How many rows the newest version has in some partitions, or in all, as its log says.

    Raises as `row_groups` does.
    """
    return int(_dataset(path).count_rows(filter=of_partitions))


def partition_dates(path: str, column: str, version: int) -> list[date]:
    """The dates of a partition column of which a version has files."""
    return sorted({date.fromisoformat(part[column]) for part in DeltaTable(path, version=version).partitions()})


def newest_version(path: str) -> int:
    """-1 where there is no table, or only the log without a commit that a run leaves which was killed at the first."""
    return int(DeltaTable(path).version()) if DeltaTable.is_deltatable(path) else -1


def rows_of(
    groups: Sequence[RowGroup], columns: Sequence[str], key: str, values: Sequence[str], batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """The rows whose key is one of the values, one row group in memory. Partition columns are not in files."""
    wanted = pa.array(values)
    for group in groups:
        with pq.ParquetFile(group.path) as file:
            # Statistics of a key that is a hash leave out few row groups: the key itself is cheap to look at.
            keys = file.read_row_group(group.number, columns=[key], use_threads=False)[key]
            is_wanted = pc.is_in(keys, wanted)
            if not pc.any(is_wanted).as_py():
                continue
            rows = file.read_row_group(group.number, columns=list(columns), use_threads=False)
        batches = rows.to_batches(max_chunksize=batch_rows)
        if not pc.all(is_wanted).as_py():
            batches = rows.filter(is_wanted).to_batches(max_chunksize=batch_rows)
        del rows
        yield from batches


def _dataset(path: str, version: int | None = None) -> pds.Dataset:
    found = newest_version(path) if version is None else version
    commit = Path(path, "_delta_log", f"{found:020}.json")
    # Version 3 of a table that was removed and made again is another one.
    return _opened(path, found, commit.stat().st_mtime_ns if commit.exists() else time.monotonic_ns())


@lru_cache(maxsize=64)
def _opened(path: str, version: int, _written_at: int) -> pds.Dataset:
    """Kept, as several tables are made of one: its files' footers are read once."""
    table = DeltaTable(path, version=version)
    return table.to_pyarrow_dataset(filesystem=pafs.SubTreeFileSystem(path, pafs.LocalFileSystem()))
