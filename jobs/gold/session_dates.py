"""The dates that sessions lie on: some begin before midnight, and a long one spans days."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.gold.viewing_sessions import REPORTED_DAYS_OFF

# Enough where no session is longer than two dates.
FIRST_LOOK_DAYS = 4


class Span(NamedTuple):
    """The first and the last date of one or more sessions."""

    first: date
    last: date

    @property
    def dates(self) -> set[date]:
        return {self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)}


class DatesOfSessions(NamedTuple):
    """Which dates get sessions anew, and the events of which dates these sessions are made of."""

    session_dates: list[date]
    event_dates: list[date]


def dates_of_sessions(events_of: Callable[[list[date]], DataFrame], dates: Iterable[date]) -> DatesOfSessions:
    """What must be computed where events of these dates are new. `events_of` reads the events of some dates.

    A new event can join two sessions or begin one earlier: whatever dates they lay on, their new sessions cover them.
    """
    days = FIRST_LOOK_DAYS
    while True:
        seen = days_around(dates, days, days)
        spans = spans_of_sessions(events_of(seen))
        changed = days_around(covered(dates, spans), REPORTED_DAYS_OFF, REPORTED_DAYS_OFF)
        beside = days_around(changed, REPORTED_DAYS_OFF, REPORTED_DAYS_OFF)
        needed = covered(beside, spans)
        if set(days_around(needed, 1, 1)) <= set(seen):
            return DatesOfSessions(changed, needed)
        days *= 2


def spans_of_sessions(events: DataFrame) -> list[Span]:
    """The spans that occur, each once: as many as dates allow, however many sessions there are.

    Events on neighbouring dates count as one session's. Some are two (`jobs.gold.played_intervals.LONGEST_PAUSE`).
    """
    dates = events.select("session_id", "event_date").distinct()
    number = F.row_number().over(Window.partitionBy("session_id").orderBy("event_date"))
    in_a_row = dates.withColumn("date_before", F.date_sub("event_date", number)).groupBy("session_id", "date_before")
    spans = in_a_row.agg(F.min("event_date").alias("first"), F.max("event_date").alias("last"))
    return [Span(row.first, row.last) for row in spans.select("first", "last").distinct().collect()]


def covered(dates: Iterable[date], spans: Iterable[Span]) -> list[date]:
    """The dates, and all dates of the spans that touch them."""
    given = set(dates)
    return sorted(given.union(*(span.dates for span in spans if not given.isdisjoint(span.dates))))


def days_around(dates: Iterable[date], before: int = 0, after: int = 0) -> list[date]:
    """The dates, and so many days before and after each of them."""
    return sorted({day + timedelta(days=shift) for day in dates for shift in range(-before, after + 1)})
