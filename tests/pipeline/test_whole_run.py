"""What two days of traffic with faults come to, however they are delivered."""

import logging
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from deltalake import DeltaTable
from pyspark.sql import functions as F

from jobs.contracts.all_tables import ALL_TABLES
from jobs.contracts.bronze import RAW_EVENTS
from jobs.contracts.gold import (
    AUDIENCE,
    EXPERIENCE_DAILY,
    GENRE_DEMAND_DAILY,
    RECOMMENDATION_VERSION_OUTCOMES,
    RECOMMENDATIONS,
    SUBSCRIBER_VALUE_MONTHLY,
    TITLE_ENGAGEMENT_DAILY,
    TITLE_ENGAGEMENT_WEEKLY,
    TITLE_REACTIONS_WEEKLY,
    TITLE_VALUE_MONTHLY,
    VIEWING_CLOCK,
    VIEWING_SESSIONS,
)
from jobs.contracts.published import PUBLISHED_TABLES
from jobs.contracts.silver import EVENT_TABLES, REPORTED_VIEWINGS
from jobs.contracts.table import Table
from jobs.run.audit import audit_batches
from jobs.run.pipeline import StageReport, rebuild_gold, run_cycle, run_insights, run_intake
from jobs.run.workspace import Workspace
from tests.fingerprint import COMPARED, fingerprints
from tests.pipeline.two_days import FIRST_DAY, SECOND_DAY, Runs, put_into_inbox

GOLD_COMPARED = [table for table in COMPARED if table.layer == "gold"]
# The simulator reports no viewings; lists and segments come later.
NOT_BUILT = {REPORTED_VIEWINGS, RECOMMENDATIONS, SUBSCRIBER_VALUE_MONTHLY, *AUDIENCE, *PUBLISHED_TABLES}
BEYOND_BRONZE = [table for table in ALL_TABLES if table.layer != "bronze" and table not in NOT_BUILT]
# As the simulator calls them.
NAMES_A_SUBSCRIBER = r"(account|profile|device)-\d+-\d+-\d+"

# SQLite keeps these two beside the ledger while anyone has it open.
LEDGER_SIDE_FILES = ("ledger.db-wal", "ledger.db-shm")


def versions(work: Workspace) -> dict[str, int]:
    return {table.full_name: work.lake.version(table) for table in ALL_TABLES}


def files_below(home: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(home)): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in home.rglob("*")
        if path.is_file() and path.name not in LEDGER_SIDE_FILES
    }


def test_the_audit_finds_no_problem(runs: Runs) -> None:
    findings = [*audit_batches(runs.day_by_day, None), *audit_batches(runs.at_once, None)]
    assert [finding for finding in findings if finding.problem or finding.state != "published"] == []


def test_every_line_is_accepted_quarantined_or_a_duplicate_as_the_simulator_counted(runs: Runs) -> None:
    found = {f.source_name: (f.accepted, f.quarantined, f.duplicates) for f in audit_batches(runs.day_by_day, None)}
    simulated = {
        file.path.name: (file.counts.good, file.counts.broken, file.counts.duplicates)
        for file in runs.traffic.event_files
    }
    assert {name: found[name] for name in simulated} == simulated


def test_landed_at_once_the_sums_are_the_simulators(runs: Runs) -> None:
    """Of a line in two files of one load, it is no file's fault which one counts: only the sums are told."""
    totals: Counter[str] = Counter()
    for finding in audit_batches(runs.at_once, None):
        if finding.feed == "events":
            totals += Counter(good=finding.accepted, broken=finding.quarantined, duplicates=finding.duplicates)
    simulated = [file.counts for file in runs.traffic.event_files]
    assert totals == Counter(
        {name: sum(getattr(counts, name) for counts in simulated) for name in ("good", "broken", "duplicates")}
    )


def test_neither_order_nor_split_of_the_files_changes_a_table(runs: Runs) -> None:
    assert fingerprints(runs.day_by_day.lake) == fingerprints(runs.at_once.lake)


def test_the_compared_tables_hold_rows(runs: Runs) -> None:
    """Of forty viewers, no ten react in one moment; no model chose what they were shown."""
    empty = {table.full_name for table in COMPARED if not runs.at_once.lake.read(table).take(1)}
    nothing_of = (REPORTED_VIEWINGS, TITLE_REACTIONS_WEEKLY, RECOMMENDATION_VERSION_OUTCOMES)
    assert empty == {table.full_name for table in nothing_of}


