"""The dates that sessions lie on: some begin before midnight, and a long one spans days."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.expressions.periods import days_around
from jobs.gold.sessions.event_order import LONGEST_SESSION_DAYS, PLAY
from jobs.gold.sessions.viewing_sessions import REPORTED_DAYS_OFF

# Enough where no session is longer than two dates and no viewing is reported.
FIRST_LOOK_DAYS = 3
# So far a date can change what another one holds: a day more than a session is long makes it several.
REACH_DAYS = LONGEST_SESSION_DAYS + 1
# From the dates to those that change, from these to those that they are made of, and the viewings beside them.
FURTHEST_LOOK_DAYS = 2 * (REACH_DAYS + REPORTED_DAYS_OFF)


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


def dates_of_sessions(
    events_of: Callable[[list[date]], DataFrame], reported_of: Callable[[list[date]], DataFrame], dates: Iterable[date]
) -> DatesOfSessions:
    """What must be computed where events or reported viewings of these dates are new.

    A new event can join two sessions or begin one earlier: whatever dates they lay on, their new sessions cover them.
    A viewing is that of a session up to a day away. `events_of` and `reported_of` read the rows of some dates.
    """
    days = FIRST_LOOK_DAYS
    while True:
        seen = days_around(dates, days, days)
        spans = spans_of_sessions(events_of(seen))
        reported = {row.session_date for row in reported_of(seen).select("session_date").distinct().collect()}
        changed = covered(dates, spans)
        changed = sorted({*changed, *reported.intersection(days_around(changed, REPORTED_DAYS_OFF, REPORTED_DAYS_OFF))})
        beside = days_around(reported.intersection(changed), REPORTED_DAYS_OFF, REPORTED_DAYS_OFF)
        needed = covered({*changed, *beside}, spans)
        if days == FURTHEST_LOOK_DAYS or set(days_around(needed, 1, 1)) <= set(seen):
            return DatesOfSessions(changed, needed)
        days = min(2 * days, FURTHEST_LOOK_DAYS)


def spans_of_sessions(events: DataFrame) -> list[Span]:
    """The spans that occur, each once: as many as dates allow, however many sessions there are.

    Events on neighbouring dates count as one play's, though some are of two (`jobs.gold.sessions.event_order`).
    """
    dates = events.select(*PLAY, "event_date").distinct()
    number = F.row_number().over(Window.partitionBy(*PLAY).orderBy("event_date"))
    in_a_row = dates.withColumn("date_before", F.date_sub("event_date", number)).groupBy(*PLAY, "date_before")
    spans = in_a_row.agg(F.min("event_date").alias("first"), F.max("event_date").alias("last"))
    return [Span(row.first, row.last) for row in spans.select("first", "last").distinct().collect()]


def covered(dates: Iterable[date], spans: Iterable[Span]) -> list[date]:
    """The dates, and those of the spans that touch them, as far as they reach."""
    given = set(dates)
    of_spans = set[date]().union(*(span.dates for span in spans if not given.isdisjoint(span.dates)))
    return sorted(given | of_spans.intersection(days_around(given, REACH_DAYS, REACH_DAYS)))
