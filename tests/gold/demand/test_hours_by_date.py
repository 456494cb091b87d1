from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.gate import Gate
from jobs.contracts.gold import GENRE_DEMAND_DAILY, HOURS_BY_DATE, TITLE_ENGAGEMENT_DAILY, VIEWING_SESSIONS
from jobs.errors import GateFailedError
from jobs.gold.demand.hours_by_date import hours_by_date
from tests.factories import NOON, make_rows

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)


def hours(spark: SparkSession, of_drama_on_monday: float) -> DataFrame:
    """Two hours on Monday, of which the two genres have one each; one on Tuesday."""
    sessions = [
        {"session_date": MONDAY, "watched_seconds": 5400.0},
        {"session_date": MONDAY, "watched_seconds": 1800.0},
        {"session_date": TUESDAY, "watched_seconds": 3600.0},
        {"session_date": TUESDAY, "watched_seconds": 12.0, "is_preview": True},
    ]
    titles = [{"session_date": MONDAY, "watched_hours": 2.0}, {"session_date": TUESDAY, "watched_hours": 1.0}]
    labels = [
        (MONDAY, "genre", "drama", of_drama_on_monday),
        (MONDAY, "genre", "crime", 1.0),
        (MONDAY, "theme", "unknown", 2.0),
        (TUESDAY, "genre", "drama", 1.0),
        (TUESDAY, "theme", "unknown", 1.0),
    ]
    names = ("session_date", "facet", "label", "watched_hours")
    return hours_by_date(
        make_rows(spark, VIEWING_SESSIONS, sessions),
        make_rows(spark, TITLE_ENGAGEMENT_DAILY, titles),
        make_rows(spark, GENRE_DEMAND_DAILY, [dict(zip(names, row, strict=True)) for row in labels]),
    )


def test_each_table_is_held_against_the_sessions(spark: SparkSession) -> None:
    found = {tuple(row) for row in hours(spark, of_drama_on_monday=0.75).collect()}
    assert found == {(MONDAY, 2.0, 0.0, -0.125, 0.0), (TUESDAY, 1.0, 0.0, 0.0, 0.0)}


def test_a_second_that_is_in_one_table_and_not_in_another_stops_all_of_them(
    spark: SparkSession, tmp_path: Path
) -> None:
    gate = Gate(tmp_path, lambda: NOON)
    gate.judge(HOURS_BY_DATE, hours(spark, of_drama_on_monday=1.0), "load")
    with pytest.raises(GateFailedError, match="on genres_off_by: 1 of 2 rows"):
        gate.judge(HOURS_BY_DATE, hours(spark, of_drama_on_monday=1.0 + 1 / 3600), "load")
