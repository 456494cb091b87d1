"""One line read with care: what is wrong with it, as a code, the field at fault and a sentence, or else its values.

It is slow, some tens of microseconds a line, and says what `jobs.silver.line_decoder` only notices. A sentence never
holds a value.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, NoReturn

from jobs.contracts.raw_record import EARLIEST_YEAR, LONGEST_LABEL, Kind, RawField, RawRecord
from jobs.silver.extras import extras_of

SECOND_US = 1_000_000
DAY_US = 24 * 3600 * SECOND_US
# A collector that took an event knows the time. A device's clock that is further off than this is not to be trusted.
CLOCK_AHEAD_US = DAY_US
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _us(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


EARLIEST_IMPORT_US = _us(datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC))
# Python, and many a reader of the tables, knows no other years than 1 to 9999.
FIRST_US, LAST_US = _us(datetime.min.replace(tzinfo=UTC)), _us(datetime.max.replace(tzinfo=UTC))
SMALLEST_BIGINT, LARGEST_BIGINT = -(2**63), 2**63 - 1

RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(0\d|1[0-7]|18(?=:00)):([0-5]\d))", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,25}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WORDS = {
    **dict.fromkeys(("true", "t", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0"), False),
}
CONTROL_CHARACTERS = "\x00-\x1f\x7f"
_CONTROL_CHARACTER = re.compile(f"[{CONTROL_CHARACTERS}]")
_NO_JSON = "The line is not one valid JSON value."
_BLANK = b" \t\n\r\x0b\x0c"
_A_KIND = {
    Kind.STRING: "a string",
    Kind.TIMESTAMP: "a timestamp in RFC 3339",
    Kind.DATE: "a date (YYYY-MM-DD)",
    Kind.BOOLEAN: "true or false",
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.LIST: "a list of strings",
}


class Fault(NamedTuple):
    """Why a line is refused; `field` is null where it is the whole line."""

    reason: str
    field: str | None
    message: str


class FaultyLineError(Exception):
    """The line is refused for this fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class NotOfItsKindError(ValueError):
    """A value is not of the field's type. The message holds nothing of it."""


class NoSuchTimeError(ValueError):
    """A time outside of the years 1 to 9999."""


@dataclass(frozen=True)
class ReadLine:
    """What a sound line says: values by the field's path, in their types, times in microseconds; `extras_of` it."""

    values: Mapping[str, Any]
    extras: str | None


def read_line(line: bytes | None, record: RawRecord, received_us: int) -> ReadLine:
    """The line's values. Raises `FaultyLineError` with the first fault of the line."""
    found = read_object(line)
    _refuse_unlisted_kind(found, record)
    parents = {name: _nested(found, name) for name in record.objects}
    values: dict[str, Any] = {}
    for field in record.fields:
        raw = (parents[field.parent] if field.parent else found).get(field.name)
        values[field.path] = _value(raw, field, record, values, received_us)
    return ReadLine(values, extras_of(found, record))


def read_object(line: bytes | None) -> dict[str, Any]:
    """The line as one JSON object, strictly. Raises `FaultyLineError`."""
    if line is None:
        _refuse("too_long", None, "The line is longer than intake keeps.")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        _refuse("not_utf8", None, "The line is not valid UTF-8.")
    if not line.strip(_BLANK):
        _refuse("empty_line", None, "The line is empty.")
    try:
        found = _STRICT.decode(text.strip(" \t\r\n"))
        if "\\u" in text:
            # Half of a pair of surrogates is no character, and no file could hold it.
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        if not _are_values(text):
            _refuse("not_json", None, _NO_JSON)
        found = None
    if not isinstance(found, dict):
        _refuse("not_an_object", None, "The line is JSON, but not one object.")
    return found


def read_time(text: str) -> int:
    """Microseconds since 1970 of an RFC 3339 time; what is finer is cut off.

    Raises `NotOfItsKindError`, and `NoSuchTimeError` for a year before 1 or after 9999.
    """
    found = RFC3339.fullmatch(text)
    if not found:
        raise NotOfItsKindError
    *numbers, fraction, sign, hours, minutes = found.groups()
    year, *rest = map(int, numbers)
    try:
        # A leap year, as the year 0 is one.
        moment = datetime(year or 400, *rest, tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError as error:
        raise NotOfItsKindError from error
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) // timedelta(microseconds=1)
    microseconds = _us(moment) + int((fraction or "").ljust(6, "0")[:6]) - (-offset if sign == "-" else offset)
    if not year or not FIRST_US <= microseconds <= LAST_US:
        raise NoSuchTimeError
    return microseconds


def read_text(field: RawField, text: str) -> Any:
    """The value of a field that is written as text, as in a CSV cell. Raises `NotOfItsKindError`, `NoSuchTimeError`."""
    match field.kind:
        case Kind.STRING:
            return text
        case Kind.TIMESTAMP:
            return read_time(text)
        case Kind.DATE:
            return _read_date(text)
        case Kind.BOOLEAN:
            return _read(_WORDS.get(text.strip().lower()))
        case Kind.INTEGER:
            number = int(text) if _INTEGER.fullmatch(text.strip()) else None
            return _read(number if number is not None and SMALLEST_BIGINT <= number <= LARGEST_BIGINT else None)
        case Kind.NUMBER:
            return _read(_finite(float(text)) if _NUMBER.fullmatch(text.strip()) else None)
        case Kind.LIST:
            return _read_list(text)


