"""Each way in which a line can be wrong, with the reason that it must be given."""

from typing import Any

import pytest

from jobs.contracts.withheld_line import WITHHELD_MEASUREMENT, WITHHELD_REACTION
from tests.factories import make_line
from tests.silver.decoding import decoded_events

SOUND: dict[str, bytes | None] = {
    "a plain event": make_line(),
    "an unknown field": make_line(colour="red"),
    "an emoji": make_line(event_type="searched", session_id=None, details={"query": "🎬 crème"}),
    "spaces around": b"  " + make_line() + b"  ",
    "an optional field that is null": make_line().replace(
        b'"position_ms"', b'"utc_offset_minutes": null, "position_ms"'
    ),
    "braces and brackets inside a text": make_line(event_type="searched", details={"query": "}] {"}),
    "an import without time of receipt": make_line(received_time=None, event_time="1996-03-01T00:00:00Z"),
    "stars": make_line(event_type="rated", details={"stars": 4}),
    "a carriage return at the end": make_line() + b"\r",
    "a carriage return between fields": make_line().replace(b", ", b",\r "),
    "U+2028": make_line(event_type="searched", details={"query": "a\u2028b"}),
    "composed and decomposed letters": make_line(event_type="searched", details={"query": "\u00e9 e\u0301"}),
    "a right-to-left override": make_line(event_type="searched", details={"query": "a\u202eb"}),
    "SQL in a title": make_line(title_id="'; DROP TABLE titles; --"),
    "HTML and a script in a title": make_line(title_id="<script>alert(1)</script>"),
    "a search of 1,000 characters": make_line(event_type="searched", details={"query": "x" * 1000}),
    "a negative session offset": make_line(session_offset_ms=-5),
    "days that are simulated ahead": make_line(event_time="2026-12-01T12:00:00Z", received_time="2026-12-01T12:00:01Z"),
    "a field that is named as one inside another": make_line(**{"device.model": "X"}, device={"model": "Y"}),
    "behind the live edge": make_line(position_ms=-30_000),
    "a position that is a date": make_line(position_ms=1_780_315_200_000),
    "three times as fast": make_line(event_type="rate_changed", playback_rate=3),
    "an advertisement": make_line(event_type="ad_started", details={"ad_id": "ad-1", "ad_duration_ms": 15_000}),
    "what plays by itself": make_line(event_type="play_requested", details={"source": "preview", "is_autoplay": True}),
    "a quotation mark before a colon in a text": make_line(event_type="searched", details={"query": 'say ": and":'}),
    "a key behind an escape": make_line().replace(b'"title_id"', b'"title\\u005fid"'),
    "nanoseconds": make_line(event_time="2026-06-01T12:00:00.123456789Z"),
    "spaces before colons": make_line().replace(b'":', b'" :'),
    "a text that is null": make_line(geo={"city": None}).replace(b'"city": null', b'"city": null'),
    "10,000 keys": make_line(**{f"key_{number}": number for number in range(10_000)}),
}

