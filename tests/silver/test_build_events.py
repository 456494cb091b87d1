"""Whoever judges and writes a load's events, the driver or Spark: the rows are the same."""

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.pipeline import run_bronze, run_intake, run_silver
from jobs.silver import build_events, decoded_lines, events_in_driver, events_in_spark
from jobs.tables.contract import Table
from jobs.tables.silver import EVENT_TABLES, QUARANTINE
from jobs.workspace import Workspace
from tests.factories import make_line, make_workspace

SENT_TWICE = make_line(event_id="sent-twice")
REACTION: dict[str, Any] = {"event_type": "reaction_sampled", "details": {"valence": 0.5, "arousal": 0.5}}
FILES = {
    "events/a.ndjson": [
        *(make_line(event_id=f"event-number-{number:03}") for number in range(60)),
        make_line(event_type="rated", event_id="one-rating", details={"stars": 4}),
        make_line(event_id="has-more", colour="red"),
        make_line(event_id="may-be-taken", profile_id="agreed", **REACTION),
        make_line(event_id="may-not-be-taken", profile_id="did-not-agree", **REACTION),
        SENT_TWICE,
        SENT_TWICE,
        make_line(event_id="sent-twice", position_ms=7),
        b"{",
    ],
    "events/half-broken.ndjson": [make_line(event_id="of-a-stopped-file"), b"{"],
    "consents/c.ndjson": [b'{"profile_id": "agreed", "purpose": "reactions", "granted_at": "2020-01-01T00:00:00Z"}'],
}
LATER = {
    "events/b.ndjson": [
        *(make_line(event_id=f"event-number-{number:03}") for number in range(5)),
        make_line(event_id="event-number-050", position_ms=7),
        make_line(event_id="is-new-later"),
    ]
}
# Each home has a key of its own, and its own clock.
NOT_OF_A_LINE = {"account_key", "profile_key", "device_key", "payload_hash", "first_seen_at", "received_time"}


def brought_in(work: Workspace) -> dict[str, list[tuple[object, ...]]]:
    for files in (FILES, LATER):
        for name, lines in files.items():
            path = work.settings.inbox / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"\n".join(lines))
        for stage in (run_intake, run_bronze, run_silver):
            stage(work, print)
    found = {table.name: rows_of(work, table) for table in (*EVENT_TABLES, QUARANTINE)}
    outcomes = [(batch.source_name, batch.accepted_count, batch.duplicate_count) for batch in work.ledger.all_batches()]
    return found | {"ledger": sorted(outcomes)}


def rows_of(work: Workspace, table: Table) -> list[tuple[object, ...]]:
    columns = [name for name in table.column_names if name not in NOT_OF_A_LINE]
    return sorted((tuple(row) for row in work.lake.read(table).select(*columns).collect()), key=repr)


@pytest.fixture(scope="module")
def in_driver(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    return brought_in(make_workspace(spark, tmp_path_factory.mktemp("in-driver"), reactions=True))


def test_the_driver_takes_in_what_it_should(in_driver: dict[str, list[tuple[object, ...]]]) -> None:
    counts = {name: len(rows) for name, rows in in_driver.items()}
    assert counts == {
        "playback_events": 60 + 1 + 1 + 1,
        "search_events": 0,
        "browse_events": 0,
        "feedback_events": 1,
        "reactions": 1,
        "quarantine": 2 + 1 + 1,
        "ledger": 4,
    }


@pytest.mark.parametrize(
    "bounds",
    [
        pytest.param(
            {(decoded_lines, "MOST_LINES_AT_ONCE"): 0, (events_in_driver, "MOST_BROADCAST_IDS"): 0},
            id="decoded in Spark",
        ),
        pytest.param(
            {(build_events, "MOST_ROWS_IN_DRIVER"): 0, (events_in_spark, "MOST_BROADCAST_LINES"): 0},
            id="judged in Spark",
        ),
    ],
)
def test_rows_are_the_same_where_spark_does_it(
    in_driver: dict[str, list[tuple[object, ...]]],
    spark: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bounds: dict[tuple[object, str], int],
) -> None:
    for (module, name), bound in bounds.items():
        monkeypatch.setattr(module, name, bound)
    assert brought_in(make_workspace(spark, tmp_path, reactions=True)) == in_driver
