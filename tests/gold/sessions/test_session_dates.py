from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.silver import PLAYBACK_EVENTS, REPORTED_VIEWINGS
from jobs.expressions.periods import days_around
from jobs.gold.sessions.session_dates import Span, covered, dates_of_sessions, spans_of_sessions
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


def test_an_id_that_never_falls_silent_covers_no_more_than_a_week_around() -> None:
    assert covered(june(10), [Span(*june(-300, 300))]) == june(*range(2, 19))


@pytest.mark.parametrize(
    ("sessions", "reported", "session_dates", "event_dates"),
    [
        ({}, [], [10], [10]),
        ({"over midnight": [10, 11]}, [], [10, 11], [10, 11]),
        ({"another one's dates": [11, 12]}, [], [10], [10]),
        ({"over each midnight": [9, 10], "and": [8, 9], "then": [10, 11], "": [11, 12]}, [], [9, 10, 11], range(8, 13)),
        ({"longer than the first look": [*range(5, 12)]}, [], range(5, 12), range(5, 12)),
        ({"reported the day after": []}, [11], [10, 11], [10, 11, 12]),
        ({"reported days after": []}, [12], [10], [10]),
        ({"never falls silent": [*range(-40, 60)]}, [], range(2, 19), range(-6, 27)),
    ],
    ids=lambda value: next(iter(value), "nothing else") if isinstance(value, dict) else "",
)
def test_dates_of_the_sessions_of_10_june(
    spark: SparkSession,
    sessions: dict[str, Days],
    reported: Days,
    session_dates: Iterable[int],
    event_dates: Iterable[int],
) -> None:
    events = make_events(spark, {"the new one": [10], **sessions})
    viewings = make_rows(spark, REPORTED_VIEWINGS, [{"session_date": day} for day in june(*reported)])
    found = dates_of_sessions(
        lambda dates: events.where(F.col("event_date").isin(dates)),
        lambda dates: viewings.where(F.col("session_date").isin(dates)),
        june(10),
    )
    assert found == (june(*session_dates), june(*event_dates))


def test_sessions_over_each_midnight_take_one_look(spark: SparkSession) -> None:
    events = make_events(spark, {str(day): [day, day + 1] for day in range(1, 20)})
    looks = []

    def look(dates: list[date]) -> DataFrame:
        looks.append(dates)
        return events.where(F.col("event_date").isin(dates))

    dates_of_sessions(look, lambda _: make_rows(spark, REPORTED_VIEWINGS, []), june(10))
    assert looks == [june(*range(7, 14))]