FAULTY: dict[str, tuple[bytes | None, str, str | None]] = {
    "a line too long to keep": (None, "too_long", None),
    "invalid UTF-8": (b'{"event_id": "\xff\xfe"}', "not_utf8", None),
    "UTF-16": (make_line().decode().encode("utf-16"), "not_utf8", None),
    "nothing": (b"", "empty_line", None),
    "blanks": (b"   ", "empty_line", None),
    "nothing but a carriage return": (b"\r", "empty_line", None),
    "UTF-16 without a mark": (make_line().decode().encode("utf-16-le"), "not_json", None),
    "binary": (bytes(range(128, 256)), "not_utf8", None),
    "NUL": (make_line().replace(b"title-1", b"title\x001"), "not_json", None),
    "a carriage return in a string": (make_line().replace(b"title-1", b"title\r1"), "not_json", None),
    "JSON 10,000 deep": (make_line()[:-1] + b', "x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "not_json", None),
    "leading zeros": (make_line().replace(b'"position_ms": 0', b'"position_ms": 007'), "not_json", None),
    "single quotes": (make_line().replace(b'"', b"'"), "not_json", None),
    "true for a number": (make_line(position_ms=True), "wrong_type", "position_ms"),
    "a withheld reaction": (WITHHELD_REACTION, "reactions_off", None),
    "a withheld heart rate": (WITHHELD_MEASUREMENT, "reaction_elsewhere", None),
    "half an object": (make_line()[:40], "not_json", None),
    "text behind the object": (make_line() + b" x", "not_json", None),
    "two objects": (make_line() + make_line(), "not_json", None),
    "an object that closes the wrapping": (make_line() + b"] x", "not_json", None),
    "an object that closes the wrapping twice": (make_line() + b"], [" + make_line(), "not_json", None),
    "two objects with a comma": (make_line() + b"," + make_line(), "not_an_object", None),
    "a byte order mark": (b"\xef\xbb\xbf" + make_line(), "not_json", None),
    "Infinity": (make_line().replace(b'"position_ms": 0', b'"position_ms": -Infinity'), "not_json", None),
    "NaN": (make_line().replace(b'"position_ms": 0', b'"position_ms": NaN'), "not_json", None),
    "a key twice": (b'{"event_id": "a", ' + make_line()[1:], "not_json", None),
    "null": (b"null", "not_an_object", None),
    "an array": (b"[1, 2]", "not_an_object", None),
    "a number": (b"12", "not_an_object", None),
    "no event_id": (make_line(event_id=None), "missing_field", "event_id"),
    "no position": (make_line(position_ms=None), "missing_field", "position_ms"),
    "a rating without a rating": (make_line(event_type="rated"), "missing_field", "details.rating"),
    "a search without a query": (make_line(event_type="searched"), "missing_field", "details.query"),
    "a string for a number": (make_line(position_ms="12"), "wrong_type", "position_ms"),
    "a fraction for a whole number": (make_line(position_ms=12.5), "wrong_type", "position_ms"),
    "a number for a string": (make_line(title_id=12), "wrong_type", "title_id"),
    "an object for a string": (make_line(title_id={"id": 1}), "wrong_type", "title_id"),
    "a text for an object": (make_line(device="tv"), "wrong_type", "device"),
    "a numeric timestamp": (make_line(event_time=1780315200), "wrong_type", "event_time"),
    "a timestamp without zone": (make_line(event_time="2026-06-01T12:00:00"), "wrong_type", "event_time"),
    "keys in another case": (make_line().replace(b"event_id", b"Event_Id"), "missing_field", "event_id"),
    "an unknown type": (make_line(event_type="danced"), "unknown_event_type", "event_type"),
    "an unknown type without a position": (
        make_line(event_type="danced", position_ms=None),
        "unknown_event_type",
        "event_type",
    ),
    "another version": (make_line(schema_version=2), "impossible_value", "schema_version"),
    "a position far behind the live edge": (make_line(position_ms=-(10**10)), "impossible_value", "position_ms"),
    "a position beyond any date": (make_line(position_ms=10**15), "impossible_value", "position_ms"),
    "a rate of nothing": (make_line(playback_rate=0), "impossible_value", "playback_rate"),
    "a rate of a hundred": (make_line(playback_rate=100), "impossible_value", "playback_rate"),
    "a control character behind an escape": (
        make_line().replace(b"title-1", b"title\\u0007"),
        "impossible_value",
        "title_id",
    ),
    "a control character as it is": (
        make_line(title_id="title\x7f").replace(b"\\u007f", b"\x7f"),
        "impossible_value",
        "title_id",
    ),
    "half of a pair of surrogates": (make_line().replace(b"title-1", b"title\\ud83c"), "not_json", None),
    "a key twice inside an object": (
        make_line(device={"os": "a"}).replace(b'{"os": "a"}', b'{"os": "a", "os": "b"}'),
        "not_json",
        None,
    ),
    "a key twice, once null": (
        make_line(utc_offset_minutes=0).replace(
            b'"utc_offset_minutes"', b'"utc_offset_minutes": null, "utc_offset_minutes"'
        ),
        "not_json",
        None,
    ),
    "a key twice with spaces before its colon": (
        make_line(utc_offset_minutes=0).replace(
            b'"utc_offset_minutes":', b'"utc_offset_minutes" : 1, "utc_offset_minutes":'
        ),
        "not_json",
        None,
    ),
    "a key twice among unknown ones": (make_line(x=1).replace(b'"x": 1', b'"x": {"y": 1, "y": 2}'), "not_json", None),
    "invalid UTF-8 in an unknown field": (make_line(x="?").replace(b"?", b"\xff"), "not_utf8", None),
    "the 30th of February": (make_line(event_time="2026-02-30T12:00:00Z"), "wrong_type", "event_time"),
    "an offset of 19 hours": (make_line(event_time="2026-06-01T12:00:00+19:00"), "wrong_type", "event_time"),
    "a number beyond 64 bits": (make_line(session_offset_ms=2**70), "wrong_type", "session_offset_ms"),
    "a short event_id": (make_line(event_id="abc"), "impossible_value", "event_id"),
    "a newline behind the event_id": (make_line(event_id="event-with-newline\n"), "impossible_value", "event_id"),
    "a newline behind the country": (make_line(geo={"country": "FR\n"}), "impossible_value", "geo.country"),
    "a search of a million letters": (
        make_line(event_type="searched", details={"query": "x" * 1_000_000}),
        "impossible_value",
        "details.query",
    ),
    "a search of a million digits": (
        make_line(event_type="searched", details={"query": "1" * 1_000_000}),
        "impossible_value",
        "details.query",
    ),
    "six stars": (make_line(event_type="rated", details={"stars": 6}), "impossible_value", "details.stars"),
    "infinite stars": (
        make_line(event_type="rated", details={"stars": 0}).replace(b'"stars": 0', b'"stars": 1e400'),
        "wrong_type",
        "details.stars",
    ),
    "a clock two days ahead": (make_line(event_time="2026-06-03T12:00:02Z"), "clock_out_of_range", "event_time"),
    "an event of 31 days before": (make_line(event_time="2026-05-01T12:00:00Z"), "too_late", "event_time"),
    "a collector in the far future": (
        make_line(event_time="9999-12-31T12:00:00Z", received_time="9999-12-31T12:00:01Z"),
        "clock_out_of_range",
        "received_time",
    ),
    "the year 0": (make_line(event_time="0000-01-01T00:00:00Z"), "impossible_value", "event_time"),
    "a year that is 10,000 in UTC": (
        make_line(event_time="9999-12-31T23:59:59-12:00"),
        "impossible_value",
        "event_time",
    ),
    "a year of five digits": (make_line(event_time="99999-01-01T00:00:00Z"), "wrong_type", "event_time"),
    "the epoch": (make_line(event_time="1970-01-01T00:00:00Z", received_time=None), "clock_out_of_range", "event_time"),
}


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Any]]:
    """What became of each line above, all in one batch: those that go fast, and those that are read with care."""
    lines = {**SOUND, **{name: line for name, (line, _, _) in FAULTY.items()}}
    return dict(zip(lines, decoded_events(list(lines.values())), strict=True))


