from datetime import date

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.gold.sessions.newest_date import newest_dates, newest_full_date
from tests.factories import make_rows

MONDAY, TUESDAY, WEDNESDAY, NEXT_YEAR = date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3), date(2027, 6, 3)


@pytest.mark.parametrize(
    ("days", "full_until"),
    [
        ([MONDAY], MONDAY),
        ([MONDAY, TUESDAY, WEDNESDAY], TUESDAY),
        ([MONDAY, NEXT_YEAR], MONDAY),
        ([], TUESDAY),
    ],
    ids=["all is over", "today goes on", "a wrong clock", "no session"],
)
def test_on_wednesday_a_full_day_is_over(spark: SparkSession, days: list[date], full_until: date) -> None:
    sessions = make_rows(spark, VIEWING_SESSIONS, [{"session_date": day} for day in days])
    assert newest_full_date(sessions, today=WEDNESDAY) == full_until


def test_dates_that_are_computed_now_are_no_others(spark: SparkSession) -> None:
    sessions = make_rows(spark, VIEWING_SESSIONS, [{"session_date": day} for day in (MONDAY, TUESDAY)])
    assert newest_dates(sessions, besides=[TUESDAY], today=WEDNESDAY) == (TUESDAY, MONDAY)
