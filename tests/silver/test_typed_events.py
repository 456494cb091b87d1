import json
from datetime import UTC, date, datetime

import pytest
from pyspark.sql import Row, SparkSession

from jobs.silver.event_faults import find_event_faults
from jobs.silver.json_lines import read_json
from jobs.silver.typed_events import type_events
from jobs.tables.bronze import RAW_EVENTS
from jobs.tables.raw_event import EVENT_TYPES, RAW_EVENT
from jobs.tables.silver import EVENT_TABLES
from tests.factories import NOON, make_line, make_rows

LINES = {
    "a search": make_line(
        event_type="search_result_opened",
        session_id=None,
        position_ms=None,
        network={"ip": "203.0.113.77", "connection_type": "wifi"},
        geo={"country": "FR", "region": "FR-IDF", "city": "Paris", "latitude": 48.8, "longitude": 2.3},
        details={"query": "mail ann@example.org", "rank": 2},
    ),
    "a request": make_line(
        event_type="play_requested",
        event_time="2026-06-01T23:59:59.250-02:00",
        utc_offset_minutes=-120,
        details={"source": "home", "is_autoplay": True},
    ),
    "a stop": make_line(event_type="stopped", details={"reason": "ended"}),
    "a seek": make_line(event_type="seeked", position_ms=5000, details={"from_position_ms": 100}),
    "a title shown": make_line(event_type="title_shown", details={"row": "Because you watch 🎬", "rank": 1}),
    "a rating": make_line(event_type="rated", details={"stars": 3.5}),
    "no time of receipt": make_line(received_time=None),
    "unknown fields": make_line(
        colour="red", device={"device_id": "d", "model": "X"}, details={"mood": {"is": "good"}}
    ),
    "two unknown fields of one name": make_line(**{"device.model": "X"}, device={"model": "Y"}),
    "a search of 100,000 digits": make_line(event_type="searched", details={"query": "1" * 100_000}),
    "an unknown list": make_line(tags=["a", "b"]),
    "broken": b"{",
}
FACTS = [
    ("a search", "family", "search"),
    ("a search", "network_prefix", "203.0.113.0/24"),
    ("a search", "connection_type", "wifi"),
    ("a search", "query", "mail [e-mail]"),
    ("a search", "shown_rank", 2),
    ("a search", "country", "FR"),
    ("a search", "region", "FR-IDF"),
    ("a request", "event_time", datetime(2026, 6, 2, 1, 59, 59, 250_000, tzinfo=UTC)),
    ("a request", "event_date", date(2026, 6, 2)),
    ("a request", "utc_offset_minutes", -120),
    ("a request", "play_source", "home"),
    ("a request", "is_autoplay", True),
    ("a stop", "stop_reason", "ended"),
    ("a seek", "position_ms", 5000),
    ("a seek", "from_position_ms", 100),
    ("a title shown", "shown_row", "Because you watch 🎬"),
    ("a rating", "stars", 3.5),
    ("a rating", "extras", None),
    ("no time of receipt", "received_time", NOON),
    ("an unknown list", "tags in extras", '["a","b"]'),
    ("two unknown fields of one name", ".device.model in extras", "X"),
    ("two unknown fields of one name", "device.model in extras", "Y"),
    ("a search of 100,000 digits", "query", "[number]"),
    ("broken", "family", None),
]


@pytest.fixture(scope="module")
def typed(spark: SparkSession) -> dict[str, Row]:
    rows = make_rows(spark, RAW_EVENTS, [{"source_name": name, "line": line} for name, line in LINES.items()])
    found = rows.transform(read_json, RAW_EVENT).transform(find_event_faults).transform(type_events)
    return {row.source_name: row for row in found.collect()}


@pytest.mark.parametrize(("line", "name", "expected"), FACTS)
def test_fact(typed: dict[str, Row], line: str, name: str, expected: object) -> None:
    row = typed[line]
    field, _, extra = name.partition(" in ")
    found = json.loads(row[extra])[field] if extra else row[name]
    assert (found.astimezone(UTC) if isinstance(found, datetime) else found) == expected


def test_what_nobody_knows_is_kept_with_its_place(typed: dict[str, Row]) -> None:
    extras = json.loads(typed["unknown fields"].extras)
    assert extras.keys() == {"colour", "device.model", "details.mood"}
    assert (extras["colour"], extras["device.model"], json.loads(extras["details.mood"])) == (
        "red",
        "X",
        {"is": "good"},
    )


@pytest.mark.parametrize("name", ["ip", "city", "latitude", "longitude"])
def test_what_is_too_exact_goes_no_further(typed: dict[str, Row], name: str) -> None:
    assert name not in typed["a search"].asDict()


@pytest.mark.parametrize("table", EVENT_TABLES, ids=lambda table: table.name)
def test_every_column_of_an_event_table_but_the_keys_and_the_hash_is_typed(
    typed: dict[str, Row], table: object
) -> None:
    made_later = {"key_epoch", "account_key", "profile_key", "device_key", "payload_hash"}
    assert set(table.column_names) - made_later - set(typed["a search"].asDict()) == set()  # type: ignore[attr-defined]


def test_every_event_type_has_a_family(spark: SparkSession) -> None:
    details = {"query": "q", "rating": "thumbs_up", "valence": 0, "arousal": 0}
    lines = [make_line(event_type=event_type, details=details) for event_type in EVENT_TYPES]
    rows = make_rows(spark, RAW_EVENTS, [{"line": line} for line in lines]).transform(read_json, RAW_EVENT)
    found = rows.transform(find_event_faults).transform(type_events).orderBy("line_number").collect()
    assert [(row.event_type, row.family, row.fault) for row in found] == [
        (event_type, family, None) for event_type, family in EVENT_TYPES.items()
    ]
