"""Of a week, how the player did; and how many viewers are told."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.published import EXPERIENCE_WEEKLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.contracts.table import Table
from jobs.published.cells import CELL, LABELS, with_labels_of

# Of few plays, a percentile is what one of them took: it is told to a tenth of a second.
_PLACES = 1


def experience_weekly(sessions: DataFrame, cells: DataFrame) -> DataFrame:
    """One row a region, of the plays that were attempted, as `gold.experience_daily` defines all of it.

    It holds nothing that adds up, and so nothing that could be taken from the hours of other tables.
    """
    is_of_enough = F.count_distinct(F.when(F.col("is_started"), F.col("profile_key"))) >= SMALLEST_GROUP
    stalled, playing = F.sum("stalled_seconds"), F.sum("playing_seconds")
    return (
        _in_rows(EXPERIENCE_WEEKLY, sessions, cells)
        .groupBy(*EXPERIENCE_WEEKLY.key)
        .agg(
            _viewers(),
            F.when(is_of_enough, F.round(F.percentile("startup_seconds", 0.5), _PLACES)).alias("startup_seconds_p50"),
            F.when(is_of_enough, F.round(F.percentile("startup_seconds", 0.95), _PLACES)).alias("startup_seconds_p95"),
            F.avg(F.col("is_failed").cast("double")).alias("failed_share"),
            F.try_divide(stalled, stalled + playing).alias("rebuffer_ratio"),
        )
        .select(*EXPERIENCE_WEEKLY.column_names)
    )


def viewers_in_tens(rows: DataFrame) -> DataFrame:
    """`viewers` rounded down to tens: no two counts differ by one person."""
    return rows.withColumn("viewers", (F.floor(F.col("viewers") / SMALLEST_GROUP) * SMALLEST_GROUP).cast("bigint"))


def _in_rows(table: Table, sessions: DataFrame, cells: DataFrame) -> DataFrame:
    """The table's sessions, once for each of its rows that they count in, with the names of that row's labels."""
    ended_in = cells.where(F.col("table_name") == table.name).select(*CELL, "released").distinct()
    names = [F.col("released")[place].alias(name) for place, name in enumerate(LABELS[table])]
    return (
        with_labels_of(table, sessions)
        .withColumns({"table_name": F.lit(table.name), "period_start_date": F.col("week_start_date")})
        .drop(*LABELS[table])
        .join(ended_in, on=list(CELL), how="inner")
        .select("*", *names)
    )


def _viewers() -> Column:
    return F.count_distinct("profile_key").alias("viewers")
