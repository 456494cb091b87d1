"""Tables of an earlier version get the columns of their contract; readers lose nothing meanwhile."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from deltalake import DeltaTable
from pyspark.sql import DataFrame, SparkSession

from jobs.config import Settings
from jobs.contracts.gold import PUBLICATIONS, VIEWING_CLOCK
from jobs.contracts.published import PUBLISHED_TABLES, RELEASES, TITLE_VIEWING_WEEKLY, VIEWING_CLOCK_WEEKLY
from jobs.contracts.silver import PROFILES
from jobs.contracts.table import Column, Table
from jobs.run.completed_tables import complete_tables
from jobs.run.publication import publish, take_from_readers
from jobs.storage.lake import Lake
from jobs.storage.older_tables import older_tables, released_otherwise
from jobs.storage.stored_tables import open_table, published_versions
from tests.factories import NOON, make_rows
from tests.older_home import changed, store, without

# The first column, two beside each other, and the last.
OLDER_PROFILES = without(PROFILES, "key_epoch", "is_child", "highest_maturity", "received_at")
OLDER_CLOCK = without(VIEWING_CLOCK, "viewers")
STATISTICS = "delta.dataSkippingStatsColumns"


class Home(NamedTuple):
    """A lake, the settings of its home, and what its upgrade said."""

    lake: Lake
    settings: Settings
    said: list[str]


def home_at(spark: SparkSession, path: Path) -> Home:
    settings = Settings(home=path)
    return Home(Lake(spark, settings.lake_root, settings.locks), settings, said=[])


def clock(lake: Lake, table: Table, country: str) -> DataFrame:
    return make_rows(lake.spark, table, [{"country": country, "week_start_date": date(2026, 6, 1)}])


@pytest.fixture(scope="module")
def as_it_was(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Of each table one row; another of the clock was written by a run that died before it published it."""
    home = home_at(spark, tmp_path_factory.mktemp("older"))
    home.lake.append(OLDER_PROFILES, make_rows(spark, OLDER_PROFILES, [{"profile_key": "a"}]), "load-1")
    home.lake.append(OLDER_CLOCK, clock(home.lake, OLDER_CLOCK, "CA"), "load-1")
    publish(home.lake, [OLDER_CLOCK], "load-1", NOON)
    home.lake.append(OLDER_CLOCK, clock(home.lake, OLDER_CLOCK, "US"), "load-2")
    return home


