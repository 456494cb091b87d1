"""A look into a table, without Spark: its first rows."""

from collections.abc import Sequence

from deltalake import DeltaTable
from rich.markup import escape
from rich.table import Table as RichTable

from jobs.cli.catalogue import known_table
from jobs.config import Settings
from jobs.contracts.table import Column, Privacy, Table
from jobs.errors import WrongUsageError
from jobs.storage.stored_tables import open_seen, rows_of
from jobs.wording import shown_text

_WIDEST_CELL = 60
# More do not fit into the 80 columns of a terminal.
MOST_COLUMNS_SIDE_BY_SIDE = 6


def asked_columns(name: str, names: Sequence[str] | None) -> tuple[Table, Sequence[Column]]:
    """The table of that name, and those of its columns that have these names; all of them where no name is given.

    Raises `WrongUsageError` where there is no such table or column.
    """
    table = known_table(name)
    if names is None:
        return table, table.columns
    columns = {column.name: column for column in table.columns}
    wanted = [column.strip() for column in names]
    if unknown := [column for column in wanted if column not in columns]:
        raise WrongUsageError(
            f"{table.full_name} has no column {', '.join(unknown)}. `playhead tables {table.full_name}` lists them."
        )
    return table, [columns[column] for column in dict.fromkeys(wanted)]


def first_rows(settings: Settings, table: Table, columns: Sequence[Column], count: int) -> RichTable:
    """The first rows that readers may see: of gold, what is published.

    Raises `WrongUsageError` where there are none yet.
    """
    stored = _opened(settings, table)
    rows = rows_of(stored, table).select(column.name for column in columns).head(count).collect(engine="streaming")
    cells = [[_cell(column, value) for column, value in zip(columns, row, strict=True)] for row in rows.iter_rows()]
    lay_out = _side_by_side if len(columns) <= MOST_COLUMNS_SIDE_BY_SIDE else _one_below_the_other
    return lay_out(rows.columns, cells, f"{table.full_name}, version {stored.version()}")


def _opened(settings: Settings, table: Table) -> DeltaTable:
    if (stored := open_seen(settings, table)) is None:
        raise WrongUsageError(
            f"{table.full_name} does not exist yet in {settings.lake_root}: nothing that belongs there came through. "
            "`playhead run` takes in what waits."
        )
    return stored


def _side_by_side(names: list[str], rows: list[list[str]], title: str) -> RichTable:
    page = RichTable(title=title)
    for name in names:
        page.add_column(name, overflow="fold")
    for row in rows:
        page.add_row(*row)
    return page


def _one_below_the_other(names: list[str], rows: list[list[str]], title: str) -> RichTable:
    """A line a column, a section a row."""
    page = RichTable("column", "value", title=title, show_header=False)
    for row in rows:
        for name, cell in zip(names, row, strict=True):
            page.add_row(name, cell)
        page.add_section()
    return page


def _cell(column: Column, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, float):
        return f"{value:.4g}"
    if column.privacy is Privacy.PSEUDONYM:
        # Whole: other commands take it.
        return escape(shown_text(str(value)))
    return escape(shown_text(str(value)[:_WIDEST_CELL]))
