"""What must hold of every table, whoever adds the next one."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql.types import DoubleType, StringType, StructType

from jobs.contracts.all_tables import ALL_TABLES
from jobs.contracts.table import Column, Layer, Privacy, Table
from jobs.storage.spark_schema import schema_differences, spark_schema

UNIT_OF_SUFFIX = {
    "_seconds": "seconds",
    "_hours": "hours",
    "_ms": "ms",
    "_minutes": "minutes",
    "_bytes": "bytes",
    "_kbps": "kbit/s",
    "_px": "pixels",
    "_bpm": "beats/min",
}
TYPE_OF_SUFFIX = {"_at": {"timestamp"}, "_date": {"date"}, "_count": {"int", "bigint"}, "_ratio": {"double"}}
POINTS_AT_A_PERSON = {Privacy.IDENTIFIER, Privacy.PSEUDONYM, Privacy.QUASI_IDENTIFIER, Privacy.SENSITIVE}
# Spark's parser runs in its JVM.
READS_DDL = pytest.mark.usefixtures("spark")
COLUMNS = [(table, column) for table in ALL_TABLES for column in table.columns]


def full_name(table: Table, column: Column) -> str:
    return f"{table.full_name}.{column.name}"


def test_every_column_is_explained() -> None:
    assert [full_name(table, column) for table, column in COLUMNS if len(column.comment) < len("Rewinds")] == []


def test_a_suffix_and_a_unit_say_the_same() -> None:
    wrong = {}
    for table, column in COLUMNS:
        expected = next((unit for suffix, unit in UNIT_OF_SUFFIX.items() if column.name.endswith(suffix)), column.unit)
        if column.unit != expected:
            wrong[full_name(table, column)] = (column.unit, f"expected {expected}")
    assert wrong == {}


def test_a_suffix_and_a_type_say_the_same() -> None:
    wrong = {}
    for table, column in COLUMNS:
        allowed = next((types for end, types in TYPE_OF_SUFFIX.items() if column.name.endswith(end)), {column.type})
        if column.type not in allowed:
            wrong[full_name(table, column)] = (column.type, f"expected {allowed}")
    assert wrong == {}


def test_is_and_boolean_go_together() -> None:
    assert [
        full_name(table, column)
        for table, column in COLUMNS
        if column.name.startswith(("is_", "has_")) != (column.type == "boolean")
    ] == []


def test_no_statistics_point_at_a_person() -> None:
    """Delta's log shows the smallest and largest value of each of these in plain text."""
    kept = {table: table.properties["delta.dataSkippingStatsColumns"].split(",") for table in ALL_TABLES}
    assert [
        full_name(table, column)
        for table, column in COLUMNS
        if column.name in kept[table] and column.privacy in POINTS_AT_A_PERSON
    ] == []


def test_no_text_that_a_source_writes_has_statistics() -> None:
    """Whoever may write words of their own into a column may write an address."""
    of_playhead = {"batch_id", "first_batch_id", "feed", "event_type", "table_name", "load_id"}
    assert [
        full_name(table, column)
        for table, column in COLUMNS
        if column.type == "string" and column.has_statistics and column.name not in of_playhead
    ] == []


def test_no_folder_name_points_at_a_person() -> None:
    assert [
        full_name(table, column)
        for table, column in COLUMNS
        if column.name in table.partitioned_by and column.privacy in POINTS_AT_A_PERSON
    ] == []


def test_no_identifier_beyond_bronze() -> None:
    assert [
        full_name(table, column)
        for table, column in COLUMNS
        if table.layer is not Layer.BRONZE and column.privacy is Privacy.IDENTIFIER
    ] == []


def test_no_published_column_is_close_to_a_person() -> None:
    assert [
        full_name(table, column)
        for table, column in COLUMNS
        if table.layer is Layer.PUBLISHED and column.privacy is not Privacy.NONE
    ] == []


def test_a_key_of_a_person_is_a_pseudonym() -> None:
    keys = {"account_key", "profile_key", "device_key", "session_id", "event_id"}
    assert [
        full_name(table, column)
        for table, column in COLUMNS
        if column.name in keys and column.privacy is not Privacy.PSEUDONYM
    ] == []


def test_the_same_name_means_the_same_type_everywhere() -> None:
    types = defaultdict(set)
    for _, column in COLUMNS:
        types[column.name].add(column.type)
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_the_same_name_means_the_same_unit_everywhere() -> None:
    units = defaultdict(set)
    for _, column in COLUMNS:
        units[column.name].add(column.unit)
    assert {name: found for name, found in units.items() if len(found) > 1} == {}


@READS_DDL
def test_every_difference_is_listed_at_once() -> None:
    table = Table(
        layer=Layer.GOLD,
        name="example",
        row="one example",
        columns=(Column("kept", "string", "Stays"), Column("gone", "int", "Goes"), Column("turned", "date", "Turns")),
        key=("kept",),
    )
    found = StructType().add("kept", StringType()).add("turned", StringType()).add("new", DoubleType())
    assert schema_differences(table, found) == [
        "column gone (int) is missing",
        "column new (double) is not in the contract",
        "column turned is string, the contract says date",
    ]


@READS_DDL
def test_every_contract_keeps_itself() -> None:
    found = {table.full_name: schema_differences(table, spark_schema(table.columns)) for table in ALL_TABLES}
    assert {name: differences for name, differences in found.items() if differences} == {}


@pytest.mark.parametrize(
    "wrong",
    [{"key": ("nowhere",)}, {"partitioned_by": ("nowhere",)}, {"required": frozenset({"nowhere"})}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_contract_names_only_its_own_columns(wrong: dict[str, Any]) -> None:
    sound: dict[str, Any] = {"row": "one", "columns": (Column("id", "string", "Which one"),), "key": ("id",)}
    with pytest.raises(ValueError, match=r"gold\.example: no column defines \['nowhere'\]"):
        Table(Layer.GOLD, "example", **(sound | wrong))


def test_a_contract_names_a_column_once() -> None:
    twice = Column("id", "string", "Id")
    with pytest.raises(ValueError, match="a column occurs twice"):
        Table(Layer.GOLD, "example", "one", (twice, twice), key=("id",))


def test_tables_have_the_names_of_the_design(shared_data: Path) -> None:
    """Others rely on them. A table that the design does not know needs no entry here."""
    design = (shared_data.parent / "design" / "tables.md").read_text(encoding="utf-8")
    designed = set()
    for section in re.split(r"^## ", design, flags=re.MULTILINE)[1:]:
        layer = section.split(":")[0].lower()
        for line in section.splitlines():
            if line.startswith("| `"):
                designed |= {f"{layer}.{name}" for name in re.findall(r"`([a-z_]+)`", line.split("|")[1])}
    ours = {table.full_name for table in ALL_TABLES if table.layer is not Layer.PUBLISHED}
    assert {name for name in designed - ours if not name.startswith("published.")} == set()
