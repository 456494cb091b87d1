"""What holds of every run that publishes, on two tables of a row a day."""

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.config import Settings
from jobs.contracts.gold import QUALITY_RESULTS
from jobs.contracts.promises import never_negative
from jobs.contracts.table import Column, Layer, Table
from jobs.errors import GateFailedError
from jobs.run.derived_tables import derived
from jobs.run.publication import judge_and_write, publish, publishing
from jobs.run.seen_rows import SeenRows
from jobs.run.workspace import Workspace
from jobs.storage.candidates import Candidate
from jobs.storage.lake import Lake, PublishedLake
from tests.deaths import Died, die_after
from tests.factories import make_rows, make_workspace

MONDAY, TUESDAY, WEDNESDAY = date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)
AT = datetime(2026, 6, 9, tzinfo=UTC)
COLUMNS = (
    Column("play_date", "date", "UTC date"),
    Column("watched_seconds", "double", "Time watched on it", unit="seconds"),
)
WATCHED = Table(
    layer=Layer.GOLD,
    name="example_watched",
    row="one day",
    columns=COLUMNS,
    key=("play_date",),
    partitioned_by=("play_date",),
    promises=never_negative("watched_seconds"),
)
TWICE = Table(
    layer=Layer.GOLD,
    name="example_twice",
    row="one day",
    columns=COLUMNS,
    key=("play_date",),
    partitioned_by=("play_date",),
    reads={"watched": WATCHED.days()},
)
OF_TITLES = Table(
    layer=Layer.GOLD,
    name="example_of_titles",
    row="one title",
    columns=(Column("title_id", "string", "Which title"),),
    key=("title_id",),
)
TABLES = (WATCHED, TWICE)
MAKERS = {TWICE: lambda seen, due: [Candidate(TWICE, twice(seen.of_days(WATCHED, due)), due)]}


def twice(watched: DataFrame) -> DataFrame:
    return watched.withColumn("watched_seconds", 2 * F.col("watched_seconds"))


def run(work: Workspace, day: date, seconds: float, load_id: str) -> None:
    """Publishes the seconds of a day, and what is derived of them."""
    with publishing(work, TABLES) as published:
        seen = SeenRows(work.lake, published, [], AT.date())
        watched = Candidate(WATCHED, rows(work.lake, day, seconds), [day])
        seen.add(watched)
        judge_and_write(work, [watched, *derived({TWICE: [day]}, seen, day, MAKERS)], load_id)
        publish(work.lake, TABLES, load_id, AT)


def rows(lake: Lake, day: date, seconds: float) -> DataFrame:
    return make_rows(lake.spark, WATCHED, [{"play_date": day, "watched_seconds": seconds}])


def shown(lake: Lake | PublishedLake) -> dict[str, dict[date, float]]:
    return {table.name: {row.play_date: row.watched_seconds for row in lake.read(table).collect()} for table in TABLES}


@pytest.fixture
def work(spark: SparkSession, tmp_path: Path) -> Workspace:
    """Monday is published."""
    work = make_workspace(spark, tmp_path / "home")
    run(work, MONDAY, 60, "monday")
    return work


ONLY_MONDAY = {"example_watched": {MONDAY: 60.0}, "example_twice": {MONDAY: 120.0}}


def test_what_is_derived_is_made_of_the_runs_own_rows(work: Workspace) -> None:
    run(work, MONDAY, 90, "monday again")
    assert shown(work.lake.published()) == {"example_watched": {MONDAY: 90.0}, "example_twice": {MONDAY: 180.0}}


def test_nothing_is_written_where_the_gate_refuses_the_last_table(work: Workspace) -> None:
    before = [work.lake.version(table) for table in TABLES]
    sound = Candidate(TWICE, rows(work.lake, TUESDAY, 1), [TUESDAY])
    refused = Candidate(WATCHED, rows(work.lake, TUESDAY, -1), [TUESDAY])
    with gate_refuses(), publishing(work, TABLES):
        judge_and_write(work, [sound, refused], "tuesday")
    assert [work.lake.version(table) for table in TABLES] == before


def test_a_refusal_is_kept_among_the_verdicts(work: Workspace) -> None:
    refused = Candidate(WATCHED, rows(work.lake, TUESDAY, -1), [TUESDAY])
    with gate_refuses(), publishing(work, TABLES):
        judge_and_write(work, [refused], "tuesday")
    failed = work.lake.read(QUALITY_RESULTS).where("outcome = 'failed'").select("load_id", "table_name").collect()
    assert [tuple(row) for row in failed] == [("tuesday", "gold.example_watched")]


def test_a_run_that_dies_between_two_writes_shows_nothing_and_the_next_everything(work: Workspace) -> None:
    with pytest.MonkeyPatch.context() as patch:
        die_after(patch, Lake, "replace_dates")
        with pytest.raises(Died):
            run(work, TUESDAY, 30, "tuesday")
    assert TUESDAY in shown(work.lake)["example_watched"]
    assert shown(work.lake.published()) == ONLY_MONDAY
    run(work, TUESDAY, 30, "tuesday")
    assert shown(work.lake.published()) == {
        "example_watched": {MONDAY: 60.0, TUESDAY: 30.0},
        "example_twice": {MONDAY: 120.0, TUESDAY: 60.0},
    }


def test_what_a_dead_run_left_is_no_input_of_another(work: Workspace) -> None:
    with pytest.MonkeyPatch.context() as patch:
        die_after(patch, Lake, "replace_dates")
        with pytest.raises(Died):
            run(work, TUESDAY, 30, "tuesday")
    with publishing(work, TABLES) as published:
        seen = SeenRows(work.lake, published, [], AT.date())
        assert seen.of_days(WATCHED, [MONDAY, TUESDAY]).count() == 1


def test_what_a_dead_run_left_is_not_shown_by_the_next_run_of_another_day(work: Workspace) -> None:
    with pytest.MonkeyPatch.context() as patch:
        die_after(patch, Lake, "replace_dates")
        with pytest.raises(Died):
            run(work, TUESDAY, 30, "tuesday")
    run(work, WEDNESDAY, 10, "wednesday")
    assert shown(work.lake.published()) == {
        "example_watched": {MONDAY: 60.0, WEDNESDAY: 10.0},
        "example_twice": {MONDAY: 120.0, WEDNESDAY: 20.0},
    }


def test_nor_is_a_key_that_nobody_writes_again(lake: Lake, settings: Settings) -> None:
    work = Workspace(settings)
    work.lake = lake
    write_title(work, "first")
    with pytest.MonkeyPatch.context() as patch:
        die_after(patch, Lake, "replace_keys")
        with pytest.raises(Died):
            write_title(work, "left behind")
    write_title(work, "next")
    assert {row.title_id for row in lake.published().read(OF_TITLES).collect()} == {"first", "next"}


def write_title(work: Workspace, title_id: str) -> None:
    title = make_rows(work.lake.spark, OF_TITLES, [{"title_id": title_id}])
    with publishing(work, [OF_TITLES]):
        judge_and_write(work, [Candidate(OF_TITLES, title, keys=title)], title_id)
        publish(work.lake, [OF_TITLES], title_id, AT)


def gate_refuses() -> AbstractContextManager[object]:
    return pytest.raises(GateFailedError, match="example_watched")
