"""Which tables are an earlier version's, and which cannot be upgraded. None of this starts Spark."""

from dataclasses import replace
from pathlib import Path

import pytest
from deltalake import DeltaTable

from jobs.config import Settings
from jobs.contracts.gold import VIEWING_CLOCK
from jobs.contracts.published import VIEWING_CLOCK_WEEKLY
from jobs.contracts.silver import PLAYBACK_EVENTS, PROFILES
from jobs.contracts.table import Column, Privacy
from jobs.run.workspace import Workspace
from jobs.storage.contract_differences import TableVersionError
from jobs.storage.older_tables import OlderTable, older_tables, released_otherwise
from jobs.storage.stored_tables import open_table
from tests.older_home import changed, store, without

REFUSED = r"cannot be upgraded, as {why}: go on with the version .* or land the files in landing/originals anew in"
STATISTICS = "delta.dataSkippingStatsColumns"
COLUMNS = {column.name: column for column in PROFILES.columns}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def test_a_table_of_its_contract_is_no_older_one(settings: Settings) -> None:
    store(settings, PROFILES)
    assert older_tables(settings) == []
    assert open_table(settings, PROFILES).version() == 0


def test_an_older_table_is_one_that_lacks_columns(settings: Settings) -> None:
    store(settings, without(PROFILES, "highest_maturity", "is_child"))
    lacking = (COLUMNS["is_child"], COLUMNS["highest_maturity"])
    assert older_tables(settings) == [OlderTable(PROFILES, lacking, {})]


def test_an_older_table_is_one_that_keeps_statistics_of_a_column_that_may_not_have_them_any_more(
    settings: Settings,
) -> None:
    harmless = replace(COLUMNS["account_key"], privacy=Privacy.NONE, has_own_words=True)
    columns = tuple(harmless if column.name == "account_key" else column for column in PROFILES.columns)
    store(settings, changed(PROFILES, columns))
    assert older_tables(settings) == [OlderTable(PROFILES, (), {STATISTICS: PROFILES.properties[STATISTICS]})]


def test_an_older_table_is_one_that_keeps_statistics_of_words_that_a_source_wrote(settings: Settings) -> None:
    columns = tuple(replace(column, has_own_words=True) for column in PLAYBACK_EVENTS.columns)
    store(settings, changed(PLAYBACK_EVENTS, columns))
    (older,) = older_tables(settings)
    assert "error_code" not in older.properties[STATISTICS].split(",")
    assert (older.table, older.columns) == (PLAYBACK_EVENTS, ())


def test_who_reads_an_older_table_is_told_to_upgrade(settings: Settings) -> None:
    store(settings, without(PROFILES, "is_child"))
    with pytest.raises(TableVersionError, match=r"^silver\.profiles was .* is_child: `playhead upgrade` adds it"):
        open_table(settings, PROFILES)


def test_a_run_on_an_older_lake_is_told_so_before_it_starts_spark(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", "/of/no/java")
    store(settings, without(PROFILES, "is_child"))
    with pytest.raises(TableVersionError, match="`playhead upgrade`"):
        _ = Workspace(settings).lake


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (without(PROFILES, "profile_key").columns, "it lacks the column profile_key, by which its rows are told apart"),
        (
            tuple(
                replace(column, type="int") if column.name == "line_number" else column for column in PROFILES.columns
            ),
            'its column line_number is "integer" where this version has "long"',
        ),
    ],
    ids=["a column of the key is missing", "another type"],
)
def test_a_table_that_no_column_can_mend_is_refused_with_the_next_step(
    settings: Settings, columns: tuple[Column, ...], why: str
) -> None:
    store(settings, changed(PROFILES, columns))
    with pytest.raises(TableVersionError, match=r"^silver\.profiles " + REFUSED.format(why=why)):
        older_tables(settings)


def test_a_table_without_the_column_of_its_partitions_is_refused(settings: Settings) -> None:
    store(settings, without(replace(VIEWING_CLOCK, partitioned_by=()), "week_start_date"))
    with pytest.raises(TableVersionError, match=r"^gold\.viewing_clock .* week_start_date"):
        older_tables(settings)


def test_a_table_with_a_column_that_nobody_knows_is_refused_whoever_made_it(settings: Settings) -> None:
    """An earlier version may have had it, or a later one has."""
    store(settings, changed(PROFILES, (*PROFILES.columns, Column("hat_size", "int", "Of another day"))))
    why = "it has a column hat_size, which this version does not know"
    with pytest.raises(TableVersionError, match=r"^silver\.profiles " + REFUSED.format(why=why)):
        older_tables(settings)


RELEASED_OTHERWISE = {
    "a column of before": (*VIEWING_CLOCK_WEEKLY.columns, Column("plays", "bigint", "Of before")),
    "without a column of the key": without(VIEWING_CLOCK_WEEKLY, VIEWING_CLOCK_WEEKLY.key[-1]).columns,
}


@pytest.mark.parametrize("columns", RELEASED_OTHERWISE.values(), ids=RELEASED_OTHERWISE)
def test_a_released_table_of_other_columns_is_made_anew(settings: Settings, columns: tuple[Column, ...]) -> None:
    store(settings, changed(VIEWING_CLOCK_WEEKLY, columns))
    store(settings, without(PROFILES, "is_child"))
    assert [older.table for older in older_tables(settings)] == [PROFILES]
    assert released_otherwise(settings) == [VIEWING_CLOCK_WEEKLY]
    with pytest.raises(TableVersionError, match=r"^published\.viewing_clock_weekly is .*`playhead upgrade` takes the"):
        open_table(settings, VIEWING_CLOCK_WEEKLY)


def test_looking_changes_nothing(settings: Settings) -> None:
    store(settings, without(PROFILES, "is_child"))
    older_tables(settings)
    assert DeltaTable(f"{settings.lake_root}/silver/profiles").version() == 0
