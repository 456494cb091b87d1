from datetime import date, timedelta

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.gold.session_dates import Span, covered, dates_of_sessions, days_around, spans_of_sessions
from jobs.tables.silver import PLAYBACK_EVENTS
from tests.factories import make_rows

Days = list[int]


def june(*days: int) -> list[date]:
    """Day 0 is the last one of May."""
    return [date(2026, 5, 31) + timedelta(days=day) for day in days]


def make_events(spark: SparkSession, sessions: dict[str, Days]) -> DataFrame:
    rows = [{"session_id": name, "event_date": day} for name, days in sessions.items() for day in june(*days)]
    return make_rows(spark, PLAYBACK_EVENTS, rows)


def test_days_around_overlap_once() -> None:
    assert days_around(june(2, 3), before=1) == june(1, 2, 3)


def test_what_touches_the_dates_is_covered_and_what_touches_only_that_is_not() -> None:
    spans = [Span(*june(3, 4)), Span(*june(4, 8)), Span(*june(8, 9))]
    assert covered(june(5), spans) == june(4, 5, 6, 7, 8)


def test_a_day_without_events_ends_a_span_and_equal_spans_are_one(spark: SparkSession) -> None:
    events = make_events(spark, {"comes back": [1, 2, 4], "as short": [4], "as long": [1, 2]})
    assert sorted(spans_of_sessions(events)) == [Span(*june(1, 2)), Span(*june(4, 4))]


@pytest.mark.parametrize(
    ("sessions", "session_dates", "event_dates"),
    [
        ({}, june(9, 10, 11), june(8, 9, 10, 11, 12)),
        ({"over midnight": [10, 11]}, june(9, 10, 11, 12), june(8, 9, 10, 11, 12, 13)),
        ({"another one's dates": [11, 12, 13]}, june(9, 10, 11), june(8, 9, 10, 11, 12, 13)),
        ({"longer than the first look": [*range(2, 20)]}, june(*range(1, 21)), june(*range(22))),
    ],
    ids=lambda value: next(iter(value), "nothing") if isinstance(value, dict) else "",
)
def test_dates_of_the_sessions_of_10_june(
    spark: SparkSession, sessions: dict[str, Days], session_dates: list[date], event_dates: list[date]
) -> None:
    events = make_events(spark, {"the new one": [10], **sessions})
    found = dates_of_sessions(lambda dates: events.where(F.col("event_date").isin(dates)), june(10))
    assert found == (session_dates, event_dates)
