"""A reference file in CSV as one JSON object a record: a quoted cell may hold newlines, a JSON line holds none."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import orjson

from jobs.intake.source_file import CHUNK_BYTES, FileRefusedError


def csv_records(handle: BinaryIO, longest_line: int) -> Iterator[bytes]:
    """One JSON object a record, each with its newline. Cells are bound by the header's names; an empty one is absent.

    Raises `FileRefusedError` where the file is not UTF-8, the header names a column twice or not at all, a record has
    more or fewer cells than the header, a quotation mark stays open, or a line has over `longest_line` characters.
    """
    handle.seek(0)
    text = io.TextIOWrapper(handle, encoding="utf-8-sig", newline="")
    try:
        yield from _records(csv.DictReader(_lines(text, longest_line), strict=True))
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


def _records(reader: "csv.DictReader[str]") -> Iterator[bytes]:
    try:
        _check_header(reader.fieldnames or ())
        for number, record in enumerate(reader, start=1):
            if None in record or None in record.values():
                raise FileRefusedError(f"Record {number} (line {reader.line_num}) has not as many cells as the header.")
            yield orjson.dumps(
                {name: cell for name, cell in record.items() if cell != ""}, option=orjson.OPT_APPEND_NEWLINE
            )
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
