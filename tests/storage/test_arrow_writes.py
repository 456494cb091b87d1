"""Tables that delta-rs makes and adds to are those that Spark makes and adds to."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from jobs.config import Settings
from jobs.storage.lake import Lake, SchemaMismatchError
from jobs.storage.spark_schema import spark_schema
from tests.factories import make_rows
from tests.storage.test_lake import MONDAY, PLAYS, TUESDAY, plays, stored


def arrow_plays(lake: Lake, *rows: tuple[str, date]) -> pa.Table:
    return plays(lake, *rows).toArrow()


def added_files(lake: Lake) -> list[dict[str, object]]:
    log = sorted(Path(lake.path(PLAYS), "_delta_log").glob("*.json"))
    actions = [json.loads(line) for commit in log for line in commit.read_text().splitlines()]
    return [action["add"] for action in actions if "add" in action]


def test_a_load_is_added_once_whoever_adds_it_again(lake: Lake) -> None:
    lake.append(PLAYS, arrow_plays(lake, ("a", MONDAY)), "load-1")
    lake.append(PLAYS, arrow_plays(lake, ("a", MONDAY)), "load-1")
    lake.append(PLAYS, plays(lake, ("a", MONDAY)), "load-1")
    assert stored(lake) == ["a"]


def test_what_spark_added_once_is_not_added_again_as_arrow(lake: Lake) -> None:
    lake.append(PLAYS, plays(lake, ("a", MONDAY)), "load-1")
    lake.append(PLAYS, arrow_plays(lake, ("a", MONDAY)), "load-1")
    assert stored(lake) == ["a"]


def test_spark_and_delta_rs_take_turns(lake: Lake) -> None:
    lake.append(PLAYS, arrow_plays(lake, ("a", MONDAY), ("b", TUESDAY)), "load-1")
    lake.append(PLAYS, plays(lake, ("c", MONDAY)), "load-2")
    lake.append(PLAYS, arrow_plays(lake, ("d", MONDAY)), "load-3")
    lake.replace_dates(PLAYS, plays(lake, ("e", TUESDAY)), [TUESDAY])
    lake.append(PLAYS, arrow_plays(lake, ("f", TUESDAY)), "load-4")
    assert stored(lake) == ["a", "c", "d", "e", "f"]
    assert DeltaTable(lake.path(PLAYS)).to_pyarrow_table().num_rows == 5


def test_checkpoints_of_either_are_read_by_both(lake: Lake) -> None:
    """Version 10 has one of Spark's, version 19 one of delta-rs'."""
    for number in range(24):
        rows = plays(lake, (f"play-{number:02}", MONDAY))
        lake.append(PLAYS, rows if number < 12 else rows.toArrow(), f"load-{number}")
    log = Path(lake.path(PLAYS), "_delta_log")
    assert json.loads((log / "_last_checkpoint").read_text())["version"] == 19
    assert not (log / "._last_checkpoint.crc").exists()
    assert stored(lake) == [f"play-{number:02}" for number in range(24)]
    assert DeltaTable(lake.path(PLAYS)).to_pyarrow_table().num_rows == 24


def test_a_lake_may_lie_in_a_folder_of_any_name(lake: Lake, settings: Settings) -> None:
    odd = Lake(lake.spark, f"{settings.lake_root}/100% of a & b#c?ü", settings.locks)
    odd.append(PLAYS, arrow_plays(lake, ("a", MONDAY)), "load-1")
    assert stored(odd) == ["a"]


def test_no_statistics_of_what_points_at_a_person(lake: Lake) -> None:
    rows = make_rows(lake.spark, PLAYS, [{"play_id": "a", "play_date": MONDAY, "watched_seconds": 1.0}])
    lake.append(PLAYS, rows.toArrow(), "load-1")
    (file,) = added_files(lake)
    stats = json.loads(str(file["stats"]))
    assert (set(stats["minValues"]), set(stats["maxValues"])) == ({"watched_seconds"}, {"watched_seconds"})


def test_no_rows_are_a_load_too(lake: Lake) -> None:
    lake.append(PLAYS, arrow_plays(lake), "load-1")
    assert stored(lake) == []


def test_the_table_is_as_the_contract_says(lake: Lake) -> None:
    """Types, comments, partitions and properties, as Spark reads them."""
    lake.append(PLAYS, arrow_plays(lake, ("a", MONDAY)), "load-1")
    (detail,) = lake.spark.sql(f"DESCRIBE DETAIL delta.`{lake.path(PLAYS)}`").collect()
    assert (detail.properties, detail.partitionColumns) == (PLAYS.properties, list(PLAYS.partitioned_by))
    assert (detail.minReaderVersion, detail.minWriterVersion, detail.description) == (1, 2, f"One row is {PLAYS.row}.")
    assert lake.spark.read.format("delta").load(lake.path(PLAYS)).schema == spark_schema(PLAYS.columns)


def test_rows_of_another_form_are_refused(lake: Lake) -> None:
    rows = make_rows(lake.spark, PLAYS, [{}]).drop("watched_seconds").toArrow()
    with pytest.raises(SchemaMismatchError, match="watched_seconds"):
        lake.append(PLAYS, rows, "load-1")


def test_a_stream_is_added_once(lake: Lake) -> None:
    for _ in range(2):
        rows = arrow_plays(lake, ("a", MONDAY))
        lake.append(PLAYS, rows.to_reader(), "load-1")
    assert stored(lake) == ["a"]
