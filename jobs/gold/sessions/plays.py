"""Every play once: the kernel of plays, run over all events of some dates, in the driver or in Spark's tasks."""

from collections.abc import Iterable, Iterator

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts import columns as c
from jobs.contracts.gold import PLAY_RANGES, VIEWING_SESSIONS
from jobs.contracts.table import Column
from jobs.gold.sessions.event_order import PLAY, ordered_events
from jobs.gold.sessions.media_clock import media_progress
from jobs.gold.sessions.play_facts import play_facts
from jobs.gold.sessions.play_ranges import play_ranges
from jobs.storage.arrow_schema import arrow_schema
from jobs.storage.kernels import map_batches, telling_no_values
from jobs.storage.spark_schema import spark_schema

# What the kernel reads of an event; beside it, of its title, `title_kind` and `runtime_seconds`.
READ = (
    *("session_id", "profile_key", "title_id", "device_key", "account_key"),
    *("event_id", "event_type", "event_time", "received_time", "session_offset_ms", "utc_offset_minutes"),
    *("position_ms", "from_position_ms", "playback_rate", "stop_reason", "is_fatal", "is_autoplay", "play_source"),
    *("device_type", "os", "app_version", "country", "region"),
)
# What needs the title, or whether there are events at all.
_NOT_OF_EVENTS = {"runtime_seconds", "completion_ratio", "is_completed", "is_sampled", "session_source"}
# Of a play's events, by the device's own clock: `ended_at` is mended, and may lie on another date.
_LAST_EVENT_DATE = Column("last_event_date", "date", "Newest event_date of the play")
_FACTS = (
    *(column for column in VIEWING_SESSIONS.columns if column.name not in _NOT_OF_EVENTS),
    c.FURTHEST_SECONDS,
    _LAST_EVENT_DATE,
)
_ROWS = (*_FACTS, *(column for column in PLAY_RANGES.columns if column.name not in VIEWING_SESSIONS.key))
_SCHEMA = arrow_schema(_ROWS)
# Spark knows no views of strings.
_COMPATIBLE = pl.CompatLevel.oldest()


def play_rows(events: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a play, as `traced_plays` has them, and one more a range of it, as `ranges_of` has them.

    `events`: `silver.playback_events` of whole plays. They are shuffled once, each play to one task, which holds its
    part of them in memory: more events need more partitions (`spark.sql.shuffle.partitions`).
    """
    described = events.select(*READ).join(_of_titles(titles), on="title_id", how="left")
    tasks = int(str(events.sparkSession.conf.get("spark.sql.shuffle.partitions")))
    return map_batches(described.repartition(tasks, *PLAY), _rows_of_plays, spark_schema(_ROWS))


def play_rows_in_driver(spark: SparkSession, events: pa.Table, titles: DataFrame) -> DataFrame:
    """As `play_rows`, of events that the driver holds."""
    described = _frame(events.select(list(READ))).join(_frame(_of_titles(titles).toArrow()), on="title_id", how="left")
    rows = telling_no_values(_rows_of_plays)(described.to_arrow(compat_level=_COMPATIBLE).to_batches())
    return spark.createDataFrame(pa.Table.from_batches(rows, _SCHEMA))


def _of_titles(titles: DataFrame) -> DataFrame:
    return titles.select("title_id", F.col("kind").alias("title_kind"), "runtime_seconds")


def traced_plays(rows: DataFrame) -> DataFrame:
    """One row a play that left events, without what needs the title."""
    return rows.where(F.col("what").isNull()).select(*(column.name for column in _FACTS))


def ranges_of(rows: DataFrame) -> DataFrame:
    """Rows of `gold.play_ranges`."""
    return rows.where(F.col("what").isNotNull()).select(*PLAY_RANGES.column_names)


def _rows_of_plays(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    found = list(batches)
    if not found:
        return
    events = _frame(pa.Table.from_batches(found))
    progress = media_progress(ordered_events(events))
    plays = play_facts(progress).with_columns(
        started_at=_moment("started_at_ms"),
        ended_at=_moment("ended_at_ms"),
        session_date=_moment("started_at_ms").dt.date(),
    )
    of_play = plays.select("play", *PLAY, "started_at", "session_date")
    number = pl.int_range(pl.len(), dtype=pl.Int32).over("play") + 1
    ranges = play_ranges(progress).with_columns(range_number=number).join(of_play, on="play", maintain_order="left")
    for rows in (plays, ranges):
        columns = [pl.col(name) if name in rows.columns else pl.lit(None).alias(name) for name in _SCHEMA.names]
        yield from rows.select(columns).to_arrow(compat_level=_COMPATIBLE).cast(_SCHEMA).to_batches()


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _moment(milliseconds: str) -> pl.Expr:
    return pl.from_epoch(milliseconds, time_unit="ms").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
