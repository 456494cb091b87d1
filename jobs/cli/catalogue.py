"""The catalogue, from the contracts."""

from difflib import get_close_matches

from rich.table import Table as RichTable

from jobs.contracts.all_tables import ALL_TABLES, TABLES
from jobs.contracts.table import Table
from jobs.errors import WrongUsageError


def catalogue() -> RichTable:
    page = RichTable("table", "one row is", "key")
    for table in ALL_TABLES:
        page.add_row(table.full_name, table.row, ", ".join(table.key))
    return page


def table_page(name: str) -> RichTable:
    """Every column of one table. Raises `WrongUsageError`."""
    table = known_table(name)
    page = RichTable(title=f"{name}: {table.row}")
    for heading in ("column", "type", "unit", "privacy", "purposes", "meaning"):
        page.add_column(heading, overflow="fold")
    for column in table.columns:
        page.add_row(
            column.name, column.type, column.unit or "", column.privacy, ", ".join(column.purposes), column.comment
        )
    return page


def known_table(name: str) -> Table:
    """The table of that name. Raises `WrongUsageError`, which says what was most likely meant."""
    if name in TABLES:
        return TABLES[name]
    meant = _alike(name)
    raise WrongUsageError(
        f"There is no table {name!r}. " + (f"Did you mean {meant}? " if meant else "") + "`playhead tables` lists them."
    )


def _alike(name: str) -> str | None:
    """The table whose name is nearest, with its layer or without."""
    full_names = {table.full_name: table.full_name for table in ALL_TABLES}
    names = full_names if "." in name else {table.name: table.full_name for table in ALL_TABLES}
    return next((names[found] for found in get_close_matches(name, names, n=1)), None)
