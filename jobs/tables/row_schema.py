"""The columns of a kernel's rows, as Arrow and as Spark name their types."""

from collections.abc import Sequence

import pyarrow as pa

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


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    return pa.schema([(column.name, _ARROW_TYPES[column.type]) for column in columns])


def spark_schema(columns: Sequence[Column]) -> str:
    """The same as Spark DDL."""
    return ", ".join(f"{column.name} {column.type}" for column in columns)
