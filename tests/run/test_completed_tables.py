"""Tables of an earlier version get the columns of their contract; readers lose nothing meanwhile."""

import logging
from datetime import date

import pytest
from deltalake import DeltaTable
from pyspark.sql import DataFrame

from jobs.config import Settings
from jobs.contracts.gold import PUBLICATIONS, VIEWING_CLOCK
from jobs.contracts.silver import PROFILES
from jobs.contracts.table import Table
from jobs.run.publication import publish
from jobs.run.upgrade import complete_tables
from jobs.storage.lake import Lake
from jobs.storage.older_tables import older_tables
from jobs.storage.stored_tables import open_table, published_versions
from tests.factories import NOON, make_rows
from tests.older_home import store, without

# The first column, two beside each other, and the last.
OLDER_PROFILES = without(PROFILES, "key_epoch", "is_child", "highest_maturity", "received_at")
OLDER_CLOCK = without(VIEWING_CLOCK, "viewers")
MONDAY = date(2026, 6, 1)


@pytest.fixture
def older(lake: Lake) -> Lake:
    """Of each table one row; another of the clock was written by a run that died before it published it."""
    lake.append(OLDER_PROFILES, make_rows(lake.spark, OLDER_PROFILES, [{"profile_key": "a"}]), "load-1")
    lake.append(OLDER_CLOCK, clock(lake, OLDER_CLOCK, "CA"), "load-1")
    publish(lake, [OLDER_CLOCK], "load-1", NOON)
    lake.append(OLDER_CLOCK, clock(lake, OLDER_CLOCK, "US"), "load-2")
    return lake


def clock(lake: Lake, table: Table, country: str) -> DataFrame:
    return make_rows(lake.spark, table, [{"country": country, "week_start_date": MONDAY}])


def test_a_completed_table_is_as_one_that_was_made_by_its_contract(
    older: Lake, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fresh = Settings(home=tmp_path_factory.mktemp("fresh"))
    complete_tables(older, settings)
    for table in (PROFILES, VIEWING_CLOCK):
        store(fresh, table)
        completed, made = open_table(settings, table), open_table(fresh, table)
        assert completed.schema().to_json() == made.schema().to_json()
        assert completed.metadata().configuration == made.metadata().configuration


def test_rows_stay_and_have_nothing_in_new_columns(older: Lake, settings: Settings) -> None:
    complete_tables(older, settings)
    (row,) = older.read(PROFILES).collect()
    assert (row.profile_key, row.account_key, row.is_child, row.received_at) == ("a", "x", None, None)


def test_new_rows_have_values_in_new_columns_whoever_writes_them(older: Lake, settings: Settings) -> None:
    complete_tables(older, settings)
    older.append(PROFILES, make_rows(older.spark, PROFILES, [{"profile_key": "b", "is_child": True}]), "load-2")
    rows = make_rows(older.spark, PROFILES, [{"profile_key": "c", "is_child": False}])
    older.append(PROFILES, rows.toArrow(), "load-3")
    found = {row.profile_key: row.is_child for row in older.read(PROFILES).collect()}
    assert found == {"a": None, "b": True, "c": False}


def test_readers_see_the_rows_that_were_published_with_the_new_column(older: Lake, settings: Settings) -> None:
    complete_tables(older, settings)
    seen = older.published().read(VIEWING_CLOCK).collect()
    assert [(row.country, row.viewers) for row in seen] == [("CA", None)]
    (row,) = DeltaTable(older.path(PUBLICATIONS)).to_pyarrow_table().to_pylist()
    assert (row["load_id"], row["published_at"], row["delta_version"]) == ("load-1", NOON, older.version(VIEWING_CLOCK))


def test_the_next_run_takes_no_column_back(older: Lake, settings: Settings) -> None:
    complete_tables(older, settings)
    version = older.version(VIEWING_CLOCK)
    older.take_back_unpublished([VIEWING_CLOCK])
    assert older.version(VIEWING_CLOCK) == version


def test_an_upgrade_that_died_before_readers_saw_the_column_is_done_again(older: Lake, settings: Settings) -> None:
    (_, clock) = older_tables(settings)
    older.complete(clock.table, clock.columns, {})
    complete_tables(older, settings)
    assert older_tables(settings) == []
    assert [row.viewers for row in older.published().read(VIEWING_CLOCK).collect()] == [None]


def test_a_second_time_nothing_is_changed(older: Lake, settings: Settings) -> None:
    complete_tables(older, settings)
    versions = {table.name: older.version(table) for table in (PROFILES, VIEWING_CLOCK, PUBLICATIONS)}
    complete_tables(older, settings)
    assert {table.name: older.version(table) for table in (PROFILES, VIEWING_CLOCK, PUBLICATIONS)} == versions


def test_a_table_that_was_never_published_is_left_to_the_next_run(lake: Lake, settings: Settings) -> None:
    lake.append(OLDER_CLOCK, clock(lake, OLDER_CLOCK, "CA"), "load-1")
    complete_tables(lake, settings)
    assert (lake.exists(VIEWING_CLOCK), published_versions(settings)) == (False, {})


def test_publications_of_an_earlier_version_are_read_once_they_have_their_columns(
    lake: Lake, settings: Settings
) -> None:
    older_publications = without(PUBLICATIONS, "load_id")
    store(settings, older_publications)
    lake.append(OLDER_CLOCK, clock(lake, OLDER_CLOCK, "CA"), "load-1")
    rows = make_rows(lake.spark, older_publications, [{"table_name": VIEWING_CLOCK.full_name, "delta_version": 1}])
    lake.append(older_publications, rows, "load-1")
    complete_tables(lake, settings)
    assert [row.country for row in lake.published().read(VIEWING_CLOCK).collect()] == ["CA"]


def test_it_says_what_each_table_has_now_and_what_old_rows_lack(
    older: Lake, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="jobs.run.upgrade"):
        complete_tables(older, settings)
    statistics = "delta.dataSkippingStatsColumns"
    assert caplog.messages == [
        f"upgrade: silver.profiles has key_epoch, is_child, highest_maturity, received_at, {statistics} now.",
        f"upgrade: gold.viewing_clock has viewers, {statistics} now.",
        "upgrade: rows that were there have nothing in new columns; `playhead gold --from DATE --to DATE` computes "
        "those of gold anew.",
    ]
