"""What a stored table lacks of its contract: the version of Playhead that made it knew less, or more."""

from deltalake import DeltaTable, Schema

from jobs.contracts.table import Column, Layer, Table
from jobs.errors import PlayheadError
from jobs.storage.arrow_schema import arrow_schema


class TableVersionError(PlayheadError):
    """A stored table's columns are those of an earlier or a later version of Playhead."""


class ReleasedOtherwiseError(TableVersionError):
    """A released table has other columns than this version releases. It is made anew from gold."""


def lacking_columns(stored: DeltaTable, table: Table) -> list[Column]:
    """The columns of the contract that the stored table has not, in the contract's order.

    Raises `TableVersionError` where adding them would not make it the table of the contract.
    """
    found = {field.name: field.type for field in stored.schema().fields}
    promised = {field.name: field.type for field in Schema.from_arrow(arrow_schema(table.columns)).fields}
    for name in found:
        if name not in promised:
            raise _not_to_be_upgraded(table, f"it has a column {name}, which this version does not know")
    for name in promised:
        if name not in found and name in (*table.key, *table.partitioned_by):
            raise _not_to_be_upgraded(table, f"it lacks the column {name}, by which its rows are told apart")
        if name in found and found[name] != promised[name]:
            types = f"{found[name].to_json()} where this version has {promised[name].to_json()}"
            raise _not_to_be_upgraded(table, f"its column {name} is {types}")
    return [column for column in table.columns if column.name not in found]


def lacking_properties(stored: DeltaTable, table: Table) -> dict[str, str]:
    """The properties of the contract that the stored table has not, or has with another value."""
    found = stored.metadata().configuration
    return {name: value for name, value in table.properties.items() if found.get(name) != value}


def refuse_earlier_version(stored: DeltaTable, table: Table) -> None:
    """Raises `TableVersionError` where the stored table lacks a column of its contract."""
    lacking = lacking_columns(stored, table)
    if lacking:
        raise TableVersionError(
            f"{table.full_name} was made by an earlier version of Playhead, which did not know "
            f"{', '.join(column.name for column in lacking)}: `playhead upgrade` adds it, and loses nothing."
        )


def _not_to_be_upgraded(table: Table, why: str) -> TableVersionError:
    if table.layer == Layer.PUBLISHED:
        return ReleasedOtherwiseError(
            f"{table.full_name} is released otherwise by this version of Playhead: {why}. `playhead upgrade` takes the "
            "released tables away, and `playhead publish` makes them anew from what gold has."
        )
    return TableVersionError(
        f"{table.full_name} cannot be upgraded, as {why}: go on with the version of Playhead that made it, or land the "
        "files in landing/originals anew in another PLAYHEAD_HOME."
    )
