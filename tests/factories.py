"""Rows and lines that state only what a test is about; everything else is valid and plain."""

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from jobs.config import Settings
from jobs.contracts.table import Table
from jobs.run.workspace import Workspace
from jobs.storage.lake import Lake
from jobs.storage.local_rows import local_rows
from jobs.storage.spark_schema import spark_schema

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

_PLAIN_VALUES: dict[str, Any] = {
    "string": "x",
    "bigint": 1,
    "int": 1,
    "double": 1.0,
    "boolean": False,
    "timestamp": NOON,
    "date": date(2026, 6, 1),
    "binary": b"{}",
}


def make_rows(spark: SparkSession, table: Table, rows: Sequence[Mapping[str, Any]]) -> DataFrame:
    """Rows of the table; a column that a row does not name is plain where it is required, else null."""
    return local_rows(
        spark, [_filled(table, row, number) for number, row in enumerate(rows)], spark_schema(table.columns)
    )


def make_event(**fields: Any) -> dict[str, Any]:
    """A valid `playing` event; None takes a field out."""
    event = {
        "event_id": f"event-{next(_event_numbers):06d}",
        "event_type": "playing",
        "schema_version": 1,
        "event_time": "2026-06-01T12:00:00.000Z",
        "received_time": "2026-06-01T12:00:01.000Z",
        "account_id": "account-1",
        "profile_id": "profile-1",
        "session_id": "session-1",
        "title_id": "title-1",
        "position_ms": 0,
    }
    return {name: value for name, value in (event | fields).items() if value is not None}


def make_line(**fields: Any) -> bytes:
    return json.dumps(make_event(**fields)).encode()


def make_workspace(spark: SparkSession, home: Path, reactions: bool = True) -> Workspace:
    """A home of its own on the session that the tests share."""
    work = Workspace(Settings(home=home, master="local[2]", driver_memory="3g", reactions=reactions))
    work.lake = Lake(spark, work.settings.lake_root, work.settings.locks)
    return work


def copied_workspace(work: Workspace, home: Path) -> Workspace:
    """Another home that holds what this one does, for a test that changes it."""
    shutil.copytree(work.settings.root, home)
    return make_workspace(work.lake.spark, home, work.settings.reactions)


_event_numbers = count(1)


def _filled(table: Table, row: Mapping[str, Any], number: int) -> tuple[Any, ...]:
    unknown = set(row) - set(table.column_names)
    if unknown:
        raise ValueError(f"{table.full_name} has no column {sorted(unknown)}")
    return tuple(
        row[column.name] if column.name in row else _plain(column.type, column.name, table, number)
        for column in table.columns
    )


def _plain(column_type: str, name: str, table: Table, number: int) -> Any:
    if name not in table.never_null:
        return None
    if name == "line_number" or (table.key == (name,) and column_type == "string"):
        return number + 1 if column_type == "bigint" else f"{name}-{number + 1}"
    if column_type.startswith("decimal"):
        return Decimal("1.00")
    return _PLAIN_VALUES[column_type]
