"""What silver keeps of fields that the contract does not know: their names and types, never a value."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jobs.contracts.raw_record import RawRecord
from jobs.privacy.contact_details import has_contact_details

# What else stands where a name should be may be anybody's data.
_A_NAME = re.compile(r"\.?[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")
_LONGEST_NAME = 64
NO_NAME = "(no plain name)"
_TYPES = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}


def extras_of(found: Mapping[str, Any], record: RawRecord) -> str | None:
    """`{"colour": "string", "device.model": "object"}` for fields that the record does not name; null without any.

    An outer name that has a dot itself gets one in front: `.device.model` is no field of `device`. What is no plain
    name, or could be somebody's number, is `NO_NAME`.
    """
    extras = {_shown(name): _TYPES.get(type(value), "null") for name, value in _unknown(found, record)}
    return json.dumps(extras, separators=(",", ":")) if extras else None


def _unknown(found: Mapping[str, Any], record: RawRecord) -> Iterator[tuple[str, Any]]:
    known = {field.name for field in record.top_level_fields} | set(record.objects)
    yield from ((f".{name}" if "." in name else name, value) for name, value in found.items() if name not in known)
    for parent in record.objects:
        known = {field.name for field in record.fields_in(parent)}
        nested = found.get(parent) or {}
        yield from ((f"{parent}.{name}", value) for name, value in nested.items() if name not in known)


@lru_cache
def _shown(name: str) -> str:
    is_name = len(name) <= _LONGEST_NAME and _A_NAME.fullmatch(name) and not has_contact_details(name)
    return name if is_name else NO_NAME
