import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from delta.tables import DeltaTable as DeltaLakeTable
from deltalake import DeltaTable
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.config import Settings
from jobs.contracts.silver import PLAYBACK_EVENTS
from jobs.contracts.table import Column, Layer, Privacy, Table
from jobs.run.publication import publish
from jobs.storage.lake import Lake, Rows, SchemaMismatchError, UnexpectedDateError
from jobs.storage.local_rows import arrow_rows, local_rows
from jobs.storage.spark_schema import spark_schema
from tests.deaths import Died, die_at
from tests.factories import NOON, make_rows
from tests.storage.test_table_lock import held_by_another

PLAYS = Table(
    layer=Layer.GOLD,
    name="example_plays",
    row="one play",
    columns=(
        Column("play_id", "string", "Which play", Privacy.PSEUDONYM),
        Column("play_date", "date", "UTC date of the play"),
        Column("watched_seconds", "double", "Time watched", unit="seconds"),
    ),
    key=("play_id",),
    partitioned_by=("play_date",),
)
NAMES = Table(
    layer=Layer.SILVER,
    name="example_names",
    row="one title",
    columns=(
        Column("title_id", "string", "Which title"),
        Column("name", "string", "What it is called"),
        Column("as_of", "timestamp", "When that was so"),
        Column("received_at", "timestamp", "When that was heard"),
    ),
    key=("title_id",),
)
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 6, day) for day in (1, 2, 3))
EARLIER, LATER = (datetime(2026, 6, day, tzinfo=UTC) for day in (1, 2))


def plays(lake: Lake, *rows: tuple[str, date]) -> DataFrame:
    return make_rows(lake.spark, PLAYS, [{"play_id": play_id, "play_date": day} for play_id, day in rows])


def named(
    lake: Lake, title_id: str, name: str, received_at: datetime | None, as_of: datetime | None = None
) -> DataFrame:
    row = {"title_id": title_id, "name": name, "received_at": received_at, "as_of": as_of}
    return make_rows(lake.spark, NAMES, [row])


def stored(lake: Lake) -> list[str]:
    return sorted(row.play_id for row in lake.read(PLAYS).collect())


def stored_names(lake: Lake) -> dict[str, str]:
    return {row.title_id: row["name"] for row in lake.read(NAMES).collect()}


Held = Callable[[DataFrame], Rows]


@pytest.fixture(params=["in Spark", "in the driver"])
def as_held(request: pytest.FixtureRequest) -> Held:
    """Rows that Spark writes, and those that delta-rs does: nobody should see which."""
    return (lambda rows: rows) if request.param == "in Spark" else (lambda rows: rows.toArrow())


def test_a_table_that_is_not_there_has_no_rows(lake: Lake) -> None:
    assert (lake.read(PLAYS).columns, stored(lake), lake.version(PLAYS)) == (PLAYS.column_names, [], -1)


def test_a_log_without_a_commit_is_no_table_yet(lake: Lake) -> None:
    """As a run leaves it that is killed while it makes the table."""
    log = Path(lake.path(PLAYS), "_delta_log")
    log.mkdir(parents=True)
    (log / ".00000000000000000000.json.half-written.tmp").touch()
    assert (stored(lake), lake.version(PLAYS)) == ([], -1)
    lake.append(PLAYS, plays(lake, ("a", MONDAY)), "load-1")
    assert stored(lake) == ["a"]


