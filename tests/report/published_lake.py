"""A published layer of real Delta tables, written without Spark."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from jobs.config import Settings
from jobs.contracts.gold import PUBLICATIONS
from jobs.contracts.table import Table

AT = datetime(2026, 6, 16, 4, tzinfo=UTC)
# As Spark writes them.
_ARROW_TYPES = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "int": pa.int32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}
RowsByTable = Mapping[Table, Sequence[Mapping[str, Any]]]


def publish_rows(settings: Settings, rows_of: RowsByTable) -> None:
    """The tables hold these rows and no others, and each is published as it is now."""
    versions = {table.full_name: write_rows(settings, table, rows) for table, rows in rows_of.items()}
    write_rows(
        settings,
        PUBLICATIONS,
        [
            {"table_name": name, "delta_version": version, "load_id": "load-1", "published_at": AT}
            for name, version in versions.items()
        ],
    )


def write_rows(settings: Settings, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Puts the rows in the place of what the table holds; its Delta version then. Nobody was told of it yet."""
    path = f"{settings.lake_root}/{table.layer}/{table.name}"
    whole = [{name: row.get(name) for name in table.column_names} for row in rows]
    unknown = {name for row in rows for name in row} - set(table.column_names)
    assert not unknown, f"{table.full_name} has no column {sorted(unknown)}"
    schema = pa.schema([(column.name, _ARROW_TYPES[column.type]) for column in table.columns])
    write_deltalake(
        path,
        pa.Table.from_pylist(whole, schema=schema),
        mode="overwrite",
        partition_by=list(table.partitioned_by) or None,
    )
    return DeltaTable(path).version()
