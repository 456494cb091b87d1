"""Few rows are not worth compiled code; many are."""

from datetime import date

import pytest
from pyspark.sql import SparkSession

from jobs.storage.lake import Lake
from jobs.storage.query_settings import MOST_FEW_ROWS, suit_queries
from tests.storage.test_lake import MONDAY, PLAYS, TUESDAY, plays

COMPILES, PLANS_IN_STAGES = "spark.sql.codegen.wholeStage", "spark.sql.adaptive.enabled"


@pytest.fixture
def session(spark: SparkSession) -> SparkSession:
    """Another one on the same JVM: what is set in it, the other tests do not have."""
    return spark.newSession()


def set_for(session: SparkSession, row_count: int | None) -> dict[str, str | None]:
    suit_queries(session, 0 if row_count != 0 else None)
    suit_queries(session, row_count)
    return {name: session.conf.get(name) for name in (COMPILES, PLANS_IN_STAGES)}


@pytest.mark.parametrize("row_count", [0, MOST_FEW_ROWS])
def test_few_rows_are_interpreted(session: SparkSession, row_count: int) -> None:
    assert set_for(session, row_count) == {COMPILES: "false", PLANS_IN_STAGES: "false"}


@pytest.mark.parametrize("row_count", [MOST_FEW_ROWS + 1, None])
def test_many_rows_or_nobody_knows_how_many_are_as_the_session_was_built(
    session: SparkSession, row_count: int | None
) -> None:
    built_with = {name: session.sparkContext.getConf().get(name, "true") for name in (COMPILES, PLANS_IN_STAGES)}
    assert set_for(session, row_count) == built_with


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """The row counts that queries were to suit."""
    counts: list[int | None] = []

    def noted(spark: SparkSession, row_count: int | None) -> bool:
        counts.append(row_count)
        return suit_queries(spark.newSession(), row_count)

    monkeypatch.setattr("jobs.storage.lake.suit_queries", noted)
    return counts


@pytest.mark.parametrize(("dates", "rows"), [([MONDAY], 2), (None, 3), ([], 0)])
def test_the_rows_of_dates_are_counted_from_the_log(
    lake: Lake, counted: list[int | None], dates: list[date] | None, rows: int
) -> None:
    lake.append(PLAYS, plays(lake, ("a", MONDAY), ("b", MONDAY), ("c", TUESDAY)), "load-1")
    lake.suit_queries(PLAYS, dates)
    assert counted == [rows]


def test_of_a_table_that_is_not_there_nobody_knows(lake: Lake, counted: list[int | None]) -> None:
    lake.suit_queries(PLAYS)
    assert counted == [None]