def _value(raw: Any, field: RawField, record: RawRecord, earlier: Mapping[str, Any], received_us: int) -> Any:
    if raw is None:
        event_type = earlier.get("event_type")
        if field.required or event_type in field.required_for:
            _refuse("missing_field", field.path, f"{field.path} is missing.")
        return None
    try:
        value = _typed(raw, field, record)
        is_possible = _is_possible(value, field, earlier, received_us)
    except NotOfItsKindError:
        _refuse("wrong_type", field.path, f"{field.path} is not {_A_KIND[field.kind]}.")
    except NoSuchTimeError:
        is_possible = False
    if not is_possible:
        _refuse("impossible_value", field.path, f"{field.path} has a value that cannot be: {_limits(field)}.")
    _refuse_flood(value, field)
    return value


def _refuse_flood(value: Any, field: RawField) -> None:
    """What is no mistake of its line, and would be one of tables: it stops no file."""
    if field.most is not None and len(value) > field.most:
        _refuse("too_many_words", field.path, f"{field.path} has over {field.most} words.")
    if not frozenset(field.reserved).isdisjoint(value if field.kind is Kind.LIST else [value]):
        _refuse("reserved_word", field.path, f"{field.path} is a word that stands for something else in tables.")


def _typed(raw: Any, field: RawField, record: RawRecord) -> Any:
    if isinstance(raw, str) and (record.is_text_typed or field.kind in (Kind.STRING, Kind.TIMESTAMP, Kind.DATE)):
        return read_text(field, raw)
    match field.kind, raw:
        case (Kind.BOOLEAN, bool()):
            return raw
        case (Kind.INTEGER | Kind.NUMBER, bool()):
            raise NotOfItsKindError
        case (Kind.INTEGER, int()) if SMALLEST_BIGINT <= raw <= LARGEST_BIGINT:
            return raw
        case (Kind.NUMBER, int() | float()):
            return _read(_finite(raw))
        case (Kind.LIST, list()) if all(isinstance(item, str) for item in raw):
            return raw
    raise NotOfItsKindError


def _is_possible(value: Any, field: RawField, earlier: Mapping[str, Any], received_us: int) -> bool:
    if field.is_label and (not 1 <= len(value) <= LONGEST_LABEL or _CONTROL_CHARACTER.search(value)):
        return False
    is_too_long = field.kind is Kind.LIST and any(len(word) > LONGEST_LABEL for word in value)
    if is_too_long or (field.longest is not None and not field.shortest <= len(value) <= field.longest):
        return False
    if field.pattern and not re.fullmatch(field.pattern, value):
        return False
    if field.allowed and value not in field.allowed:
        return False
    if field.minimum is not None and value < field.minimum:
        return False
    if field.maximum is not None and value > field.maximum:
        return False
    if field.above is not None and value <= field.above:
        return False
    # Where the other one is missing or no time, that is the fault.
    if field.not_before and (other := earlier.get(field.not_before)) is not None and value < other:
        return False
    latest = received_us + CLOCK_AHEAD_US if field.is_past else LAST_US
    return not (field.is_past or field.is_since_streaming) or EARLIEST_IMPORT_US <= value <= latest


def _refuse_unlisted_kind(found: Mapping[str, Any], record: RawRecord) -> None:
    """What an event of another kind must hold nobody knows: that it is of another kind is all that is said of it.

    So it is with money that nobody knows.
    """
    for field in record.fields:
        word = found.get(field.name) if field.parent is None else None
        if field.unlisted != "impossible_value" and isinstance(word, str) and word not in field.allowed:
            _refuse(field.unlisted, field.path, f"{field.path} is none of the words that this version knows.")


def _nested(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    nested = found.get(name)
    if nested is not None and not isinstance(nested, dict):
        _refuse("wrong_type", name, f"{name} is not an object.")
    return nested or {}


def _refuse(reason: str, field: str | None, message: str) -> NoReturn:
    raise FaultyLineError(Fault(reason, field, message)) from None


def _read(value: Any) -> Any:
    if value is None:
        raise NotOfItsKindError
    return value


def _finite(number: float) -> float | None:
    """A JSON number may be larger than any double."""
    try:
        value = float(number)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def _read_date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise NotOfItsKindError
    if text.startswith("0000"):
        raise NoSuchTimeError
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotOfItsKindError from error


def _read_list(text: str) -> list[str]:
    """A JSON list, or words with `|` between them."""
    if not text.startswith("["):
        return _read(text.split("|") if text else None)  # type: ignore[no-any-return]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotOfItsKindError from error
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise NotOfItsKindError
    return found


def _distinct_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


def _are_values(text: str) -> bool:
    """Whether it is several values with commas between them."""
    try:
        return len(_STRICT.decode(f"[{text}]")) > 1
    except (ValueError, RecursionError):
        return False


def _no_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


_STRICT = json.JSONDecoder(object_pairs_hook=_distinct_keys, parse_constant=_no_constant)


def _limits(field: RawField) -> str:
    if field.allowed:
        return "it is none of the listed words"
    if field.pattern or field.is_label or field.longest is not None or field.kind is Kind.LIST:
        return "it is empty, too long or has characters that do not belong"
    if field.not_before:
        return f"it is before {field.not_before}"
    if field.is_past:
        return f"it is before {EARLIEST_YEAR} or after receipt"
    if field.is_since_streaming:
        return f"it is before {EARLIEST_YEAR} or after 9999"
    if field.kind in (Kind.TIMESTAMP, Kind.DATE):
        return "it is before the year 1 or after 9999"
    if field.above is not None:
        return f"it is not above {field.above:g}, or over {field.maximum:,}"
    if field.minimum is not None and field.maximum is not None:
        return f"it is outside {field.minimum:,} to {field.maximum:,}"
    return f"it is below {field.minimum:g}" if field.minimum is not None else ""
