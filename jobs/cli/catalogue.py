"""The catalogue, from the contracts, and a look into a table without Spark."""

from deltalake.exceptions import TableNotFoundError
from rich.markup import escape
from rich.table import Table as RichTable

from jobs.config import Settings
from jobs.contracts.all_tables import ALL_TABLES, TABLES
from jobs.contracts.gold import READ_AS_PUBLISHED
from jobs.contracts.published import PUBLISHED_TABLES
from jobs.contracts.table import Privacy, Table
from jobs.errors import WrongUsageError
from jobs.storage.stored_tables import open_table, published_versions
from jobs.wording import shown_text

# A pseudonym is recognised by its last characters; the whole would only fill the line.
_SHOWN_OF_PSEUDONYM = 12
_WIDEST_CELL = 60
# More do not fit into the 80 columns of a terminal.
MOST_COLUMNS_SIDE_BY_SIDE = 6


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


def first_rows(settings: Settings, name: str, count: int) -> RichTable:
    """The first rows that readers may see: of gold, what is published.

    Raises `WrongUsageError` where there are none yet.
    """
    table = known_table(name)
    try:
        stored = open_table(settings, table, _published_version(settings, table))
    except TableNotFoundError as error:
        raise WrongUsageError(
            f"{name} does not exist yet: nothing that belongs there came through. `playhead run` takes in what waits."
        ) from error
    # Without readahead: what is still being read ahead when the process ends aborts it, or keeps it for ever.
    scanned = stored.to_pyarrow_dataset().scanner(
        columns=table.column_names, use_threads=False, batch_readahead=0, fragment_readahead=0
    )
    rows = scanned.head(count).to_pylist()
    cells = [[_cell(table, column, row[column]) for column in table.column_names] for row in rows]
    lay_out = _side_by_side if len(table.columns) <= MOST_COLUMNS_SIDE_BY_SIDE else _one_below_the_other
    return lay_out(table.column_names, cells, f"{name}, version {stored.version()}")


def _published_version(settings: Settings, table: Table) -> int | None:
    """None, the newest, for a table that is not published together with others."""
    if table not in (*READ_AS_PUBLISHED, *PUBLISHED_TABLES):
        return None
    versions = published_versions(settings)
    if table.full_name not in versions:
        raise TableNotFoundError
    return versions[table.full_name]


def known_table(name: str) -> Table:
    if name not in TABLES:
        raise WrongUsageError(f"There is no table {name!r}. `playhead tables` lists them.")
    return TABLES[name]


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


def _cell(table: Table, name: str, value: object) -> str:
    column = next(column for column in table.columns if column.name == name)
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, float):
        return f"{value:.4g}"
    if column.privacy is Privacy.PSEUDONYM:
        # Some ids differ at their end only.
        return escape(shown_text(f"…{str(value)[-_SHOWN_OF_PSEUDONYM:]}"))
    return escape(shown_text(str(value)[:_WIDEST_CELL]))
