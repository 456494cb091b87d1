"""Decoded lines as Arrow columns, and which of them break a rule that a type cannot say."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts.raw_record import LONGEST_LABEL, Kind, RawField, RawRecord
from jobs.silver.line_faults import (
    CLOCK_AHEAD_US,
    CONTROL_CHARACTERS,
    EARLIEST_IMPORT_US,
    FIRST_US,
    LAST_US,
    NoSuchTimeError,
    NotOfItsKindError,
    read_text,
)

Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool]]"
Ints: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"

TIMESTAMP = pa.timestamp("us", tz="UTC")
ARROW_TYPES = {
    Kind.STRING: pa.string(),
    Kind.TIMESTAMP: TIMESTAMP,
    Kind.DATE: pa.date32(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.LIST: pa.list_(pa.string()),
}
_ANY_CONTROL_CHARACTER = f"[{CONTROL_CHARACTERS}]"
# What Arrow's own parser takes for a time, and `read_time` too: microseconds, an offset, and no 24th hour.
_PLAIN_TIME = r"^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-7]):[0-5]\d)$"


class LineColumns:
    """Columns that decoded lines are added to, some at a time; a column a field of the record, by its path."""

    def __init__(self, record: RawRecord) -> None:
        self._record = record
        self._parts: dict[str, list[pa.Array]] = {field.path: [] for field in record.fields}
        self._is_odd: list[Flags] = []
        self._object_count: list[Ints] = []

    def add(self, structs: Sequence[msgspec.Struct]) -> None:
        """Adds lines that `jobs.silver.line_types` decoded."""
        record, count = self._record, len(structs)
        is_odd, object_count = np.zeros(count, dtype=np.bool), np.zeros(count, dtype=np.int64)
        top_level = _members(structs)
        for field in record.top_level_fields:
            self._parts[field.path].append(_part(top_level.get(field.name, ()), field, record, is_odd))
        for parent in record.objects:
            objects = top_level.get(parent, ())
            places = _places_of_values(objects)
            object_count[places] += 1
            nested = _members(objects if len(places) == count else [found for found in objects if found is not None])
            is_odd_object = np.zeros(len(places), dtype=np.bool)
            source = source_of(places, count)
            for field in record.fields_in(parent):
                part = _part(nested.get(field.name, ()), field, record, is_odd_object)
                self._parts[field.path].append(_taken(part, source))
            is_odd[places[is_odd_object]] = True
        self._is_odd.append(is_odd)
        self._object_count.append(object_count)

    def finish(self, may_hide: Flags, received_us: Ints) -> tuple[dict[str, pa.Array], Flags, Ints]:
        """The columns; which lines must be read with care, as a type could not say all; how many keys each line has.

        `may_hide`: of each line, whether there may be control characters in it.
        """
        is_odd = np.concatenate([*self._is_odd, np.zeros(0, dtype=np.bool)])
        key_count = np.concatenate([*self._object_count, np.zeros(0, dtype=np.int64)])
        columns = {
            field.path: _finished(pa.concat_arrays(self._parts[field.path]), field, is_odd)
            if self._is_odd
            else pa.nulls(0, ARROW_TYPES[field.kind])
            for field in self._record.fields
        }
        escaped = np.flatnonzero(may_hide)
        for field in self._record.fields:
            key_count += is_there(columns[field.path])
            is_odd |= _breaks_a_rule(field, columns, received_us)
            if field.is_label and len(escaped):
                found = pc.match_substring_regex(columns[field.path].take(pa.array(escaped)), _ANY_CONTROL_CHARACTER)
                is_odd[escaped[_flags(found)]] = True
        return columns, is_odd, key_count


def is_there(column: pa.Array) -> Flags:
    """Where the column has a value."""
    return np.asarray(column.is_valid())


def microseconds(column: pa.Array) -> Ints:
    """Times as numbers; 0 where there is none."""
    return np.asarray(pc.fill_null(column.view(pa.int64()), 0))


def spread(column: pa.Array, places: Ints, count: int) -> pa.Array:
    """The values at those places of a column of that length."""
    return _taken(column, source_of(places, count))


def source_of(places: Ints, count: int) -> pa.Array:
    """For each row of a column of that length, the number of the value that stands there; null where none does."""
    source = np.zeros(count, dtype=np.int64)
    source[places] = np.arange(len(places))
    is_absent = np.ones(count, dtype=np.bool)
    is_absent[places] = False
    return pa.array(source, mask=is_absent)


def _places_of_values(objects: Sequence[Any]) -> Ints:
    """Where something stands. Mostly in all lines or in none, which counting tells at once."""
    if not (absent := objects.count(None)):
        return np.arange(len(objects))
    if absent == len(objects):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero([found is not None for found in objects])


def _taken(column: pa.Array, source: pa.Array) -> pa.Array:
    if len(column) == len(source):
        return column
    return pa.nulls(len(source), column.type) if column.null_count == len(column) else column.take(source)


def _members(structs: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
    if not structs:
        return {}
    rows = zip(*map(msgspec.structs.astuple, structs), strict=True)
    return dict(zip(structs[0].__struct_fields__, rows, strict=True))


def _part(values: Sequence[Any], field: RawField, record: RawRecord, is_odd: Flags) -> pa.Array:
    """The values in Arrow, times still as text; `is_odd` is set where a cell cannot be read, and null stands there."""
    if field.kind is Kind.TIMESTAMP:
        return pa.array(values, pa.string())
    if field.kind is Kind.DATE or (record.is_text_typed and field.kind is not Kind.STRING):
        values = _read_cells(values, field, is_odd)
    return pa.array(values, ARROW_TYPES[field.kind])


def _finished(column: pa.Array, field: RawField, is_odd: Flags) -> pa.Array:
    if field.kind is Kind.TIMESTAMP:
        return _times(column, is_odd)
    if field.pattern:
        is_odd |= ~_flags(pc.fill_null(pc.match_substring_regex(column, f"^(?:{field.pattern})$"), True))
    return column


def _times(texts: pa.Array, is_odd: Flags) -> pa.Array:
    is_plain = _flags(pc.fill_null(pc.match_substring_regex(texts, _PLAIN_TIME), True))
    is_odd |= ~is_plain
    if not is_plain.all():
        texts = pc.if_else(pa.array(is_plain), texts, None)
    try:
        times = texts.cast(TIMESTAMP)
    except pa.ArrowInvalid:
        # One of them is on the 30th of February: each is read by itself.
        is_odd |= np.asarray(texts.is_valid())
        return pa.nulls(len(texts), TIMESTAMP)
    moments = microseconds(times)
    is_odd |= (moments < FIRST_US) | (moments > LAST_US)
    return times


def _read_cells(values: Sequence[Any], field: RawField, is_odd: Flags) -> list[Any]:
    """What text means; a value that JSON gave its type stays as it is."""
    read: list[Any] = []
    for place, value in enumerate(values):
        found = value
        if type(value) is str:
            found = None
            with suppress(NotOfItsKindError, NoSuchTimeError):
                found = read_text(field, value)
            is_odd[place] |= found is None or not _is_in_range(found, field)
        read.append(found)
    return read


def _is_in_range(value: Any, field: RawField) -> bool:
    if field.kind is Kind.LIST:
        return len(value) <= (field.most or len(value)) and all(len(word) <= LONGEST_LABEL for word in value)
    return not (
        (field.minimum is not None and value < field.minimum)
        or (field.maximum is not None and value > field.maximum)
        or (field.above is not None and value <= field.above)
    )


def _breaks_a_rule(field: RawField, columns: Mapping[str, pa.Array], received_us: Ints) -> Flags:
    """Where the field is absent though its type of event needs it, or is not in time with another one."""
    column = columns[field.path]
    broken = np.zeros(len(column), dtype=np.bool)
    if field.required_for and column.null_count:
        types = pc.fill_null(columns["event_type"], "").dictionary_encode()
        needs_it = np.array([name in field.required_for for name in types.dictionary.to_pylist()], dtype=np.bool)
        broken |= needs_it[np.asarray(types.indices)] & ~is_there(column)
    if field.reserved:
        broken |= _has_a_word(column, field)
    if field.not_before:
        other = columns[field.not_before]
        broken |= is_there(column) & is_there(other) & (microseconds(column) < microseconds(other))
    if field.is_since_streaming:
        broken |= is_there(column) & (microseconds(column) < EARLIEST_IMPORT_US)
    if field.is_past:
        moments = microseconds(column)
        is_past = (moments >= EARLIEST_IMPORT_US) & (moments <= received_us + CLOCK_AHEAD_US)
        broken |= is_there(column) & ~is_past
    return broken


def _has_a_word(column: pa.Array, field: RawField) -> Flags:
    """Where the column is, or has in its list, one of the field's reserved words."""
    reserved = pa.array(field.reserved, pa.string())
    if field.kind is not Kind.LIST:
        return _flags(pc.is_in(column, value_set=reserved))
    lists = pc.list_parent_indices(column).filter(pc.is_in(column.flatten(), value_set=reserved))
    has_a_word = np.zeros(len(column), dtype=np.bool)
    has_a_word[np.asarray(lists)] = True
    return has_a_word


def _flags(column: pa.Array) -> Flags:
    return np.asarray(pc.fill_null(column, False))
