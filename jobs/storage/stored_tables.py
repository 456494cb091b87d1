"""Stored tables without Spark: where each lies, and the version of it that readers may see."""

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from jobs.config import Settings
from jobs.contracts.gold import PUBLICATIONS
from jobs.contracts.table import Table


def open_table(settings: Settings, table: Table, version: int | None = None) -> DeltaTable:
    """The table at that version, or as it is now. Raises deltalake's `TableNotFoundError`."""
    return DeltaTable(f"{settings.lake_root}/{table.layer}/{table.name}", version=version)


def open_published(settings: Settings, table: Table) -> DeltaTable | None:
    """The table as it was last published; None before that."""
    version = published_versions(settings).get(table.full_name)
    return None if version is None else open_table(settings, table, version)


def published_versions(settings: Settings) -> dict[str, int]:
    """The version at which each table was last published, by its full name; none before the first publication."""
    try:
        publications = open_table(settings, PUBLICATIONS)
    except TableNotFoundError:
        return {}
    rows = publications.to_pyarrow_table(columns=["table_name", "delta_version"]).to_pylist()
    return {row["table_name"]: int(row["delta_version"]) for row in rows}
