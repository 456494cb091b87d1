"""Lines into typed columns, by the contract: msgspec decodes them in C, Arrow judges what a type cannot say.

A line that passes is done. The others, and those in which something may hide that the decoder passes over (a key
twice, a control character behind an escape, a field that the contract does not know), are read again with care.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts.raw_record import RawField, RawRecord
from jobs.silver.extras import extras_of
from jobs.silver.line_columns import Flags, Ints, LineColumns, is_there, spread
from jobs.silver.line_faults import Fault, FaultyLineError, ReadLine, read_line, read_object
from jobs.silver.line_types import line_decoder

# So many at once: what C makes of them still lies in the processor's cache when it becomes columns.
LINES_AT_ONCE = 1000
# JSON allows one control character as it is, DEL; any other only behind a backslash.
_COLON, _QUOTE, _BACKSLASH, _SPACE, _DELETE = (ord(character) for character in ':"\\ \x7f')


@dataclass(frozen=True)
class DecodedLines:
    """What some lines say: a column a field of the record, by its path, null where it is absent or the line is faulty.

    `extras`: names and types of fields that the record does not know, as JSON. `faults`: by the line's place among
    these.
    """

    columns: dict[str, pa.Array]
    extras: pa.Array
    faults: dict[int, Fault]


def decode_lines(lines: pa.Array, received_us: Ints, record: RawRecord) -> DecodedLines:
    """Decodes lines (binary; null where too long to keep) that came in at these times, in microseconds."""
    count = len(lines)
    has_passed, may_hide = np.zeros(count, dtype=np.bool), np.zeros(count, dtype=np.bool)
    most_keys = np.zeros(count, dtype=np.int64)
    found = LineColumns(record)
    for first in range(0, count, LINES_AT_ONCE):
        part = slice(first, first + LINES_AT_ONCE)
        has_passed[part] = _is_utf8(lines[part])
        found.add([*_decoded(record, lines[part], has_passed[part])])
        may_hide[part], most_keys[part] = _scan(lines[part])
    columns, is_odd, key_count = found.finish(may_hide, received_us)
    is_odd |= ~has_passed
    extras: dict[int, str | None] = {}
    for place in map(int, np.flatnonzero((most_keys != key_count) & ~is_odd)):
        try:
            extras[place] = extras_of(read_object(lines[place].as_py()), record)
        except FaultyLineError:
            is_odd[place] = True
    faults: dict[int, Fault] = {}
    read: dict[int, Mapping[str, Any]] = {}
    for place in map(int, np.flatnonzero(is_odd)):
        try:
            line = read_line(lines[place].as_py(), record, int(received_us[place]))
        except FaultyLineError as error:
            faults[place] = error.fault
            line = ReadLine({}, None)
        read[place], extras[place] = line.values, line.extras
    columns = {field.path: _with(columns[field.path], read, field) for field in record.fields}
    return DecodedLines(columns, _sparse(extras, count), faults)


def _with(column: pa.Array, read: Mapping[int, Mapping[str, Any]], field: RawField) -> pa.Array:
    """The column with what was read with care in the place of what stands there."""
    values = [line.get(field.path) for line in read.values()]
    places = np.fromiter(read, np.int64, len(read))
    if not any(value is not None for value in values) and not is_there(column)[places].any():
        return column
    is_read = np.zeros(len(column), dtype=np.bool)
    is_read[places] = True
    return pc.if_else(pa.array(is_read), spread(pa.array(values, column.type), places, len(column)), column)


def _decoded(record: RawRecord, lines: pa.Array, has_passed: Flags) -> Iterator[msgspec.Struct]:
    """What C makes of each line; a struct without values where it refuses it, for whatever reason."""
    decode, blank = line_decoder(record)
    for place, text in enumerate(lines.to_pylist()):
        try:
            yield decode(text)
        except (ValueError, TypeError, RecursionError):
            has_passed[place] = False
            yield blank


def _is_utf8(lines: pa.Array) -> Flags:
    """The decoder does not look into fields that it passes over."""
    try:
        lines.cast(pa.string())
    except pa.ArrowInvalid:
        return np.array([text is None or _decodes(text) for text in lines.to_pylist()], dtype=np.bool)
    return np.ones(len(lines), dtype=np.bool)


def _decodes(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _scan(lines: pa.Array) -> tuple[Flags, Ints]:
    """Of each line whether it may have control characters, and how many keys it has at the most; -1: nobody can tell.

    A key ends with `":`. Inside a text the two stand only where a quotation mark opens or is escaped: the number is
    then too high, never too low. Where a space stands before a colon, it could be.
    """
    offsets = np.frombuffer(lines.buffers()[1], np.int32, len(lines) + 1, offset=4 * lines.offset)
    text = np.frombuffer(lines.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]]
    starts = offsets - offsets[0]
    colons = np.flatnonzero(text == _COLON)
    before = text[colons - 1]
    key_count = np.diff(np.searchsorted(colons[before == _QUOTE], starts))
    is_spaced = np.diff(np.searchsorted(colons[before <= _SPACE], starts)) > 0
    may_hide = np.zeros(len(lines), dtype=np.bool)
    if (hides := (text == _BACKSLASH) | (text == _DELETE)).any():
        may_hide = np.diff(np.searchsorted(np.flatnonzero(hides), starts)) > 0
    return may_hide, np.where(is_spaced, -1, key_count)


def _sparse(values: Mapping[int, str | None], count: int) -> pa.Array:
    """A text column of that length, null where there is no value."""
    places = sorted(place for place, value in values.items() if value is not None)
    return spread(pa.array([values[place] for place in places], pa.string()), np.array(places, dtype=np.int64), count)
