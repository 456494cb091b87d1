"""Rows of a Delta table as its files hold them, for kernels that open the files themselves.

For tables on a local disk.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs as pafs
import pyarrow.parquet as pq
from deltalake import DeltaTable


class RowGroup(NamedTuple):
    """A part of a Parquet file that is read as a whole."""

    path: str
    number: int


def row_groups(path: str, of_partitions: pc.Expression, of_rows: pc.Expression) -> list[RowGroup]:
    """The row groups of the table's newest version in which there may be rows for which both conditions hold.

    Raises `deltalake.exceptions.DeltaProtocolError` where a table has features that this cannot honour, such as
    deletion vectors.
    """
    files = DeltaTable(path).to_pyarrow_dataset(filesystem=pafs.SubTreeFileSystem(path, pafs.LocalFileSystem()))
    return [
        RowGroup(f"{path}/{part.path}", group.id)
        for file in files.get_fragments(filter=of_partitions & of_rows)
        for part in file.split_by_row_group(of_rows)
        for group in part.row_groups
    ]


def rows_of(
    groups: Sequence[RowGroup], columns: Sequence[str], condition: pc.Expression, batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """The rows for which the condition holds, one row group in memory at a time. Partition columns are not in files."""
    for group in groups:
        with pq.ParquetFile(group.path) as file:
            rows = file.read_row_group(group.number, columns=list(columns), use_threads=False)
        yield from rows.filter(condition).to_batches(max_chunksize=batch_rows)
