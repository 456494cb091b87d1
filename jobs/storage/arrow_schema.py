"""The columns of a contract as Arrow names their types."""

from collections.abc import Sequence

import pyarrow as pa

from jobs.contracts.table import Column

ARROW_TYPES = {
    "string": pa.string(),
    "binary": pa.binary(),
    "bigint": pa.int64(),
    "int": pa.int32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
    "decimal(18,2)": pa.decimal128(18, 2),
    "decimal(28,2)": pa.decimal128(28, 2),
    "array<string>": pa.list_(pa.string()),
    "map<string,double>": pa.map_(pa.string(), pa.float64()),
}


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    return pa.schema([(column.name, ARROW_TYPES[column.type]) for column in columns])
