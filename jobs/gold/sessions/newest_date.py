"""How far gold reaches."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple


class NewestDates(NamedTuple):
    """The last day of which there is a session, and the last one besides those that are computed now."""

    newest: date
    of_others: date | None


def newest_dates(session_dates: Collection[date], besides: Collection[date], today: date) -> NewestDates:
    """Not after today: later ones are of a clock that is wrong. Today where there is no session."""
    dates = [day for day in session_dates if day <= today]
    return NewestDates(max(dates, default=today), max(set(dates).difference(besides), default=None))


def newest_full_date(session_dates: Collection[date], today: date) -> date:
    """The last day of which there is a session, and not today: of a day that goes on, more comes."""
    return min(newest_dates(session_dates, [], today).newest, today - timedelta(days=1))
