"""A load that is too large for the driver comes to the same as one that is not."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.pipeline import run_bronze, run_intake, run_silver
from jobs.silver import build_events
from jobs.tables.silver import FEEDBACK_EVENTS, PLAYBACK_EVENTS, QUARANTINE
from jobs.workspace import Workspace
from tests.factories import make_line, make_workspace

SENT_TWICE = make_line(event_id="sent-twice")
LINES = [
    *(make_line(event_id=f"event-number-{number:03}") for number in range(60)),
    make_line(event_type="rated", event_id="one-rating", details={"stars": 4}),
    SENT_TWICE,
    SENT_TWICE,
    make_line(event_id="sent-twice", position_ms=7),
    b"{",
]


def brought_in(work: Workspace) -> dict[str, list[tuple[object, ...]]]:
    events = work.settings.inbox / "events"
    events.mkdir(parents=True)
    (events / "a.ndjson").write_bytes(b"\n".join(LINES))
    run_intake(work, print)
    run_bronze(work, print)
    run_silver(work, print)
    columns = {
        PLAYBACK_EVENTS: ("event_id", "title_id", "line_number"),
        FEEDBACK_EVENTS: ("event_id", "stars", "line_number"),
        QUARANTINE: ("line_number", "reason", "field"),
    }
    return {
        table.name: sorted(tuple(row) for row in work.lake.read(table).select(*names).collect())
        for table, names in columns.items()
    }


def test_rows_are_the_same_whoever_judges_and_writes_them(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_driver = brought_in(make_workspace(spark, tmp_path / "in-driver"))
    monkeypatch.setattr(build_events, "MOST_ROWS_IN_DRIVER", 0)
    monkeypatch.setattr(build_events, "MOST_BROADCAST_LINES", 0)
    in_spark = brought_in(make_workspace(spark, tmp_path / "in-spark"))
    assert in_spark == in_driver
    assert [len(rows) for rows in in_driver.values()] == [61, 1, 2]
