"""The stored tables that an earlier version of Playhead made, looked at without Spark."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from jobs.config import Settings
from jobs.contracts.all_tables import ALL_TABLES
from jobs.contracts.published import PUBLISHED_TABLES
from jobs.contracts.table import Column, Table
from jobs.storage.contract_differences import (
    ReleasedOtherwiseError,
    lacking_columns,
    lacking_properties,
    refuse_earlier_version,
)
from jobs.storage.stored_tables import open_as_it_is, published_versions


@dataclass(frozen=True)
class OlderTable:
    """A stored table and what its contract has more: columns, or properties of other values."""

    table: Table
    columns: tuple[Column, ...]
    properties: dict[str, str]


def older_tables(settings: Settings) -> list[OlderTable]:
    """Those that can be given what they lack, without those that are `released_otherwise`.

    Raises `jobs.storage.contract_differences.TableVersionError` for any other.
    """
    found = []
    for table, stored in _as_readers_see_them(settings):
        with suppress(ReleasedOtherwiseError):
            found.append(OlderTable(table, tuple(lacking_columns(stored, table)), lacking_properties(stored, table)))
    return [each for each in found if each.columns or each.properties]


def released_otherwise(settings: Settings) -> list[Table]:
    """The released tables that no new column makes those of this version."""
    found = []
    for table, stored in _as_readers_see_them(settings):
        if table in PUBLISHED_TABLES:
            try:
                lacking_columns(stored, table)
            except ReleasedOtherwiseError:
                found.append(table)
    return found


def refuse_older_tables(settings: Settings) -> None:
    """Raises `jobs.storage.contract_differences.TableVersionError` where any table lacks a column.

    On an object store, where a look at each takes seconds, none is looked at.
    """
    if "://" in settings.lake_root:
        return
    for table, stored in _as_readers_see_them(settings):
        refuse_earlier_version(stored, table)


def _as_readers_see_them(settings: Settings) -> Iterator[tuple[Table, DeltaTable]]:
    """At the versions that are published: what a dead run wrote after them is taken back."""
    versions = published_versions(settings)
    for table in ALL_TABLES:
        try:
            yield table, open_as_it_is(settings, table, versions.get(table.full_name))
        except TableNotFoundError:
            continue
