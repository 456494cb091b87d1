"""Whoever judges and writes a load's events, the driver or Spark: the rows are the same."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.bronze import RAW_EVENTS
from jobs.contracts.silver import EVENT_TABLES, PLAYBACK_EVENTS, QUARANTINE, SEEN_PROFILES
from jobs.contracts.table import Table
from jobs.ledger.ledger import Load
from jobs.run.pipeline import run_bronze, run_intake, run_silver
from jobs.run.workspace import Workspace
from jobs.silver import build_events, decoded_lines, events_in_driver, events_in_spark
from jobs.silver.events_in_driver import judge_in_driver
from jobs.silver.events_in_spark import judge_in_spark
from jobs.silver.outcomes import LoadOutcome
from tests.factories import NOON, make_line, make_rows, make_workspace
from tests.messages import logged_messages
from tests.pipeline.two_days import with_key_of

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
Found = dict[str, list[tuple[object, ...]]]
NOT_OF_A_LINE = {"first_seen_at", "received_time"}


def brought_in(work: Workspace) -> Found:
    with logged_messages() as said:
        for files in (FILES, LATER):
            for name, lines in files.items():
                path = work.settings.inbox / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"\n".join(lines))
            for stage in (run_intake, run_bronze, run_silver):
                stage(work)
    found = {table.name: rows_of(work, table) for table in (*EVENT_TABLES, QUARANTINE, SEEN_PROFILES)}
    counts = [
        (file.source_name, file.accepted_count, file.quarantined_count, file.accepted_hash, file.duplicate_hash)
        for file in work.ledger.all_batches()
    ]
    return found | {"ledger": sorted(counts), "said": [(line,) for line in said if "does not know" in line]}


def rows_of(work: Workspace, table: Table) -> list[tuple[object, ...]]:
    columns = [name for name in table.column_names if name not in NOT_OF_A_LINE]
    return sorted((tuple(row) for row in work.lake.read(table).select(*columns).collect()), key=repr)


@pytest.fixture(scope="module")
def home(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(spark, tmp_path_factory.mktemp("in-driver"))


@pytest.fixture(scope="module")
def in_driver(home: Workspace) -> Found:
    return brought_in(home)


def test_the_driver_takes_in_what_it_should(in_driver: Found) -> None:
    counts = {name: len(rows) for name, rows in in_driver.items()}
    assert counts == {
        "playback_events": 60 + 1 + 1 + 1,
        "search_events": 0,
        "browse_events": 0,
        "feedback_events": 1,
        "reactions": 1,
        "quarantine": 2 + 1 + 1,
        "seen_profiles": 3,
        "ledger": 4,
        "said": 1,
    }


@pytest.mark.parametrize(
    "bounds",
    [
        pytest.param(
            {(decoded_lines, "MOST_LINES_DECODED_HERE"): 0, (events_in_driver, "MOST_BROADCAST_IDS"): 0},
            id="decoded in Spark",
        ),
        pytest.param(
            {(build_events, "MOST_ROWS_IN_DRIVER"): 0, (events_in_spark, "MOST_BROADCAST_LINES"): 0},
            id="judged in Spark",
        ),
    ],
)
def test_rows_are_the_same_where_spark_does_it(
    home: Workspace,
    in_driver: Found,
    spark: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bounds: dict[tuple[object, str], int],
) -> None:
    for (module, name), bound in bounds.items():
        monkeypatch.setattr(module, name, bound)
    assert brought_in(with_key_of(home, make_workspace(spark, tmp_path))) == in_driver


def judged_again(work: Workspace, load: Load, way: str) -> LoadOutcome:
    if way == "in the driver":
        return judge_in_driver(work.lake, load, work.keys, 1.0).outcome
    return judge_in_spark(work.lake, work.lake.read_arrivals(RAW_EVENTS, load.batches), load, work.keys, 1.0).outcome


@pytest.mark.parametrize("way", ["in the driver", "in Spark"])
def test_what_an_earlier_attempt_took_in_stands(spark: SparkSession, tmp_path: Path, way: str) -> None:
    """By today's rules the second line is faulty; an attempt that was killed has written it."""
    work = make_workspace(spark, tmp_path)
    path = work.settings.inbox / "events" / "a.ndjson"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\n".join([make_line(event_id="is-sound-today"), b"{", b"{"]))
    run_intake(work)
    run_bronze(work)
    assert work.keys, "made before the first load"
    load = work.ledger.open_load("silver", NOON)
    assert load is not None
    (file,) = load.batch_ids
    written = {"batch_id": file, "line_number": 2, "event_date": NOON.date()}
    work.lake.append(PLAYBACK_EVENTS, make_rows(spark, PLAYBACK_EVENTS, [written]), "killed")
    outcome = judged_again(work, replace(load, is_retry=True), way)
    counts = outcome.of_batch(file)
    assert (counts.accepted, counts.quarantined, counts.duplicates) == (2, 1, 0)