def test_a_table_whose_removal_died_is_not_there_by_half(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files go one by one: of a log without its first commit, nothing can be read or written any more."""
    lake.append(PLAYBACK_EVENTS, make_rows(lake.spark, PLAYBACK_EVENTS, [{}, {}]), "load-1")
    with monkeypatch.context() as dying:
        die_at(dying, lake, "_delete")
        with pytest.raises(Died):
            lake.remove(PLAYBACK_EVENTS)
    assert not lake.exists(PLAYBACK_EVENTS)
    lake.append(PLAYBACK_EVENTS, make_rows(lake.spark, PLAYBACK_EVENTS, [{}]), "load-1")
    assert lake.read(PLAYBACK_EVENTS).count() == 1
    lake.remove(PLAYBACK_EVENTS)
    assert not Path(lake.path(PLAYBACK_EVENTS)).exists()


def test_a_second_append_of_a_load_changes_nothing(lake: Lake) -> None:
    lake.append(PLAYS, plays(lake, ("a", MONDAY)), "load-1")
    version = lake.version(PLAYS)
    lake.append(PLAYS, plays(lake, ("a", MONDAY)), "load-1")
    assert (stored(lake), lake.version(PLAYS)) == (["a"], version)


def test_a_writer_waits_for_another_process_that_writes_the_same_table(lake: Lake, settings: Settings) -> None:
    lake.append(PLAYS, plays(lake, ("first", MONDAY)), "load-1")
    with held_by_another(settings.locks, PLAYS.full_name):
        writer = threading.Thread(target=lake.append, args=(PLAYS, plays(lake, ("second", MONDAY)), "load-2"))
        writer.start()
        writer.join(timeout=2)
        assert stored(lake) == ["first"]
    writer.join(timeout=60)
    assert stored(lake) == ["first", "second"]


def test_optimize_and_vacuum_beside_a_reader_and_a_writer_lose_nothing(lake: Lake) -> None:
    """As Delta's own upkeep would run: in the same moments, on the same table."""
    names = [f"play-{number}" for number in range(6)]
    lake.append(PLAYS, plays(lake, (names[0], MONDAY)), "load-0")
    seen: list[list[str]] = []

    def write() -> None:
        for number, name in enumerate(names[1:], start=1):
            lake.append(PLAYS, plays(lake, (name, MONDAY)), f"load-{number}")

    def read() -> None:
        for _ in range(8):
            seen.append(stored(lake))

    def tidy() -> None:
        for _ in range(2):
            table = DeltaLakeTable.forPath(lake.spark, lake.path(PLAYS))
            table.optimize().executeCompaction()
            table.vacuum()

    with ThreadPoolExecutor(3) as pool:
        for running in [pool.submit(work) for work in (write, read, tidy)]:
            running.result()
    assert stored(lake) == names
    assert all(one == names[: len(one)] for one in seen)


def test_loads_add_up_in_any_order(lake: Lake) -> None:
    for load_id, play_id in (("load-2", "b"), ("load-1", "a"), ("load-3", "c")):
        lake.append(PLAYS, plays(lake, (play_id, MONDAY)), load_id)
    assert stored(lake) == ["a", "b", "c"]


def test_dates_are_replaced_and_others_stay(lake: Lake, as_held: Held) -> None:
    lake.append(PLAYS, plays(lake, ("a", MONDAY), ("b", TUESDAY), ("c", WEDNESDAY)), "load-1")
    lake.replace_dates(PLAYS, as_held(plays(lake, ("new", TUESDAY))), [TUESDAY, WEDNESDAY])
    assert stored(lake) == ["a", "new"]


def test_rows_of_other_dates_are_refused(lake: Lake) -> None:
    lake.append(PLAYS, plays(lake, ("a", MONDAY)), "load-1")
    with pytest.raises(PySparkException, match="DELTA_REPLACE_WHERE_MISMATCH"):
        lake.replace_dates(PLAYS, plays(lake, ("b", TUESDAY)), [MONDAY])
    assert stored(lake) == ["a"]


def test_rows_of_other_dates_in_the_driver_are_refused_and_not_shown(lake: Lake) -> None:
    with pytest.raises(UnexpectedDateError) as raised:
        lake.replace_dates(PLAYS, plays(lake, ("canary", TUESDAY)).toArrow(), [MONDAY])
    assert "canary" not in str(raised.value)
    assert stored(lake) == []


def test_no_rows_empty_the_dates(lake: Lake, as_held: Held) -> None:
    lake.append(PLAYS, plays(lake, ("a", MONDAY), ("b", TUESDAY)), "load-1")
    lake.replace_dates(PLAYS, as_held(plays(lake)), [MONDAY])
    assert stored(lake) == ["b"]


def test_keys_of_some_dates_leave_those_of_others(lake: Lake, as_held: Held) -> None:
    lake.append(PLAYS, plays(lake, ("a", MONDAY), ("b", MONDAY), ("a", TUESDAY)), "load-1")
    keys = local_rows(lake.spark, [("a",), ("b",)], "play_id string")
    lake.replace_keys(PLAYS, as_held(plays(lake, ("b", MONDAY))), keys, dates=[MONDAY])
    assert [(row.play_id, row.play_date) for row in lake.read(PLAYS).orderBy("play_date").collect()] == [
        ("b", MONDAY),
        ("a", TUESDAY),
    ]


def test_stored_values_may_be_kept(lake: Lake, as_held: Held) -> None:
    lake.upsert(NAMES, as_held(named(lake, "film", "first", EARLIER)))
    lake.upsert(NAMES, as_held(named(lake, "film", "second", LATER)), keeps=["name"])
    ((row),) = lake.read(NAMES).collect()
    assert (row["name"], row.received_at.replace(tzinfo=UTC)) == ("first", LATER)


@pytest.mark.parametrize("is_about_few_rows", [True, False])
def test_few_rows_come_to_the_driver_and_many_stay(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, is_about_few_rows: bool
) -> None:
    monkeypatch.setattr("jobs.storage.lake.suit_queries", lambda spark, row_count: is_about_few_rows)
    lake.suit_queries(PLAYS)
    rows = plays(lake, ("a", MONDAY), ("b", TUESDAY))
    assert isinstance(lake.at_hand(rows), pa.Table)
    monkeypatch.setattr("jobs.storage.lake.MOST_ROWS_IN_DRIVER", 1)
    held = lake.at_hand(rows)
    assert isinstance(held, DataFrame)
    assert sorted(row.play_id for row in held.collect()) == ["a", "b"]


@pytest.mark.parametrize("most_rows", [0, 10])
def test_rows_are_the_same_given_to_spark_and_read_by_it(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, most_rows: int
) -> None:
    monkeypatch.setattr("jobs.storage.lake.MOST_ROWS_GIVEN", most_rows)
    unwatched, watched = ({"play_date": day, "watched_seconds": time} for day, time in ((MONDAY, 0.0), (TUESDAY, 5.0)))
    rows = make_rows(lake.spark, PLAYS, [unwatched | {"play_id": "a"}, watched | {"play_id": "b"}])
    lake.append(PLAYS, rows, "load-1")
    publish(lake, [PLAYS], "load", LATER)
    lake.append(PLAYS, plays(lake, ("c", TUESDAY)), "load-2")
    found = {
        "newest": lake.read(PLAYS),
        "on tuesday": lake.read_dates(PLAYS, "play_date", [TUESDAY]),
        "on no date": lake.read_dates(PLAYS, "play_date", []),
        "published": lake.published().read(PLAYS),
        "published on tuesday": lake.published().read_dates(PLAYS, "play_date", [TUESDAY]),
        "watched on both": lake.published().read_dates(PLAYS, "play_date", [MONDAY, TUESDAY], having="watched_seconds"),
    }
    assert {name: sorted(row.play_id for row in rows.collect()) for name, rows in found.items()} == {
        "newest": ["a", "b", "c"],
        "on tuesday": ["b", "c"],
        "on no date": [],
        "published": ["a", "b"],
        "published on tuesday": ["b"],
        "watched on both": ["b"],
    }
    assert lake.published().dates(PLAYS) == [MONDAY, TUESDAY]
    assert {rows.schema.simpleString() for rows in found.values()} == {spark_schema(PLAYS.columns).simpleString()}


def test_lists_and_maps_that_are_not_there_even_once_have_their_types(lake: Lake) -> None:
    schema = "titles array<string>, shares map<string,double>"
    assert (
        lake.in_spark(arrow_rows([], schema)).schema.simpleString()
        == "struct<titles:array<string>,shares:map<string,double>>"
    )


def test_replace_all_leaves_nothing_behind(lake: Lake, as_held: Held) -> None:
    lake.append(PLAYS, plays(lake, ("a", MONDAY), ("b", TUESDAY)), "load-1")
    lake.replace_all(PLAYS, as_held(plays(lake, ("c", MONDAY))))
    assert stored(lake) == ["c"]


def test_keys_get_new_rows_or_lose_theirs_and_other_keys_keep_theirs(lake: Lake, as_held: Held) -> None:
    for title_id in ("changes", "goes", "stays"):
        lake.upsert(NAMES, named(lake, title_id, "old", EARLIER))
    rows = named(lake, "changes", "new", LATER).unionByName(named(lake, "comes", "new", LATER))
    keys = local_rows(lake.spark, [("changes",), ("comes",), ("goes",)], "title_id string")
    # A query that cannot leave a column empty says so in its schema.
    always_named = rows.withColumn("name", F.coalesce("name", F.lit("")))
    lake.replace_keys(NAMES, as_held(always_named), keys)
    assert stored_names(lake) == {"changes": "new", "comes": "new", "stays": "old"}


def test_what_was_published_long_ago_is_read_and_what_came_after_it_taken_back(lake: Lake) -> None:
    """Delta refuses versions older than a week, unless it is told that VACUUM alone takes files away."""
    lake.replace_all(PLAYS, plays(lake, ("published", MONDAY)))
    publish(lake, [PLAYS], "load", LATER)
    long_ago = time.time() - timedelta(days=30).total_seconds()
    for commit in Path(lake.path(PLAYS), "_delta_log").iterdir():
        os.utime(commit, (long_ago, long_ago))
    lake.replace_all(PLAYS, plays(lake, ("of a run that died", MONDAY)))
    seen = lake.published()
    read = [row.play_id for row in seen.read(PLAYS).collect()]
    lake.take_back_unpublished([PLAYS])
    assert (read, seen.published_at(PLAYS), stored(lake)) == (["published"], LATER, ["published"])


def test_upsert_writes_over_the_same_key_and_adds_the_rest(lake: Lake, as_held: Held) -> None:
    lake.upsert(NAMES, as_held(named(lake, "film", "old", EARLIER)))
    rows = named(lake, "film", "new", LATER).unionByName(named(lake, "other", "added", LATER))
    lake.upsert(NAMES, as_held(rows))
    assert stored_names(lake) == {"film": "new", "other": "added"}


def test_what_was_heard_earlier_does_not_win_by_coming_later(lake: Lake, as_held: Held) -> None:
    lake.upsert(NAMES, as_held(named(lake, "film", "newer", LATER)), newer_by=["received_at"])
    lake.upsert(NAMES, as_held(named(lake, "film", "older", EARLIER)), newer_by=["received_at"])
    assert stored_names(lake) == {"film": "newer"}


# What is stored (as of, received), what comes, and whether it is written over that.
STATES = {
    "of a later state, received earlier": ((EARLIER, LATER), (LATER, EARLIER), True),
    "of an earlier state, received later": ((LATER, EARLIER), (EARLIER, LATER), False),
    "of one state, received later": ((EARLIER, EARLIER), (EARLIER, LATER), True),
    "of one state, received earlier": ((EARLIER, LATER), (EARLIER, EARLIER), False),
    "over one of no time, received before": ((None, EARLIER), (LATER, LATER), True),
    "over one of no time, received since": ((None, LATER), (EARLIER, LATER), False),
    "over one of which nothing is known": ((None, None), (EARLIER, LATER), True),
}


@pytest.mark.parametrize("case", STATES)
def test_the_latest_state_wins(lake: Lake, as_held: Held, case: str) -> None:
    (of_stored, received), (of_new, received_now), is_replaced = STATES[case]
    lake.upsert(NAMES, as_held(named(lake, "film", "stored", received, of_stored)))
    lake.upsert(NAMES, as_held(named(lake, "film", "new", received_now, of_new)), newer_by=["as_of", "received_at"])
    assert stored_names(lake) == {"film": "new" if is_replaced else "stored"}


def test_rows_that_break_the_contract_are_refused_with_every_difference(lake: Lake) -> None:
    rows = plays(lake, ("a", MONDAY)).selectExpr("play_id", "string(watched_seconds) watched_seconds", "1 AS more")
    with pytest.raises(SchemaMismatchError) as raised:
        lake.append(PLAYS, rows, "load-1")
    assert str(raised.value) == (
        "gold.example_plays: column play_date (date) is missing; column more (int) is not in the contract; "
        "column watched_seconds is string, the contract says double"
    )


def test_columns_may_come_in_any_order(lake: Lake) -> None:
    lake.append(PLAYS, plays(lake, ("a", MONDAY)).select("watched_seconds", "play_date", "play_id"), "load-1")
    assert stored(lake) == ["a"]


def test_another_reader_finds_comments_partitions_and_properties(lake: Lake) -> None:
    lake.append(PLAYS, plays(lake, ("a", MONDAY)), "load-1")
    table = DeltaTable(lake.path(PLAYS))
    comments = {field.name: field.metadata.get("comment") for field in table.schema().fields}
    metadata = table.metadata()
    assert comments == {column.name: column.comment for column in PLAYS.columns}
    assert (metadata.description, metadata.partition_columns) == ("One row is one play.", ["play_date"])
    assert metadata.configuration["delta.dataSkippingStatsColumns"] == "watched_seconds"


def test_the_log_does_not_show_a_pseudonym(lake: Lake) -> None:
    lake.append(PLAYS, plays(lake, ("canary", MONDAY)), "load-1")
    log = "".join(path.read_text() for path in Path(lake.path(PLAYS), "_delta_log").glob("*.json"))
    assert "watched_seconds" in log
    assert "canary" not in log


def test_files_with_rows_that_are_only_marked_as_deleted_are_left_to_spark(lake: Lake) -> None:
    lake.append(PLAYBACK_EVENTS, make_rows(lake.spark, PLAYBACK_EVENTS, [{"event_id": "a"}, {"event_id": "b"}]), "load")
    dates = [NOON.date()]
    assert lake.arrow_of_dates(PLAYBACK_EVENTS, "event_date", dates, ["event_id"], most_rows=9) is not None
    place = f"delta.`{lake.path(PLAYBACK_EVENTS)}`"
    lake.spark.sql(f"ALTER TABLE {place} SET TBLPROPERTIES ('delta.enableDeletionVectors' = true)")
    lake.spark.sql(f"DELETE FROM {place} WHERE event_id = 'a'")
    assert lake.arrow_of_dates(PLAYBACK_EVENTS, "event_date", dates, ["event_id"], most_rows=9) is None