@pytest.fixture(scope="module")
def completed(as_it_was: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same, upgraded; tests leave it as it is."""
    path = tmp_path_factory.mktemp("completed") / "home"
    shutil.copytree(as_it_was.settings.root, path)
    home = home_at(as_it_was.lake.spark, path)
    with kept(logging.getLogger("jobs.run.completed_tables"), home.said):
        complete_tables(home.lake, home.settings)
    return home


@contextmanager
def kept(logger: logging.Logger, said: list[str]) -> Iterator[None]:
    """What is logged while the block runs."""
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)


def copy_of(home: Home, path: Path) -> Home:
    shutil.copytree(home.settings.root, path)
    return home_at(home.lake.spark, path)


@pytest.mark.parametrize("table", [PROFILES, VIEWING_CLOCK], ids=lambda table: table.name)
def test_a_completed_table_is_as_one_that_was_made_by_its_contract(
    completed: Home, table: Table, tmp_path: Path
) -> None:
    fresh = Settings(home=tmp_path)
    store(fresh, table)
    found, made = open_table(completed.settings, table), open_table(fresh, table)
    assert found.schema().to_json() == made.schema().to_json()
    assert found.metadata().configuration == made.metadata().configuration


def test_rows_stay_and_have_nothing_in_new_columns(completed: Home) -> None:
    (row,) = DeltaTable(completed.lake.path(PROFILES)).to_pyarrow_table().to_pylist()
    assert (row["profile_key"], row["account_key"], row["is_child"], row["received_at"]) == ("a", "x", None, None)


def test_readers_see_the_rows_that_were_published_with_the_new_column(completed: Home) -> None:
    seen = completed.lake.published().read(VIEWING_CLOCK).collect()
    assert [(row.country, row.viewers) for row in seen] == [("CA", None)]


def test_what_is_published_keeps_its_load_and_its_time(completed: Home) -> None:
    (row,) = DeltaTable(completed.lake.path(PUBLICATIONS)).to_pyarrow_table().to_pylist()
    assert (row["load_id"], row["published_at"]) == ("load-1", NOON)


def test_the_next_run_takes_no_column_back(completed: Home) -> None:
    assert published_versions(completed.settings) == {
        VIEWING_CLOCK.full_name: completed.lake.version(VIEWING_CLOCK),
    }


def test_a_second_time_nothing_is_changed(completed: Home) -> None:
    versions = [completed.lake.version(table) for table in (PROFILES, VIEWING_CLOCK, PUBLICATIONS)]
    complete_tables(completed.lake, completed.settings)
    assert [completed.lake.version(table) for table in (PROFILES, VIEWING_CLOCK, PUBLICATIONS)] == versions


def test_it_says_what_each_table_has_now_and_what_old_rows_lack(completed: Home) -> None:
    assert completed.said == [
        f"upgrade: silver.profiles has key_epoch, is_child, highest_maturity, received_at, {STATISTICS} now.",
        f"upgrade: gold.viewing_clock has viewers, {STATISTICS} now.",
        "upgrade: rows that were there have nothing in new columns; `playhead gold --from DATE --to DATE` computes "
        "those of gold anew.",
    ]


def test_new_rows_have_values_in_new_columns_whoever_writes_them(completed: Home, tmp_path: Path) -> None:
    lake = copy_of(completed, tmp_path / "home").lake
    lake.append(PROFILES, make_rows(lake.spark, PROFILES, [{"profile_key": "b", "is_child": True}]), "load-2")
    rows = make_rows(lake.spark, PROFILES, [{"profile_key": "c", "is_child": False}])
    lake.append(PROFILES, rows.toArrow(), "load-3")
    found = DeltaTable(lake.path(PROFILES)).to_pyarrow_table().to_pylist()
    assert {row["profile_key"]: row["is_child"] for row in found} == {"a": None, "b": True, "c": False}


def test_an_upgrade_that_died_before_readers_saw_the_column_is_done_again(as_it_was: Home, tmp_path: Path) -> None:
    home = copy_of(as_it_was, tmp_path / "home")
    (_, older_clock) = older_tables(home.settings)
    home.lake.complete(older_clock.table, older_clock.columns, {})
    complete_tables(home.lake, home.settings)
    assert older_tables(home.settings) == []
    assert open_table(home.settings, VIEWING_CLOCK, published_versions(home.settings)[VIEWING_CLOCK.full_name])


def test_a_table_that_was_never_published_is_left_to_the_next_run(lake: Lake, settings: Settings) -> None:
    store(settings, OLDER_CLOCK)
    complete_tables(lake, settings)
    assert (lake.exists(VIEWING_CLOCK), published_versions(settings)) == (False, {})


def test_publications_of_an_earlier_version_are_read_once_they_have_their_columns(
    lake: Lake, settings: Settings
) -> None:
    older_publications = without(PUBLICATIONS, "load_id")
    store(settings, older_publications)
    store(settings, OLDER_CLOCK)
    rows = make_rows(lake.spark, older_publications, [{"table_name": VIEWING_CLOCK.full_name, "delta_version": 0}])
    lake.append(older_publications, rows, "load-1")
    complete_tables(lake, settings)
    assert published_versions(settings) == {VIEWING_CLOCK.full_name: lake.version(VIEWING_CLOCK)}


def test_what_is_released_otherwise_is_taken_away_with_the_note_that_it_was_released(
    lake: Lake, settings: Settings
) -> None:
    """So that the next run releases every week anew. Gold stays."""
    older = changed(VIEWING_CLOCK_WEEKLY, (*VIEWING_CLOCK_WEEKLY.columns, Column("plays", "bigint", "Of before")))
    for table in (older, TITLE_VIEWING_WEEKLY, RELEASES, VIEWING_CLOCK):
        lake.append(table, make_rows(lake.spark, table, [{}]), "load-1")
    publish(lake, [older, TITLE_VIEWING_WEEKLY, RELEASES, VIEWING_CLOCK], "load-1", NOON)
    said: list[str] = []
    with kept(logging.getLogger("jobs.run.completed_tables"), said):
        complete_tables(lake, settings)
    assert [lake.exists(table) for table in PUBLISHED_TABLES] == [False] * len(PUBLISHED_TABLES)
    assert published_versions(settings) == {VIEWING_CLOCK.full_name: lake.version(VIEWING_CLOCK)}
    assert [sentence for sentence in said if "`playhead publish` makes them anew" in sentence] == said
    assert (older_tables(settings), released_otherwise(settings)) == ([], [])


def test_an_upgrade_that_died_while_it_took_releases_away_is_done_again(lake: Lake, settings: Settings) -> None:
    older = changed(VIEWING_CLOCK_WEEKLY, (*VIEWING_CLOCK_WEEKLY.columns, Column("plays", "bigint", "Of before")))
    for table in (older, RELEASES):
        lake.append(table, make_rows(lake.spark, table, [{}]), "load-1")
    publish(lake, [older, RELEASES], "load-1", NOON)
    take_from_readers(lake, PUBLISHED_TABLES)
    lake.remove(RELEASES)
    complete_tables(lake, settings)
    assert (lake.exists(VIEWING_CLOCK_WEEKLY), published_versions(settings)) == (False, {})
