"""A reference file in CSV as one JSON object a record: a quoted cell may hold newlines, a JSON line holds none."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import BinaryIO

import orjson

from jobs.intake.source_file import CHUNK_BYTES, FileRefusedError

_COMMA = ","
# What may separate cells, and what it is called; of two that fit as well the first. `|` separates words inside a cell.
_SEPARATORS = {_COMMA: "`,`", ";": "`;`", "\t": "tabs"}
# As spreadsheets write a number where the comma is the decimal sign, and the cells are separated by something else.
_NUMBER_WITH_COMMA = re.compile(r"-?[0-9]+,[0-9]+")


def csv_records(handle: BinaryIO, longest_line: int, number_columns: Collection[str]) -> Iterator[bytes]:
    """One JSON object a record, each with its newline. Cells are bound by the header's names; an empty one is absent.

    The header says whether commas, semicolons or tabs separate the cells. Where it is not commas, a number in one of
    the `number_columns` may have a decimal comma, which becomes a point. A record of empty cells is left out.

    Raises `FileRefusedError` where the file is not UTF-8, the header names a column twice or not at all, a record has
    more or fewer cells than the header, a quotation mark stays open, or a line has over `longest_line` characters.
    """
    handle.seek(0)
    text = io.TextIOWrapper(handle, encoding="utf-8-sig", newline="")
    try:
        lines = _lines(text, longest_line)
        header = next(lines, "")
        separator = _separator(header)
        reader = csv.DictReader(chain([header], lines), delimiter=separator, strict=True)
        yield from _records(reader, separator, number_columns)
    except UnicodeDecodeError as error:
        raise FileRefusedError("The file is not UTF-8. Save it again with that encoding.") from error
    finally:
        text.detach()


def joined(records: Iterable[bytes], chunk_bytes: int = CHUNK_BYTES) -> Iterator[bytes]:
    """The same bytes in larger pieces: each becomes a row group in landing."""
    piece = bytearray()
    for record in records:
        piece += record
        if len(piece) >= chunk_bytes:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


def _separator(header: str) -> str:
    return max(_SEPARATORS, key=lambda separator: _column_count(header, separator))


def _column_count(header: str, separator: str) -> int:
    """How many columns the header has with this separator; 0 where that would cut a quoted cell in two."""
    try:
        names = next(csv.reader([header], delimiter=separator, strict=True))
    except csv.Error:
        return 0
    return 0 if any('"' in name for name in names) else len(names)


def _records(reader: "csv.DictReader[str]", separator: str, number_columns: Collection[str]) -> Iterator[bytes]:
    try:
        names = reader.fieldnames or ()
        _check_header(names)
        with_decimal_comma = [name for name in names if name in number_columns and separator != _COMMA]
        for number, record in enumerate(reader, start=1):
            if None in record or None in record.values():
                named = "" if separator == _COMMA else f", which is separated by {_SEPARATORS[separator]}"
                raise FileRefusedError(
                    f"Record {number} (line {reader.line_num}) has not as many cells as the header{named}."
                )
            for name in with_decimal_comma:
                if _NUMBER_WITH_COMMA.fullmatch(record[name]):
                    record[name] = record[name].replace(",", ".")
            if cells := {name: cell for name, cell in record.items() if cell != ""}:
                yield orjson.dumps(cells, option=orjson.OPT_APPEND_NEWLINE)
    except csv.Error as error:
        raise FileRefusedError(f"Broken CSV at line {reader.line_num}: {error}.") from error


def _check_header(names: Sequence[str]) -> None:
    if any(not name.strip() for name in names):
        raise FileRefusedError("The header has a column without a name.")
    if len(set(names)) < len(names):
        raise FileRefusedError("The header names a column twice.")


def _lines(text: io.TextIOWrapper, longest_line: int) -> Iterator[str]:
    number = 0
    while line := text.readline(longest_line + 1):
        number += 1
        if len(line) > longest_line:
            raise FileRefusedError(f"Line {number} has over {longest_line:,} characters.")
        yield line
