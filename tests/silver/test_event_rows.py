import hashlib
import hmac
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from jobs.contracts.event_types import EVENT_TYPES
from jobs.contracts.silver import EVENT_TABLES
from jobs.contracts.table import Table
from jobs.privacy.keys import PseudonymKey
from jobs.privacy.linkage_key import Keys, LinkageKey
from tests.factories import NOON, make_line
from tests.silver.decoding import KEYS, decoded_events, decoded_reference

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
    "a search of 1,000 digits": make_line(event_type="searched", details={"query": "1" * 1000}),
    "nanoseconds": make_line(event_time="2026-06-01T12:00:00.123456789+02:00"),
    "an advertisement": make_line(event_type="ad_started", details={"ad_id": "ad-1", "ad_duration_ms": 15_000}),
    "a rate": make_line(event_type="rate_changed", playback_rate=1.5),
    "a shown row of a model": make_line(event_type="title_shown", details={"row": "trending", "model_version": "7"}),
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
    ("an unknown list", "tags in extras", "array"),
    ("two unknown fields of one name", ".device.model in extras", "string"),
    ("two unknown fields of one name", "device.model in extras", "string"),
    ("a search of 1,000 digits", "query", "[number]"),
    ("nanoseconds", "event_time", datetime(2026, 6, 1, 10, 0, 0, 123456, tzinfo=UTC)),
    ("an advertisement", "ad_duration_ms", 15_000),
    ("a rate", "playback_rate", 1.5),
    ("a shown row of a model", "model_version", "7"),
    ("broken", "family", None),
]


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Any]]:
    return dict(zip(LINES, decoded_events(list(LINES.values())), strict=True))


@pytest.mark.parametrize(("line", "name", "expected"), FACTS)
def test_fact(rows: dict[str, dict[str, Any]], line: str, name: str, expected: object) -> None:
    field, _, extra = name.partition(" in ")
    found = json.loads(rows[line][extra])[field] if extra else rows[line][name]
    assert found == expected


def test_of_what_nobody_knows_place_and_type_are_kept(rows: dict[str, dict[str, Any]]) -> None:
    extras = json.loads(rows["unknown fields"]["extras"])
    assert extras == {"colour": "string", "device.model": "string", "details.mood": "object"}


@pytest.mark.parametrize("name", ["ip", "city", "latitude", "longitude", "account_id", "profile_id", "device_id"])
def test_what_is_too_exact_goes_no_further(rows: dict[str, dict[str, Any]], name: str) -> None:
    assert name not in rows["a search"]


@pytest.mark.parametrize(
    ("domain", "column", "identifier"),
    [
        ("account", "account_key", "account-1"),
        ("profile", "profile_key", "account-1\x1fprofile-1"),
        ("profile", "profile_id_key", "profile-1"),
        ("device", "device_key", "d"),
    ],
)
def test_identifiers_are_replaced_by_keyed_hashes(
    rows: dict[str, dict[str, Any]], domain: str, column: str, identifier: str
) -> None:
    expected = hmac.new(KEYS.pseudonym.secret, f"{domain}\x1f{identifier}".encode(), hashlib.sha256).hexdigest()
    assert rows["unknown fields"][column] == expected


@pytest.mark.parametrize("table", EVENT_TABLES, ids=lambda table: table.name)
def test_every_column_of_an_event_table_is_there(rows: dict[str, dict[str, Any]], table: Table) -> None:
    assert set(table.column_names) <= set(rows["a search"])


def test_every_event_type_has_a_family() -> None:
    details = {"query": "q", "rating": "thumbs_up", "valence": 0, "arousal": 0}
    found = decoded_events([make_line(event_type=kind.name, details=details) for kind in EVENT_TYPES])
    assert [(row["event_type"], row["family"], row["reason"]) for row in found] == [
        (kind.name, kind.family, None) for kind in EVENT_TYPES
    ]


