"""Which row of each released table a session counts in: its cells."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.published import EXPERIENCE_WEEKLY, OTHER
from jobs.contracts.table import Table
from jobs.expressions.countries import known_country
from jobs.expressions.periods import week_start
from jobs.gold.sessions.viewing_sessions import is_attempt

SESSION = ("period_start_date", "session_id", "profile_key", "title_id", "session_date")
CELL = ("period_start_date", "table_name", "labels")
# How the tables call the labels of their rows, in this order.
LABELS = {EXPERIENCE_WEEKLY: ("country", "region")}


def described_sessions(sessions: DataFrame, titles: DataFrame) -> DataFrame:
    """Adds to each session its `week_start_date` and what `titles` say of it: `genres`, `name` and `kind`."""
    return sessions.withColumn("week_start_date", week_start("session_date")).join(
        titles.select("title_id", "name", "kind", "genres"), on="title_id", how="left"
    )


def with_labels_of(table: Table, sessions: DataFrame) -> DataFrame:
    """The sessions that count in the table, once for each of its rows that they count in: adds `labels`."""
    assert table == EXPERIENCE_WEEKLY, table.full_name
    return sessions.where(is_attempt()).withColumn("labels", F.explode(_labels()))


def other(labels: Column) -> Column:
    """The labels of the row in which those are that have too few people for their own."""
    return F.transform(labels, lambda _: F.lit(OTHER))


def cells_of(table: Table, sessions: DataFrame) -> DataFrame:
    """One row a described session and row of the table that it counts in: `CELL`, `SESSION`."""
    return with_labels_of(table, sessions).select(
        F.col("week_start_date").alias("period_start_date"),
        *SESSION[1:],
        F.lit(table.name).alias("table_name"),
        "labels",
    )


def _labels() -> Column:
    country = known_country()
    return F.array(F.array(country, F.coalesce("region", country)))
