"""What a line that comes in may hold, field by field."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

# Identifiers and labels longer than this are not such: UUIDs have 36 characters, SHA-256 in hexadecimal 64.
LONGEST_LABEL = 256
# The media clock of the longest thing ever streamed in one piece stays below a week.
LONGEST_MEDIA_SECONDS = 7 * 24 * 3600
# Imports bring what is years old. Nobody streamed, rated or subscribed before this.
EARLIEST_YEAR = 1995


class Kind(StrEnum):
    """The type of a field. A timestamp is RFC 3339 text, a date `YYYY-MM-DD`."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    DATE = "date"
    LIST = "list"


@dataclass(frozen=True)
class RawField:
    """One field: where it stands in the JSON (`device.os`), its type, and which values are possible.

    `is_label`: a text of 1 to `LONGEST_LABEL` characters, none of them a control character. `is_free`: a label whose
    words nobody lists: where it tells of a person, silver has another one. `shortest`, `longest`: so many characters at
    least, at most. `pattern`: a regular expression that both Python and RE2 know, for the whole text. `above`: a limit
    that is not itself possible. `not_before`: the field of a time that this one cannot precede. `is_since_streaming`: a
    time not before `EARLIEST_YEAR`. `is_past`: such a time, and it had come when the line was received. `most`: a list
    has so many words at most, each no longer than a label. `reserved`: words that mean something else in tables.
    `unlisted`: the reason for which a word that is not `allowed` is refused. `column`: silver's name of the field,
    where it is another one.
    """

    path: str
    kind: Kind
    required: bool = False
    required_for: frozenset[str] = frozenset()
    is_label: bool = False
    is_free: bool = False
    shortest: int = 0
    longest: int | None = None
    pattern: str | None = None
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    not_before: str | None = None
    is_since_streaming: bool = False
    is_past: bool = False
    most: int | None = None
    reserved: tuple[str, ...] = ()
    unlisted: str = "impossible_value"
    column: str | None = None

    @property
    def parent(self) -> str | None:
        return self.path.rpartition(".")[0] or None

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def silver_name(self) -> str:
        return self.column or self.name


@dataclass(frozen=True)
class RawRecord:
    """One kind of line. `is_text_typed`: values may come from CSV, where a number is text."""

    feed: str
    fields: tuple[RawField, ...]
    is_text_typed: bool = False

    @cached_property
    def objects(self) -> tuple[str, ...]:
        """The nested objects, in order of appearance."""
        return tuple(dict.fromkeys(field.parent for field in self.fields if field.parent))

    @cached_property
    def top_level_fields(self) -> tuple[RawField, ...]:
        return tuple(field for field in self.fields if field.parent is None)

    def fields_in(self, parent: str) -> tuple[RawField, ...]:
        return self._nested_fields[parent]

    @cached_property
    def _nested_fields(self) -> dict[str, tuple[RawField, ...]]:
        return {parent: tuple(field for field in self.fields if field.parent == parent) for parent in self.objects}
