"""The columns of decoded rows, as Arrow and as Spark name their types."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from jobs.silver.line_columns import spread
from jobs.silver.line_faults import Fault
from jobs.tables.contract import Column

_ARROW_TYPES = {
    "string": pa.string(),
    "binary": pa.binary(),
    "bigint": pa.int64(),
    "int": pa.int32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
    "decimal(18,2)": pa.decimal128(18, 2),
    "array<string>": pa.list_(pa.string()),
}

# What is wrong with a line: all three null where nothing is.
REASON = Column("reason", "string", "Why the line is refused, as a code")
FIELD = Column("field", "string", "The field that is at fault, where it is one")
MESSAGE = Column("message", "string", "Why the line is refused, as a sentence")
FAULT_COLUMNS = (REASON, FIELD, MESSAGE)
LINE_HASH = Column("line_hash", "bigint", "What the line adds to the sum over its file")


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    return pa.schema([(column.name, _ARROW_TYPES[column.type]) for column in columns])


def spark_schema(columns: Sequence[Column]) -> str:
    """The same as Spark DDL."""
    return ", ".join(f"{column.name} {column.type}" for column in columns)


def fault_columns(faults: Mapping[int, Fault], count: int) -> dict[str, pa.Array]:
    """`FAULT_COLUMNS` of so many lines, from the faults by the line's place."""
    places = np.array(sorted(faults), dtype=np.int64)
    parts = zip(*(faults[place] for place in places.tolist()), strict=True) if faults else ([], [], [])
    return {
        column.name: spread(pa.array(part, pa.string()), places, count)
        for column, part in zip(FAULT_COLUMNS, parts, strict=True)
    }
