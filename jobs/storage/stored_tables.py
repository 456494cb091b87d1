"""Stored tables without Spark: where each lies, the version of it that readers may see, and its rows."""

from typing import Any
from urllib.parse import unquote

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from jobs.config import Settings
from jobs.contracts.gold import PUBLICATIONS, READ_AS_PUBLISHED
from jobs.contracts.published import PUBLISHED_TABLES
from jobs.contracts.silver import SILVER_TABLES
from jobs.contracts.table import Table
from jobs.storage.contract_differences import refuse_earlier_version


class _StoredTable(DeltaTable):
    """Names local files as they are on the disk; delta-rs names them as in a URL, where Polars does not find them."""

    def file_uris(self, *arguments: Any, **filters: Any) -> list[str]:
        return [_on_disk(uri) for uri in super().file_uris(*arguments, **filters)]

    def deletion_vectors(self) -> Any:
        vectors = pl.DataFrame(super().deletion_vectors())
        return vectors.with_columns(pl.col("filepath").map_elements(_on_disk, return_dtype=pl.String))


def _on_disk(uri: str) -> str:
    """Unchanged, where it is on an object store."""
    return uri if "://" in uri.removeprefix("file://") else unquote(uri)


def open_table(settings: Settings, table: Table, version: int | None = None) -> DeltaTable:
    """The table at that version, or as it is now, with all columns of its contract.

    Raises deltalake's `TableNotFoundError`, and `jobs.storage.contract_differences.TableVersionError`.
    """
    stored = open_as_it_is(settings, table, version)
    refuse_earlier_version(stored, table)
    return stored


def open_as_it_is(settings: Settings, table: Table, version: int | None = None) -> DeltaTable:
    """The table, whichever version of Playhead made it. Raises deltalake's `TableNotFoundError`."""
    return _StoredTable(f"{settings.lake_root}/{table.layer}/{table.name}", version=version)


def is_stored(settings: Settings, table: Table) -> bool:
    """Whether the table was created."""
    try:
        open_as_it_is(settings, table)
    except TableNotFoundError:
        return False
    return True


def has_silver(settings: Settings) -> bool:
    """Whether any table was created whose rows have pseudonyms and links."""
    return any(is_stored(settings, table) for table in SILVER_TABLES)


def has_rows(settings: Settings, table: Table) -> bool:
    """Whether readers of the table see any row: whether it has files, as its log says."""
    stored = open_seen(settings, table)
    return stored is not None and bool(stored.file_uris())


def open_seen(settings: Settings, table: Table) -> DeltaTable | None:
    """The table as readers see it: as it was last published, if that happens to it; None before it is there."""
    if table in (*READ_AS_PUBLISHED, *PUBLISHED_TABLES):
        return open_published(settings, table)
    return open_if_stored(settings, table)


def open_if_stored(settings: Settings, table: Table) -> DeltaTable | None:
    """The table as it is now; None where it was not created."""
    try:
        return open_table(settings, table)
    except TableNotFoundError:
        return None


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
    # An upgrade reads them before they have all columns of their contract.
    return dict(pl.scan_delta(publications).select("table_name", "delta_version").collect().iter_rows())


def stored_rows(settings: Settings, table: Table) -> pl.LazyFrame | None:
    """The table's rows as it is now, read as they are asked for; None where it was not created."""
    stored = open_if_stored(settings, table)
    return None if stored is None else rows_of(stored, table)


def rows_of(stored: DeltaTable, table: Table) -> pl.LazyFrame:
    """The rows of an opened table, in the contract's columns, read as they are asked for."""
    return pl.scan_delta(stored).select(table.column_names)
