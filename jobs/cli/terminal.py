"""Results on standard output, and the one console that writes to standard error."""

import json
import sys
from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table as RichTable

# One for messages and bars of progress: a message goes above a bar that is drawn.
console = Console(stderr=True, highlight=False)
# Wider than any table of ours.
UNLIMITED_COLUMNS = 10_000


def plain_table(first_column: str) -> RichTable:
    """Without frames, and no cell is cut: a long name goes on in the next line."""
    table = RichTable(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column(first_column, overflow="fold")
    return table


def show_table(table: RichTable) -> None:
    """A table on standard output; as wide as it wants to be where that is a file or a pipe."""
    Console(width=None if sys.stdout.isatty() else UNLIMITED_COLUMNS).print(table)


def show_text(paragraphs: Iterable[str]) -> None:
    """Paragraphs on standard output, wrapped where that is a terminal."""
    out = Console(highlight=False)
    for paragraph in paragraphs:
        out.print(paragraph, "\n", markup=False, soft_wrap=not out.is_terminal, sep="")


def emit(result: object) -> None:
    """One JSON document on standard output."""
    print(json.dumps(result, default=str, indent=2))
