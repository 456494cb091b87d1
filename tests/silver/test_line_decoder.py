"""The fast way and the careful way say the same of every line, and the careful way is the measure."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.contracts.raw_event import RAW_EVENT
from jobs.contracts.raw_record import RawRecord
from jobs.contracts.raw_reference import RAW_REFERENCE_RECORDS
from jobs.silver.line_columns import ARROW_TYPES
from jobs.silver.line_decoder import decode_lines
from jobs.silver.line_faults import Fault, FaultyLineError, ReadLine, read_line
from tests.factories import make_event
from tests.silver.test_reference_faults import PLAIN

RECEIVED_US = 1_780_315_200_000_000
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.sampled_from([0, 1, -1, 0.5, 1e308, 1.0, 253_402_300_799_999]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "x" * 257,
            "a\x07b",
            "a\x7fb",
            'say ": it',
            "playing",
            "rated",
            "searched",
            "FR",
            "FR-IDF",
            "home",
            "1",
            "1,5",
        ]
    ),
    st.sampled_from(["2026-02-30T00:00:00Z", "2026-06-01T24:00:00Z", "0000-01-01T00:00:00Z", "2026-06-01t00:00:00z"]),
    st.sampled_from(["2026-06-01T00:00:00+18:00", "2026-06-01T23:59:60Z", "2020-02-29", "2021-02-29", "drama|crime"]),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
DISTURBANCES = st.sampled_from(
    [
        lambda line: line,
        lambda line: line.replace(b'":', b'" :', 1),
        lambda line: line[:-1] + b', "title_id": "again"}',
        lambda line: line[:-1] + b', "unknown": {"a": 1, "a": 2}}',
        lambda line: line.replace(b"e", b"\\u0065", 1),
        lambda line: line + b" x",
        lambda line: line.replace(b"1", b"\xff", 1),
        lambda line: b" " + line + b"\r",
    ]
)


@st.composite
def lines_of(draw: st.DrawFn, record: RawRecord, plain: dict[str, Any]) -> bytes:
    line = dict(plain)
    paths = [field.path for field in record.fields] + ["colour", "device.model"]
    for path in draw(st.lists(st.sampled_from(paths), max_size=3)):
        parent, _, name = path.rpartition(".")
        value = draw(VALUES)
        if parent:
            line[parent] = {**(line.get(parent) or {}), name: value}
        else:
            line[name] = value
    ascii_only = draw(st.booleans())
    disturb = draw(DISTURBANCES)
    return bytes(disturb(json.dumps(line, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")))


def careful(line: bytes, record: RawRecord) -> ReadLine | Fault:
    try:
        return read_line(line, record, RECEIVED_US)
    except FaultyLineError as error:
        return error.fault


@pytest.mark.parametrize("record", [RAW_EVENT, *RAW_REFERENCE_RECORDS.values()], ids=lambda record: record.feed)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_both_ways_say_the_same(record: RawRecord, data: st.DataObject) -> None:
    plain = make_event(device={"os": "x"}) if record is RAW_EVENT else PLAIN[record.feed]
    lines = data.draw(st.lists(lines_of(record, plain), min_size=1, max_size=4))
    found = decode_lines(pa.array(lines, pa.binary()), np.full(len(lines), RECEIVED_US), record)
    for place, line in enumerate(lines):
        expected = careful(line, record)
        if isinstance(expected, Fault):
            assert found.faults.get(place) == expected
            expected = ReadLine({}, None)
        else:
            assert place not in found.faults
        assert found.extras[place].as_py() == expected.extras
        for field in record.fields:
            value = pa.array([expected.values.get(field.path)], ARROW_TYPES[field.kind])
            assert found.columns[field.path].slice(place, 1).equals(value)
