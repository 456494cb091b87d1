"""Which row of each released table a session counts in: its cells."""

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.published import (
    EXPERIENCE_WEEKLY,
    GENRE_DEMAND_WEEKLY,
    OTHER,
    TITLE_VIEWING_WEEKLY,
    VIEWING_CLOCK_WEEKLY,
    VIEWING_DAILY,
)
from jobs.contracts.table import Table
from jobs.expressions.countries import known_country
from jobs.expressions.periods import week_start
from jobs.gold.demand.genre_demand_daily import distinct_labels
from jobs.gold.sessions.viewing_clock import local_start
from jobs.gold.sessions.viewing_sessions import is_attempt, is_play

SESSION = ("period_start_date", "session_id", "profile_key", "title_id", "session_date")
CELL = ("period_start_date", "table_name", "labels")
# How the tables call the labels of their rows, in this order.
LABELS = {
    VIEWING_DAILY: ("day",),
    VIEWING_CLOCK_WEEKLY: ("local_day", "time_of_day"),
    TITLE_VIEWING_WEEKLY: ("title_id",),
    GENRE_DEMAND_WEEKLY: ("genre",),
    EXPERIENCE_WEEKLY: ("country", "region"),
}
_HOURS_TOGETHER = 3


def described_sessions(sessions: DataFrame, titles: DataFrame) -> DataFrame:
    """Adds to each session its `week_start_date` and what `titles` say of it: `genres`, `name` and `kind`."""
    return sessions.withColumn("week_start_date", week_start("session_date")).join(
        titles.select("title_id", "name", "kind", "genres"), on="title_id", how="left"
    )


def cells_of_plays(sessions: DataFrame) -> DataFrame:
    """One row a described session with progress and row of a table that it counts in: `CELL`, `SESSION`.

    All these tables tell of the same plays.
    """
    return reduce(DataFrame.unionByName, [cells_of(table, sessions) for table in LABELS if table != EXPERIENCE_WEEKLY])


def with_labels_of(table: Table, sessions: DataFrame) -> DataFrame:
    """The sessions that count in the table, once for each of its rows that they count in: adds `labels`."""
    return sessions.where(_counts_in(table)).withColumn("labels", F.explode(_labels(table)))


def genres_of_title() -> Column:
    """The genres that the row's title counts in, as in `gold.genre_demand_daily`."""
    return distinct_labels(F.col("genres"))


def other(labels: Column) -> Column:
    """The labels of the row in which those are that have too few people for their own."""
    return F.transform(labels, lambda _: F.lit(OTHER))


def cells_of(table: Table, sessions: DataFrame) -> DataFrame:
    """As `cells_of_plays`, of one table; in `EXPERIENCE_WEEKLY` attempts count that came to nothing, too."""
    return with_labels_of(table, sessions).select(
        F.col("week_start_date").alias("period_start_date"),
        *SESSION[1:],
        F.lit(table.name).alias("table_name"),
        "labels",
    )


def _counts_in(table: Table) -> Column:
    if table == EXPERIENCE_WEEKLY:
        return is_attempt()
    return is_play()


def _labels(table: Table) -> Column:
    country = known_country()
    first_hour = F.hour(local_start()) - F.hour(local_start()) % _HOURS_TOGETHER
    time_of_day = F.format_string("%02d-%02d", first_hour, first_hour + _HOURS_TOGETHER)
    one_row = {
        VIEWING_DAILY: F.array(F.col("session_date").cast("string")),
        VIEWING_CLOCK_WEEKLY: F.array(F.date_format(local_start(), "EEEE"), time_of_day),
        TITLE_VIEWING_WEEKLY: F.array("title_id"),
        EXPERIENCE_WEEKLY: F.array(country, F.coalesce("region", country)),
    }
    if table == GENRE_DEMAND_WEEKLY:
        return F.transform(genres_of_title(), lambda genre: F.array(genre))
    return F.array(one_row[table])
