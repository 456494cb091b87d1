"""Homes as an earlier version of Playhead left them."""

import sqlite3
from dataclasses import replace
from pathlib import Path

from jobs.config import Settings
from jobs.contracts.table import Column, Table
from jobs.storage.arrow_writes import create_table

# As commit 9fe665b made it, of two files that do not exist.
LEDGER = (Path(__file__).parent / "ledger" / "ledger_at_9fe665b.sql").read_text()


def without(table: Table, *names: str) -> Table:
    """The table before it had these columns."""
    return changed(table, tuple(column for column in table.columns if column.name not in names))


def changed(table: Table, columns: tuple[Column, ...]) -> Table:
    """The table when it had these columns."""
    names = {column.name for column in columns}
    key = tuple(name for name in table.key if name in names)
    return replace(table, columns=columns, key=key, required=table.required & names, promises=())


def store(settings: Settings, table: Table) -> None:
    create_table(f"{settings.lake_root}/{table.layer}/{table.name}", table)


def write_ledger(settings: Settings) -> Path:
    settings.root.mkdir(parents=True, exist_ok=True)
    path = settings.root / "ledger.db"
    connection = sqlite3.connect(path)
    connection.executescript(LEDGER)
    connection.close()
    return path
