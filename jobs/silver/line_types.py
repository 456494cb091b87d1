"""The contract of a line as msgspec types: what C can refuse by itself."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Annotated, Any, Literal

import msgspec

from jobs.contracts.raw_record import LONGEST_LABEL, Kind, RawField, RawRecord
from jobs.silver.line_faults import LARGEST_BIGINT, SMALLEST_BIGINT

_JSON_TYPES: dict[Kind, Any] = {
    Kind.STRING: str,
    Kind.TIMESTAMP: str,
    Kind.DATE: str,
    Kind.BOOLEAN: bool,
    Kind.INTEGER: int,
    Kind.NUMBER: float,
    Kind.LIST: list[Annotated[str, msgspec.Meta(max_length=LONGEST_LABEL)]],
}


@cache
def line_decoder(record: RawRecord) -> tuple[Callable[[bytes], msgspec.Struct], msgspec.Struct]:
    """Decodes a line into a struct with an attribute a field or nested object, `None` where it is absent.

    Beside it, a struct without any value. The decoder raises `ValueError` or `RecursionError` for a line that is not
    JSON, lacks what every line needs, or has a value of another type, out of range or unlisted. Their messages may hold
    values. Fields that the record does not know are passed over, and so are patterns: matching them here would take as
    long as all the rest.
    """
    nested = [(parent, _struct(parent, record.fields_in(parent), record), False) for parent in record.objects]
    line = _struct(record.feed, record.top_level_fields, record, nested)
    return msgspec.json.Decoder(line).decode, line(*(None for _ in line.__struct_fields__))


def _struct(
    name: str, fields: Sequence[RawField], record: RawRecord, nested: Sequence[tuple[str, Any, bool]] = ()
) -> type[msgspec.Struct]:
    typed = [(field.name, _type_of(field, record), field.required) for field in fields]
    members = [
        (member, kind) if is_required else (member, kind | None, None)
        for member, kind, is_required in sorted([*typed, *nested], key=lambda found: not found[2])
    ]
    return msgspec.defstruct(name, members, frozen=True, gc=False)


def _type_of(field: RawField, record: RawRecord) -> Any:
    kind = Literal[field.allowed] if field.allowed else _JSON_TYPES[field.kind]
    limits: dict[str, Any] = {
        "min_length": 1 if field.is_label else field.shortest or None,
        "max_length": LONGEST_LABEL if field.is_label else field.most or field.longest,
        "gt": field.above,
        "ge": field.minimum,
        "le": field.maximum,
    }
    if field.kind is Kind.INTEGER:
        limits["ge"] = SMALLEST_BIGINT if field.minimum is None else field.minimum
        limits["le"] = LARGEST_BIGINT if field.maximum is None else field.maximum
    if any(limit is not None for limit in limits.values()):
        kind = Annotated[kind, msgspec.Meta(**limits)]
    # A cell of a CSV file is text, whatever it means.
    is_cell = record.is_text_typed and field.kind in (Kind.BOOLEAN, Kind.INTEGER, Kind.NUMBER, Kind.LIST)
    return kind | str if is_cell else kind
