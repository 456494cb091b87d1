"""What a person sees: messages on standard error, results on standard output."""

import json
import sys
import unicodedata
from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table as RichTable

console = Console(stderr=True, highlight=False)
# Wider than any table of ours.
UNLIMITED_COLUMNS = 10_000
# Control, format (bidirectional overrides, zero width), broken encoding, line and paragraph separators.
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def say(message: str) -> None:
    """One message, not wrapped by us: a log keeps its lines whole."""
    console.print(message, markup=False, soft_wrap=True)


def shown_text(text: str) -> str:
    """Somebody else's text, so that it cannot move the cursor, clear the screen or turn what follows around."""
    return "".join(_escaped(character) for character in text)


def counted(number: int, thing: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


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


def _escaped(character: str) -> str:
    if unicodedata.category(character) not in _UNSHOWABLE:
        return character
    return character.encode("unicode_escape").decode("ascii")
