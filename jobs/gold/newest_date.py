"""How far gold reaches."""

from datetime import UTC, date, datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def newest_date(sessions: DataFrame) -> date:
    """The last day of which there is a session; today where there is none, or later ones of a clock that is wrong."""
    today = datetime.now(UTC).date()
    newest = sessions.agg(F.max("session_date").alias("day")).head()
    return min(newest.day, today) if newest and newest.day else today
