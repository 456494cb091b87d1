"""A CSV file as its owner has it: from the source itself, or saved again by a spreadsheet."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import WrongUsageError


class ExportError(WrongUsageError):
    """What was given to import cannot be imported. The message names the file, the row, and what to do."""


@dataclass(frozen=True)
class Row:
    """One record. `number` is the row that a spreadsheet shows: the header is row 1."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """The trimmed cell; empty where the file does not have the column."""
        return self.cells.get(column, "").strip()


@dataclass(frozen=True)
class UnreadableRow:
    """A row that was left out, and why; never what it said."""

    file: str
    number: int
    reason: str


def read_rows(path: Path, needed: Sequence[str], renamed: Mapping[str, str] | None = None) -> Iterator[Row]:
    """The records, bound by column name: order, further columns, BOM, CRLF and `;` between cells make no difference.

    `renamed` gives the name that is meant to a column that some copies call otherwise. A record with more cells than
    the header is given without cells: which of them is which cannot be known.
    Raises `ExportError` for a file that lacks a needed column, is not UTF-8, or is broken CSV.
    """
    with open(path, encoding="utf-8-sig", newline="") as text:
        try:
            header = text.readline()
            delimiter = ";" if header.count(";") > header.count(",") else ","
            text.seek(0)
            reader = csv.DictReader(text, delimiter=delimiter, restval="", strict=True)
            found = [name.strip() for name in reader.fieldnames or ()]
            names = [(renamed or {}).get(name, name) for name in found]
            reader.fieldnames = names
            if missing := [name for name in needed if name not in names]:
                # What it has instead is not said: without a header that is somebody's first row.
                raise ExportError(
                    f"{path.name} has no column {', '.join(missing)} among the {len(names)} in its first line. "
                    "Use the file as it was downloaded."
                )
            for number, cells in enumerate(reader, start=2):
                yield Row(number, {} if None in cells else cells)
        except csv.Error as error:
            raise ExportError(f"{path.name}, line {reader.line_num}: {error}. Use the file as downloaded.") from error
        except UnicodeDecodeError as error:
            raise ExportError(f"{path.name} is not UTF-8. Use the file as it was downloaded.") from error
