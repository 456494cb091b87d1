"""A released table of weeks needs its contract and the function of its name."""

from datetime import date
from inspect import signature

from pyspark.sql import SparkSession

from jobs.contracts.published import RELEASED_WEEKLY, VIEWING_CLOCK_WEEKLY
from jobs.published.rows_of_week import function_of, rows_of_week
from tests.factories import make_rows

TOLD_OF = {"sessions", "parts", "titles", "titles_released", "ranges", "viewers", "in_vain"}


def test_every_table_of_weeks_is_made_by_the_function_of_its_name_of_what_is_told() -> None:
    unknown = {table.name: set(signature(function_of(table)).parameters) - TOLD_OF for table in RELEASED_WEEKLY}
    assert {name: parameters for name, parameters in unknown.items() if parameters} == {}


def test_it_is_given_what_its_parameters_are_called_and_nothing_else(spark: SparkSession) -> None:
    part = {"week_start_date": date(2026, 6, 1), "title_id": "film", "local_day": "Monday", "time_of_day": "18-21"}
    parts = make_rows(spark, VIEWING_CLOCK_WEEKLY, [part | {"watched_hours": 2.0}])
    (row,) = rows_of_week(VIEWING_CLOCK_WEEKLY, {"parts": parts, "titles": parts}).collect()
    assert (row.title_id, row.local_day, row.watched_hours) == ("film", "Monday", 2.0)
