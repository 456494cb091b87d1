"""Rows of a kernel on their way through Spark: a batch in one value, still as Arrow.

Spark would turn fifty columns of each row into its own form and back; here it moves one value a batch.
"""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from jobs.contracts.table import Column

PACKED = Column("packed", "binary", "The rows of a batch as an Arrow stream")
_COMPRESSED = pa.ipc.IpcWriteOptions(compression="lz4")


def packed(rows: pa.RecordBatch) -> bytes:
    """The rows as one value."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=_COMPRESSED) as stream:
        stream.write_batch(rows)
    return bytes(sink.getvalue())


def as_packed_rows(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """One row a batch, with the column `packed`."""
    for rows in batches:
        yield pa.RecordBatch.from_arrays([pa.array([packed(rows)], pa.binary())], [PACKED.name])


def unpack(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches that stand in the column `packed`."""
    for batch in batches:
        for value in batch["packed"]:
            with pa.ipc.open_stream(value.as_buffer()) as stream:
                yield from stream
