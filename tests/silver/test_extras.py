import json

import pytest

from jobs.contracts.raw_event import RAW_EVENT
from jobs.silver.extras import NO_NAME, extras_of

FIELDS: dict[str, object] = {
    "colour": "anna@mail.com",
    "steps": 12,
    "speed": 1.5,
    "is_new": True,
    "tags": ["anna"],
    "nothing": None,
    ".device.model": "X",
    "device.model": {"of": "anna"},
}
OF_FIELD = {
    "colour": "string",
    "steps": "number",
    "speed": "number",
    "is_new": "boolean",
    "tags": "array",
    "nothing": "null",
    ".device.model": "string",
    "device.model": "object",
}
LINE = {
    **{name: value for name, value in FIELDS.items() if "." not in name},
    "device.model": FIELDS[".device.model"],
    "device": {"os": "x", "model": FIELDS["device.model"]},
}


def test_of_unknown_fields_names_and_types_are_kept_and_no_value() -> None:
    assert json.loads(extras_of(LINE, RAW_EVENT) or "") == OF_FIELD


def test_a_line_of_known_fields_has_none() -> None:
    assert extras_of({"event_id": "a", "device": {"os": "x"}, "geo": None}, RAW_EVENT) is None


@pytest.mark.parametrize("name", ["anna@mail.com", "phone_0612345678", "anna lee", "a\n", "é" * 3, "a" * 100, ""])
def test_a_name_that_may_be_anybodys_data_is_not_kept(name: str) -> None:
    assert extras_of({name: 1}, RAW_EVENT) == f'{{"{NO_NAME}":"number"}}'
    assert extras_of({"device": {name: 1}}, RAW_EVENT) == f'{{"{NO_NAME}":"number"}}'
