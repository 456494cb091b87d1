from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.gate import Gate
from expectations.offline_docs import without_remote_parts
from expectations.suites import suite_for, suites_for
from expectations.unique_key import ExpectKeyToBeUnique
from expectations.verdict import Verdict
from jobs.contracts.all_tables import ALL_TABLES, TABLES
from jobs.contracts.gold import INTERACTIONS, ONLY_JUDGED
from jobs.contracts.published import RELEASED_PARTS
from jobs.contracts.table import Table, by_full_name
from jobs.errors import GateFailedError, NotJudgedError
from tests.factories import NOON, make_rows

TABLES_WITH_ROWS = TABLES | by_full_name([*ONLY_JUDGED, RELEASED_PARTS])
CANARY = "canary-of-a-viewer"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("quality")


@pytest.fixture(scope="module")
def used_gate(spark: SparkSession, folder: Path) -> Gate:
    return Gate(folder, lambda: NOON)


@pytest.fixture
def gate(used_gate: Gate) -> Gate:
    """Nothing is left over from the test before."""
    used_gate.report()
    return used_gate


def broken(gate: Gate) -> list[tuple[str, str, str, int | None]]:
    verdicts: list[Verdict] = [verdict for verdict in gate.report() if verdict.outcome != "passed"]
    return [(v.expectation, v.column_name, v.outcome, v.unexpected_count) for v in verdicts]


def test_sound_rows_pass_as_they_are(spark: SparkSession, gate: Gate) -> None:
    rows = make_rows(spark, INTERACTIONS, [{"profile_key": "a"}, {"profile_key": "b"}])
    assert gate.judge(INTERACTIONS, rows, "load") is rows
    assert broken(gate) == []


@pytest.mark.parametrize("count", [0, 2])
@pytest.mark.parametrize("is_in_driver", [False, True], ids=["in Spark", "in the driver"])
def test_sound_rows_and_none_at_all_pass(spark: SparkSession, gate: Gate, count: int, is_in_driver: bool) -> None:
    """A day on which nobody watched anything is no fault."""
    rows = make_rows(spark, INTERACTIONS, [{"profile_key": str(number)} for number in range(count)])
    gate.judge(INTERACTIONS, rows.toArrow() if is_in_driver else rows, "load")
    assert broken(gate) == []


@pytest.mark.parametrize("is_in_driver", [False, True], ids=["in Spark", "in the driver"])
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{}, {}], ("expect_key_to_be_unique", "session_date, profile_key, title_id", "failed", 1)),
        ([{"plays": None}], ("expect_column_values_to_not_be_null", "plays", "failed", 1)),
        ([{"watched_seconds": -1.0}], ("expect_column_values_to_be_between", "watched_seconds", "failed", 1)),
        ([{"rating_score": 1.5}], ("expect_column_values_to_be_between", "rating_score", "failed", 1)),
    ],
    ids=["key twice", "null where none may be", "negative", "off the scale"],
)
def test_what_breaks_the_contract_is_stopped(
    spark: SparkSession,
    gate: Gate,
    rows: list[dict[str, object]],
    expected: tuple[str, str, str, int],
    is_in_driver: bool,
) -> None:
    candidates = make_rows(spark, INTERACTIONS, rows)
    with pytest.raises(GateFailedError, match=r"The gate stopped gold\.interactions: .*Nothing was written to it"):
        gate.judge(INTERACTIONS, candidates.toArrow() if is_in_driver else candidates, "load")
    assert broken(gate) == [expected]


def odd_rows(table: Table) -> list[dict[str, Any]]:
    """Rows of the table's columns with values of all kinds that its expectations look at, and nulls."""
    stream = Random(table.full_name)
    days = [date(2026, 6, day) for day in (1, 2, 3)]
    kinds: dict[str, list[Any]] = {
        "string": ["x", "genre", "FR", "1"],
        "bigint": [-1, 0, 1, 5, 12],
        "int": [-1, 0, 1, 5, 12],
        "double": [-1.0, 0.0, 0.5, 1.0, 7.0],
        "boolean": [True, False],
        "date": days,
        "timestamp": [datetime(2026, 6, day.day, tzinfo=UTC) for day in days],
        "decimal(18,2)": [Decimal("-1.00"), Decimal("0.00"), Decimal("2.50")],
    }
    return [
        {column.name: stream.choice([*kinds.get(column.type, []), None]) for column in table.columns} for _ in range(40)
    ]


COMPARING_COLUMNS = [
    table
    for table in TABLES_WITH_ROWS.values()
    if any(not isinstance(one, ExpectKeyToBeUnique) for one in suites_for(table)[1].expectations)
]


# What is expected of each value by itself: `test_deciding_values`.
@pytest.mark.parametrize("table", COMPARING_COLUMNS, ids=lambda table: table.full_name)
def test_spark_and_the_driver_judge_alike(spark: SparkSession, gate: Gate, table: Table) -> None:
    rows = make_rows(spark, table, odd_rows(table))
    found = []
    for held in (rows, rows.toArrow()):
        with pytest.raises(GateFailedError):
            gate.judge(table, held, "load")
        found.append(sorted(judgement(verdict) for verdict in gate.report()))
    assert found[0] == found[1]


