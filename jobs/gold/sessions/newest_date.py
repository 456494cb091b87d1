"""How far gold reaches."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


class NewestDates(NamedTuple):
    """The last day of which there is a session, and the last one besides those that are computed now."""

    newest: date
    of_others: date | None


def newest_dates(sessions: DataFrame, besides: Sequence[date], today: date) -> NewestDates:
    """Not after today: later ones are of a clock that is wrong. Today where there is no session."""
    is_other = ~F.col("session_date").isin(list(besides))
    found = (
        sessions.where(F.col("session_date") <= today)
        .agg(F.max("session_date").alias("of_all"), F.max(F.when(is_other, F.col("session_date"))).alias("of_others"))
        .head()
    )
    assert found is not None, "an aggregate without groups has one row"
    return NewestDates(found.of_all or today, found.of_others)


def newest_full_date(sessions: DataFrame, today: date) -> date:
    """The last day of which there is a session, and not today: of a day that goes on, more comes."""
    return min(newest_dates(sessions, [], today).newest, today - timedelta(days=1))