def test_every_table_counts_the_same_hours(runs: Runs) -> None:
    """The clock goes by local weeks, so that only the whole of it can be held against dates; imports have no events."""
    gold = runs.at_once.lake.published()
    counted = {
        table.full_name: gold.read(table).where(which).agg(F.sum(hours).alias("hours"))
        for table, which, hours in (
            (VIEWING_SESSIONS, "true", F.col("watched_seconds") / 3600),
            (TITLE_ENGAGEMENT_DAILY, "true", F.col("watched_hours")),
            (VIEWING_CLOCK, "true", F.col("watched_hours")),
            (EXPERIENCE_DAILY, "true", F.col("watched_hours")),
            (GENRE_DEMAND_DAILY, "facet = 'genre'", F.col("watched_hours")),
            (TITLE_ENGAGEMENT_WEEKLY, "true", F.col("hours_viewed")),
            (TITLE_VALUE_MONTHLY, "true", F.col("watched_hours")),
        )
    }
    hours = {name: round(row.hours, 6) for name, rows in counted.items() for row in rows.collect()}
    assert set(hours.values()) == {hours[VIEWING_SESSIONS.full_name]}
    assert hours[VIEWING_SESSIONS.full_name] > 0


def test_gold_computed_anew_is_the_gold_that_grew(runs: Runs) -> None:
    grown = fingerprints(runs.day_by_day.lake, GOLD_COMPARED)
    rebuild_gold(runs.day_by_day, [FIRST_DAY, SECOND_DAY])
    run_insights(runs.day_by_day)
    assert fingerprints(runs.day_by_day.lake, GOLD_COMPARED) == grown


def test_an_event_id_occurs_once_in_silver(runs: Runs) -> None:
    ids = [
        row.event_id for table in EVENT_TABLES for row in runs.day_by_day.lake.read(table).select("event_id").collect()
    ]
    assert [event_id for event_id, count in Counter(ids).items() if count > 1] == []


def test_the_same_bytes_under_another_name_are_known(runs: Runs) -> None:
    before = versions(runs.day_by_day)
    put_into_inbox(runs.day_by_day, [runs.traffic.event_files[0].path], prefix="renamed-")
    (landed,) = run_intake(runs.day_by_day).files
    run_cycle(runs.day_by_day)
    assert (landed.outcome, versions(runs.day_by_day)) == ("already landed", before)


def test_an_empty_inbox_writes_nothing_and_says_so(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    """The second run has a workspace of its own: it must not even start Spark."""
    work = Workspace(runs.at_once.settings)
    before, table_versions = files_below(work.settings.root), versions(runs.at_once)
    caplog.set_level(logging.INFO, logger="jobs")
    reports = [*run_cycle(work), run_insights(work)]
    assert "lake" not in vars(work)
    after = files_below(work.settings.root)
    assert {name for name in before | after if before.get(name) != after.get(name)} == set()
    assert versions(runs.at_once) == table_versions
    assert reports == [
        *(StageReport(stage, 0) for stage in ("bronze", "silver", "gold")),
        StageReport("insights", 0, unit="date"),
    ]
    assert caplog.messages == [
        "land: nothing new.",
        "bronze: nothing new.",
        "silver: nothing new.",
        "gold: nothing new.",
    ]


def read_without_spark(work: Workspace, table: Table) -> DeltaTable:
    return DeltaTable(os.path.join(work.settings.lake_root, table.layer, table.name))


def test_any_delta_reader_finds_the_contracts_columns(runs: Runs) -> None:
    built = [table for table in ALL_TABLES if table not in NOT_BUILT]
    found = {t.full_name: [field.name for field in read_without_spark(runs.at_once, t).schema().fields] for t in built}
    assert found == {table.full_name: table.column_names for table in built}


def test_nothing_but_the_contracts_tables_is_in_the_lake(runs: Runs) -> None:
    root = Path(runs.at_once.settings.lake_root)
    assert {f"{path.parent.name}.{path.name}" for path in root.glob("*/*")} == {
        table.full_name for table in ALL_TABLES if table not in NOT_BUILT
    }


def names_in(work: Workspace, table: Table) -> int:
    """How often the table's rows name a subscriber, in whatever column."""
    return len(re.findall(NAMES_A_SUBSCRIBER, str(read_without_spark(work, table).to_pyarrow_table().to_pylist())))


def test_no_row_beyond_bronze_names_a_subscriber(runs: Runs) -> None:
    assert [table.full_name for table in BEYOND_BRONZE if names_in(runs.at_once, table)] == []


@pytest.mark.parametrize("folder", ["lake/silver", "lake/gold", "quality"])
def test_neither_logs_of_tables_nor_pages_name_a_subscriber(runs: Runs, folder: str) -> None:
    texts = [path for path in (runs.at_once.settings.root / folder).rglob("*") if path.suffix in {".json", ".html"}]
    assert texts
    assert [path.name for path in texts if re.search(NAMES_A_SUBSCRIBER, path.read_text())] == []


def test_the_names_that_were_looked_for_are_in_bronze(runs: Runs) -> None:
    assert names_in(runs.at_once, RAW_EVENTS) > 1000
