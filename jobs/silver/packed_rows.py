"""Rows of a kernel on their way through Spark: of each line what is judged later, and the rest packed, still as Arrow.

Spark would turn fifty columns of each row into its own form and back; here it moves one value a batch.
"""

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts.event_types import Family
from jobs.silver.event_rows import EVENT_COLUMNS, FAMILY, PLACE
from jobs.silver.row_schema import FAULT_COLUMNS, LINE_HASH, arrow_schema
from jobs.tables import columns as c
from jobs.tables.contract import Column

PACKED = Column("packed", "binary", "The rows of a batch as an Arrow stream; null where the row is a line")
# What consents and duplicates are judged by. Of a line that is no reaction, who and when are left out.
_JUDGED_BY = (c.EVENT_ID, c.EVENT_DATE, c.KEY_EPOCH, c.PAYLOAD_HASH, c.EXTRAS)
_OF_REACTIONS = (c.PROFILE_KEY, c.EVENT_TIME)
PACKED_ROWS = (*PLACE, LINE_HASH, *FAULT_COLUMNS, FAMILY, *_JUDGED_BY, *_OF_REACTIONS, PACKED)
_SCHEMA = arrow_schema(PACKED_ROWS)
_COMPRESSED = pa.ipc.IpcWriteOptions(compression="lz4")


def pack(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Of rows in the columns `EVENT_ROWS`: one row a line, and one more with all of them, packed."""
    for rows in batches:
        yield _lines(rows)
        yield _as_row(_packed(rows.select([FAMILY.name, *(column.name for column in EVENT_COLUMNS)])))


def unpack(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What `pack` packed into the column `packed`: `family`, and the columns of all event tables."""
    for batch in batches:
        for packed in batch["packed"]:
            with pa.ipc.open_stream(packed.as_buffer()) as stream:
                yield from stream


def _lines(rows: pa.RecordBatch) -> pa.RecordBatch:
    is_reaction = pc.equal(rows["family"], Family.REACTION)
    columns = {name: rows[name] for name in _SCHEMA.names if name != "packed"}
    columns |= {column.name: pc.if_else(is_reaction, rows[column.name], None) for column in _OF_REACTIONS}
    columns["packed"] = pa.nulls(rows.num_rows, pa.binary())
    return pa.RecordBatch.from_arrays([columns[name] for name in _SCHEMA.names], schema=_SCHEMA)


def _as_row(packed: bytes) -> pa.RecordBatch:
    columns = [pa.array([packed if field.name == "packed" else None], field.type) for field in _SCHEMA]
    return pa.RecordBatch.from_arrays(columns, schema=_SCHEMA)


def _packed(rows: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=_COMPRESSED) as stream:
        stream.write_batch(rows)
    return bytes(sink.getvalue())
