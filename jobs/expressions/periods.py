"""Days, weeks, Monday to Sunday, and months: where they begin."""

from collections.abc import Iterable
from datetime import date, timedelta

from pyspark.sql import Column
from pyspark.sql import functions as F


def week_start(day: str) -> Column:
    """Monday of the week of a date or time."""
    return F.to_date(F.date_trunc("week", day))


def month_start(day: str) -> Column:
    """First day of the month of a date or time."""
    return F.to_date(F.date_trunc("month", day))


def days_around(days: Iterable[date], before: int = 0, after: int = 0) -> list[date]:
    """The days, and so many before and after each of them."""
    return sorted({day + timedelta(days=shift) for day in days for shift in range(-before, after + 1)})


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def first_of_next_month(day: date) -> date:
    return first_of_month(first_of_month(day) + timedelta(days=31))