@pytest.mark.parametrize("name", SOUND)
def test_accepts(rows: dict[str, dict[str, Any]], name: str) -> None:
    assert rows[name]["reason"] is None


@pytest.mark.parametrize("name", FAULTY)
def test_refuses(rows: dict[str, dict[str, Any]], name: str) -> None:
    _, reason, field = FAULTY[name]
    assert (rows[name]["reason"], rows[name]["field"]) == (reason, field)


@pytest.mark.parametrize("name", FAULTY)
def test_a_refused_line_leaves_nothing_but_its_place_and_its_fault(rows: dict[str, dict[str, Any]], name: str) -> None:
    left = {column for column, value in rows[name].items() if value is not None}
    assert left <= {"batch_id", "line_number", "line_hash", "reason", "field", "message", "key_epoch"}


def test_nothing_is_nested_so_deep_that_it_stops_the_others() -> None:
    """Whether such a line is taken or refused depends on how deep the stack is."""
    deep = [make_line()[:-1] + b', "x": ' + b"[" * depth + b"]" * depth + b"}" for depth in range(900, 1010)]
    rows = decoded_events([*deep, make_line()])
    assert {row["reason"] for row in rows} <= {None, "not_json"}
    assert rows[-1]["reason"] is None


@pytest.mark.parametrize("name", FAULTY)
def test_a_line_by_itself_is_refused_alike(name: str) -> None:
    line, reason, field = FAULTY[name]
    (row,) = decoded_events([line])
    assert (row["reason"], row["field"]) == (reason, field)
