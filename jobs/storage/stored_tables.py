"""Stored tables without Spark: where each lies, and the version of it that readers may see."""

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from jobs.config import Settings
from jobs.contracts.gold import PUBLICATIONS
from jobs.contracts.table import Table
from jobs.storage.contract_differences import refuse_earlier_version


def open_table(settings: Settings, table: Table, version: int | None = None) -> DeltaTable:
    """The table at that version, or as it is now, with all columns of its contract.

    Raises deltalake's `TableNotFoundError`, and `jobs.storage.contract_differences.TableVersionError`.
    """
    stored = open_as_it_is(settings, table, version)
    refuse_earlier_version(stored, table)
    return stored


def open_as_it_is(settings: Settings, table: Table, version: int | None = None) -> DeltaTable:
    """The table, whichever version of Playhead made it. Raises deltalake's `TableNotFoundError`."""
    return DeltaTable(f"{settings.lake_root}/{table.layer}/{table.name}", version=version)


def open_published(settings: Settings, table: Table) -> DeltaTable | None:
    """The table as it was last published; None before that."""
    version = published_versions(settings).get(table.full_name)
    return None if version is None else open_table(settings, table, version)


def published_versions(settings: Settings) -> dict[str, int]:
    """The version at which each table was last published, by its full name; none before the first publication."""
    try:
        publications = open_as_it_is(settings, PUBLICATIONS)
    except TableNotFoundError:
        return {}
    rows = publications.to_pyarrow_table(columns=["table_name", "delta_version"]).to_pylist()
    return {row["table_name"]: int(row["delta_version"]) for row in rows}
