"""What leaves: a released table as a file. No other table can be asked for."""

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from jobs.config import Settings
from jobs.contracts.published import EXPORTED_TABLES
from jobs.contracts.table import Table, by_full_name
from jobs.errors import WrongUsageError
from jobs.storage.stored_tables import open_published

_EXPORTED = by_full_name(EXPORTED_TABLES)

# A spreadsheet runs a cell that begins with one of these: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = r"^([=+\-@\t\r\n＝＋－＠])"


def write_csv(rows: pa.Table, path: str) -> None:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers and dates do not."""
    for at, field in enumerate(rows.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            harmless = pc.replace_substring_regex(rows.column(at), _FORMULA, r"'\1")
            rows = rows.set_column(at, field, harmless)
    pa.csv.write_csv(rows, path)


_WRITERS: dict[str, Callable[[pa.Table, str], None]] = {
    "csv": write_csv,
    "parquet": pa.parquet.write_table,
}


def export(settings: Settings, name: str, format_: str, out: Path | None) -> tuple[Path, int]:
    """Writes the released rows of a table, in the order of its key; returns where, and how many.

    The file is there whole or not at all. Raises `WrongUsageError` for a table that may not leave, and where nothing of
    it was released yet.
    """
    table = _exported(name)
    stored = open_published(settings, table)
    if stored is None:
        raise WrongUsageError(
            f"Nothing of {table.full_name} was released yet in {settings.lake_root}. `playhead publish` releases the "
            "weeks and months that are over."
        )
    rows = stored.to_pyarrow_table(columns=table.column_names).sort_by([(column, "ascending") for column in table.key])
    path = out or Path(f"{table.name}.{format_}")
    unfinished = path.with_name(f".{path.name}.unfinished")
    _WRITERS[format_](rows, str(unfinished))
    unfinished.replace(path)
    return path, rows.num_rows


def _exported(name: str) -> Table:
    full_name = name if "." in name else f"published.{name}"
    if full_name in _EXPORTED:
        return _EXPORTED[full_name]
    names = [table.name for table in EXPORTED_TABLES]
    meant = get_close_matches(name.removeprefix("published."), names, n=1)
    hint = f" Did you mean {meant[0]}?" if meant else ""
    raise WrongUsageError(f"{name!r} may not leave: only released tables do.{hint} They are {', '.join(names)}.")
