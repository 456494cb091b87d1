"""The parts that a week's viewing is released in: the kernel of the partition, run in Spark's tasks."""

from collections.abc import Iterable, Iterator

import polars as pl
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.published import RELEASED_PARTS, TITLE_VIEWING_WEEKLY, VIEWING_CLOCK_WEEKLY
from jobs.expressions.periods import week_start
from jobs.gold.sessions.viewing_clock import local_start
from jobs.gold.sessions.viewing_sessions import is_play
from jobs.published.partition import PART, WEEK, released_parts
from jobs.storage.arrow_schema import arrow_schema
from jobs.storage.kernels import map_batches
from jobs.storage.spark_schema import spark_schema

_COLUMNS = tuple(
    {
        column.name: column
        for table in (RELEASED_PARTS, VIEWING_CLOCK_WEEKLY, TITLE_VIEWING_WEEKLY)
        for column in table.columns
        if column.name in (*RELEASED_PARTS.column_names, "watched_hours", "viewers")
    }.values()
)
_SCHEMA = arrow_schema(_COLUMNS)
_HOURS_TOGETHER = 3


def viewing_parts(sessions: DataFrame) -> DataFrame:
    """One row a released part of a week, as `jobs.published.partition.released_parts` has them.

    Whole weeks of `gold.viewing_sessions`: one task holds a week's profiles, titles and hours of the day.
    """
    contributions = (
        _plays(sessions)
        .withColumns({"local_day": F.date_format(local_start(), "EEEE"), "time_of_day": _time_of_day()})
        .groupBy(*PART, "account_key", "profile_key")
        .agg(F.sum("watched_seconds").alias("watched_seconds"))
    )
    return map_batches(contributions.repartition(WEEK), _parts, spark_schema(_COLUMNS))


def viewers_of_titles(sessions: DataFrame) -> DataFrame:
    """One row a week, title and profile: those whom the parts of a title that is told by its name count as viewers."""
    return _plays(sessions).select(WEEK, "title_id", "account_key", "profile_key").distinct()


def _plays(sessions: DataFrame) -> DataFrame:
    return sessions.where(is_play()).withColumn(WEEK, week_start("session_date"))


def _time_of_day() -> Column:
    hour = F.hour(local_start())
    first_hour = hour - hour % _HOURS_TOGETHER
    return F.format_string("%02d-%02d", first_hour, first_hour + _HOURS_TOGETHER)


def _parts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    found = list(batches)
    if not found:
        return
    contributions = pl.from_arrow(pa.Table.from_batches(found))
    assert isinstance(contributions, pl.DataFrame)
    parts = released_parts(contributions).select(_SCHEMA.names)
    yield from parts.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(_SCHEMA).to_batches()