def judgement(verdict: Verdict) -> tuple[str, ...]:
    counted = (verdict.row_count, verdict.unexpected_count)
    return (verdict.expectation, verdict.column_name, verdict.outcome, *map(str, counted))


def test_a_missing_column_is_stopped(spark: SparkSession, gate: Gate) -> None:
    rows = make_rows(spark, INTERACTIONS, [{}]).drop("rating_score")
    with pytest.raises(GateFailedError):
        gate.judge(INTERACTIONS, rows, "load")
    assert ("expect_table_columns_to_match_set", "", "failed", None) in broken(gate)


def test_rows_that_cannot_be_computed_pass_no_gate(spark: SparkSession, gate: Gate) -> None:
    rows = make_rows(spark, INTERACTIONS, [{}]).withColumn("plays", F.raise_error(F.lit("lost")).cast("bigint"))
    with pytest.raises(NotJudgedError) as raised:
        gate.judge(INTERACTIONS, rows, "load")
    assert str(raised.value).startswith(
        "The gate could not judge gold.interactions (pyspark.errors.exceptions.captured.SparkRuntimeException). Nothing"
    )
    assert {outcome for _, _, outcome, _ in broken(gate)} == {"errored"}


def test_what_is_kept_of_rows_that_cannot_be_computed_shows_no_person(
    spark: SparkSession, gate: Gate, folder: Path
) -> None:
    rows = make_rows(spark, INTERACTIONS, [{}]).withColumn("plays", F.raise_error(F.lit(CANARY)).cast("bigint"))
    with pytest.raises(NotJudgedError):
        gate.judge(INTERACTIONS, rows, "load")
    gate.report()
    written = [path for path in folder.rglob("*") if path.suffix in {".json", ".html"}]
    assert any("SparkRuntimeException" in path.read_text() for path in written)
    assert [path.name for path in written if CANARY in path.read_text()] == []


def test_neither_messages_nor_pages_show_a_person(spark: SparkSession, gate: Gate, folder: Path) -> None:
    rows = make_rows(spark, INTERACTIONS, [{"profile_key": CANARY, "watched_seconds": -1.0}] * 2)
    with pytest.raises(GateFailedError) as raised:
        gate.judge(INTERACTIONS, rows, "load")
    gate.report()
    written = [path for path in folder.rglob("*") if path.suffix in {".json", ".html"}]
    assert written
    assert [path.name for path in written if CANARY in path.read_text()] == []
    assert CANARY not in str(raised.value)


# A year of ten digits, to who looks for dates.
LOOKS_LIKE_A_DATE = "4a3512687726"


def test_every_page_is_linked_and_asks_no_other_host(spark: SparkSession, tmp_path: Path) -> None:
    gate = Gate(tmp_path, lambda: NOON)
    for load in ("first", LOOKS_LIKE_A_DATE):
        gate.judge(INTERACTIONS, make_rows(spark, INTERACTIONS, [{}]), load)
        gate.report()
    pages = {path.relative_to(tmp_path / "data_docs").parts[0]: path for path in tmp_path.rglob("*.html")}
    assert set(pages) == {"index.html", "validations", "expectations"}
    assert pages["index.html"].read_text().count('href="validations/gold/interactions/') == 2
    assert 'href="../../../../../expectations/gold/interactions.html"' in pages["validations"].read_text()
    for page in pages.values():
        assert without_remote_parts(page.read_text()) == page.read_text()


def test_a_gate_that_finds_nothing_to_expect_is_no_pass(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expectations.suites._contract_expectations", lambda table: [])
    monkeypatch.setattr("expectations.suites.promised", lambda table: [])
    with pytest.raises(NotJudgedError):
        Gate(tmp_path, lambda: NOON).judge(INTERACTIONS, make_rows(spark, INTERACTIONS, [{}]), "load")


def test_expectations_are_of_a_table_and_its_columns() -> None:
    unknown = {}
    for full_name, table in TABLES_WITH_ROWS.items():
        expectations = suite_for(table).expectations
        named = {
            column
            for expectation in expectations
            for field in ("column", "column_A", "column_B")
            if (column := getattr(expectation, field, None))
        }
        named.update(column for expectation in expectations for column in getattr(expectation, "column_list", []))
        unknown[full_name] = named - set(table.column_names)
    assert {full_name: columns for full_name, columns in unknown.items() if columns} == {}


def test_every_table_is_judged_by_its_key() -> None:
    judged = {
        table.full_name: [
            one.key_columns for one in suite_for(table).expectations if isinstance(one, ExpectKeyToBeUnique)
        ]
        for table in ALL_TABLES
    }
    assert judged == {table.full_name: [list(table.key)] for table in ALL_TABLES}
