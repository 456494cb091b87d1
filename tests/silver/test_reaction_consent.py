from datetime import datetime, timedelta

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.silver import CONSENTS, SEEN_PROFILES
from jobs.silver.reaction_consent import unconsented_reactions
from jobs.storage.local_rows import local_rows
from tests.factories import NOON, make_rows

HOUR = timedelta(hours=1)
CONSENTED = [
    {"profile_key": "agreed", "purpose": "reactions", "granted_at": NOON},
    {
        "profile_key": "gave it again",
        "purpose": "reactions",
        "granted_at": NOON - 2 * HOUR,
        "withdrawn_at": NOON - HOUR,
    },
    {"profile_key": "gave it again", "purpose": "reactions", "granted_at": NOON},
    {"profile_key": "took it back", "purpose": "reactions", "granted_at": NOON - HOUR, "withdrawn_at": NOON},
    {"profile_key": "agreed twice", "purpose": "reactions", "granted_at": NOON - HOUR},
    {"profile_key": "agreed twice", "purpose": "reactions", "granted_at": NOON},
    {"profile_key": "id of agreed without an account", "purpose": "reactions", "granted_at": NOON},
    {"profile_key": "to something else", "purpose": "research", "granted_at": NOON - HOUR},
]
# Viewer, family, moment, why it is refused already; whether no consent covers it.
EVENTS = {
    ("agreed", "reaction", NOON, None): False,
    ("agreed", "reaction", NOON - HOUR, None): True,
    ("agreed without an account", "reaction", NOON, None): False,
    ("took it back", "reaction", NOON - HOUR, None): True,
    ("took it back", "reaction", NOON, None): True,
    ("gave it again", "reaction", NOON - 2 * HOUR, None): True,
    ("gave it again", "reaction", NOON, None): False,
    ("agreed twice", "reaction", NOON, None): False,
    ("to something else", "reaction", NOON, None): True,
    ("nobody asked", "reaction", NOON, None): True,
    ("nobody asked", "playback", NOON, None): False,
    ("nobody asked", "reaction", NOON, "not_json"): False,
}


@pytest.fixture(scope="module")
def unconsented(spark: SparkSession) -> list[int]:
    rows = [("batch", number, *event) for number, event in enumerate(EVENTS)]
    events = local_rows(
        spark,
        rows,
        "batch_id string, line_number bigint, profile_key string, family string, event_time timestamp, reason string",
    )
    stored = make_rows(spark, CONSENTS, [consent | {"key_epoch": 1} for consent in CONSENTED])
    pairs = {(f"id of {viewer}", viewer) for viewer, *_ in EVENTS}
    seen = make_rows(
        spark, SEEN_PROFILES, [{"profile_id_key": alone, "profile_key": key} for alone, key in sorted(pairs)]
    )
    return [row.line_number for row in unconsented_reactions(events, stored, seen).collect()]


def test_no_event_is_told_twice(unconsented: list[int]) -> None:
    assert len(unconsented) == len(set(unconsented))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{event[0]}, {event[1]}, {event[2]:%H} h, {event[3]}")
def test_is_told_where_no_consent_covers_it(
    unconsented: list[int], event: tuple[str, str, datetime, str | None]
) -> None:
    assert (list(EVENTS).index(event) in unconsented) is EVENTS[event]