PLAIN = make_line(event_id="the-same-event", event_type="searched", details={"query": "a"}, position_ms=5)
AS_SENT_AGAIN = {
    "another time of receipt": ({"received_time": "2026-06-01T12:00:09.000Z"}, True),
    "another way to write the moment": ({"event_time": "2026-06-01T14:00:00+02:00"}, True),
    "another viewer": ({"profile_id": "profile-2"}, True),
    "another search text, which is sensitive": ({"details": {"query": "b"}}, True),
    "another position": ({"position_ms": 6}, False),
    "no position": ({"position_ms": None}, False),
    "another title": ({"title_id": "title-2"}, False),
    "another device": ({"device": {"device_type": "tv"}}, False),
    "another moment": ({"event_time": "2026-06-01T12:00:00.001Z"}, False),
}


@pytest.mark.parametrize("change", AS_SENT_AGAIN)
def test_an_event_sent_again_says_the_same(change: str) -> None:
    fields, is_the_same = AS_SENT_AGAIN[change]
    again = make_line(**json.loads(PLAIN) | fields)
    first, second = (row["payload_hash"] for row in decoded_events([PLAIN, again]))
    assert (first == second) is is_the_same


def test_nobody_can_guess_a_payload_without_the_key() -> None:
    """With another key every hash is another one; there is nothing to try values against."""
    of_another_lake = Keys(KEYS.pseudonym, LinkageKey(b"x" * 32))
    (here,), (elsewhere,) = (decoded_events([PLAIN], keys) for keys in (KEYS, of_another_lake))
    assert here["payload_hash"] != elsewhere["payload_hash"]


def test_ids_of_events_and_plays_are_links() -> None:
    (row,) = decoded_events([make_line(event_id="the-players-own", session_id="a play")])
    links = (KEYS.linkage.link("event", "the-players-own"), KEYS.linkage.link("play", "a play"))
    assert (row["event_id"], row["session_id"]) == links


def test_an_event_of_an_epoch_that_ended_is_known_again_and_its_viewer_is_not() -> None:
    later = Keys(PseudonymKey(2, b"y" * 32), KEYS.linkage)
    (before,), (after,) = (decoded_events([PLAIN], keys) for keys in (KEYS, later))
    new = {name for name in before if before[name] != after[name]}
    assert new == {"key_epoch", "account_key", "profile_key", "profile_id_key"}


def test_a_profile_of_another_account_is_another_viewer() -> None:
    ones = [make_line(account_id=account, profile_id="1") for account in ("a", "b")]
    here, there = decoded_events(ones)
    assert here["profile_key"] != there["profile_key"]
    assert here["profile_id_key"] == there["profile_id_key"]


@pytest.mark.parametrize(
    ("account", "same_as"),
    [({"account_id": "account-1"}, "profile_key"), ({}, "profile_id_key")],
    ids=["with", "without"],
)
def test_a_consent_may_name_its_account_or_not(account: dict[str, str], same_as: str) -> None:
    consent = {"profile_id": "profile-1", "purpose": "reactions", "granted_at": "2026-01-01T00:00:00Z"}
    (row,) = decoded_reference("consents", [json.dumps(consent | account).encode()])
    (event,) = decoded_events([PLAIN])
    assert row["profile_key"] == event[same_as]


def test_a_subscription_of_another_epoch_has_the_same_link() -> None:
    told = {"account_id": "account-1", "plan": "p", "price": 1, "currency": "EUR", "started_at": "2026-06-01T12:00:00Z"}
    (row,) = decoded_reference("subscriptions", [json.dumps(told).encode()])
    assert row["account_link"] == KEYS.linkage.link("account", "account-1")


def test_a_viewing_names_its_trace_as_events_do() -> None:
    viewing = {"viewing_id": "v", "account_id": "a", "profile_id": "p", "title_id": "t", "session_id": "a play"}
    told = viewing | {"started_at": "2026-06-01T12:00:00Z", "reported_seconds": 60, "source": "s"}
    (row,) = decoded_reference("reported_viewings", [json.dumps(told).encode()])
    (event,) = decoded_events([make_line(session_id="a play")])
    (of_its_id,) = decoded_events([make_line(session_id="v")])
    assert (row["session_id"], row["viewing_id"]) == (event["session_id"], of_its_id["session_id"])
