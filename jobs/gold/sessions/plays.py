"""Every play once: the kernel of plays, run over all events of some dates, in the driver or in Spark's tasks."""

from collections.abc import Iterable, Iterator

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from jobs.gold.sessions.event_order import PLAY, ordered_events
from jobs.gold.sessions.media_clock import media_progress
from jobs.gold.sessions.play_facts import play_facts
from jobs.gold.sessions.play_ranges import play_ranges
from jobs.kernels import map_batches
from jobs.tables.gold import PLAY_RANGES

# What the kernel reads of an event; beside it, of its title, `title_kind` and `runtime_seconds`.
READ = (
    *("session_id", "profile_key", "title_id", "device_key", "account_key"),
    *("event_id", "event_type", "event_time", "received_time", "session_offset_ms", "utc_offset_minutes"),
    *("position_ms", "from_position_ms", "playback_rate", "stop_reason", "is_fatal", "is_autoplay", "play_source"),
    *("device_type", "os", "app_version", "country", "region"),
)
_FACTS = {
    "session_id": "string",
    "profile_key": "string",
    "title_id": "string",
    "account_key": "string",
    "started_at": "timestamp",
    "ended_at": "timestamp",
    "session_date": "date",
    "utc_offset_minutes": "int",
    "device_type": "string",
    "os": "string",
    "app_version": "string",
    "country": "string",
    "region": "string",
    "play_source": "string",
    "is_autoplay": "boolean",
    "is_live": "boolean",
    "is_preview": "boolean",
    "is_requested": "boolean",
    "is_started": "boolean",
    "is_failed": "boolean",
    "watched_seconds": "double",
    "unique_watched_seconds": "double",
    "furthest_seconds": "double",
    "playing_seconds": "double",
    "paused_seconds": "double",
    "ad_seconds": "double",
    "buffering_seconds": "double",
    "stalled_seconds": "double",
    "seek_stalled_seconds": "double",
    "stall_count": "int",
    "watched_before_stall_seconds": "double",
    "startup_seconds": "double",
    "seek_forward_count": "int",
    "seek_back_count": "int",
    "stop_reason": "string",
    "event_count": "int",
}
_RANGE = {"range_number": "int", "what": "string", "from_ms": "bigint", "to_ms": "bigint", "seconds": "double"}
_ROWS = _FACTS | _RANGE
_POLARS_TYPES = {
    "string": pl.String(),
    "timestamp": pl.Datetime("us", "UTC"),
    "date": pl.Date(),
    "int": pl.Int32(),
    "bigint": pl.Int64(),
    "double": pl.Float64(),
    "boolean": pl.Boolean(),
}


def play_rows(events: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a play, as `traced_plays` has them, and one more a range of it, as `ranges_of` has them.

    `events`: `silver.playback_events` of whole plays. They are shuffled once, each play to one task, which holds its
    part of them in memory: more events need more partitions (`spark.sql.shuffle.partitions`).
    """
    described = events.select(*READ).join(_of_titles(titles), on="title_id", how="left")
    tasks = int(str(events.sparkSession.conf.get("spark.sql.shuffle.partitions")))
    return map_batches(
        described.repartition(tasks, *PLAY), _rows_of_plays, ", ".join(f"{name} {kind}" for name, kind in _ROWS.items())
    )


def play_rows_in_driver(spark: SparkSession, events: pa.Table, titles: DataFrame) -> DataFrame:
    """As `play_rows`, of events that the driver holds."""
    described = _frame(events.select(list(READ))).join(_frame(_of_titles(titles).toArrow()), on="title_id", how="left")
    rows = pl.concat(_plays_and_ranges(described), rechunk=True)
    schema = StructType.fromDDL(", ".join(f"{name} {kind}" for name, kind in _ROWS.items()))
    assert isinstance(schema, StructType), "a row has columns"
    return spark.createDataFrame(rows.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(to_arrow_schema(schema)))


def _of_titles(titles: DataFrame) -> DataFrame:
    return titles.select("title_id", F.col("kind").alias("title_kind"), "runtime_seconds")


def traced_plays(rows: DataFrame) -> DataFrame:
    """One row a play that left events, without what needs the title."""
    return rows.where(F.col("what").isNull()).select(*_FACTS)


def ranges_of(rows: DataFrame) -> DataFrame:
    """Rows of `gold.play_ranges`."""
    return rows.where(F.col("what").isNotNull()).select(*PLAY_RANGES.column_names)


def _rows_of_plays(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    found = list(batches)
    if not found:
        return
    for rows in _plays_and_ranges(_frame(pa.Table.from_batches(found))):
        yield from rows.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()


def _plays_and_ranges(events: pl.DataFrame) -> list[pl.DataFrame]:
    progress = media_progress(ordered_events(events))
    plays = play_facts(progress).with_columns(
        started_at=_moment("started_at_ms"),
        ended_at=_moment("ended_at_ms"),
        session_date=_moment("started_at_ms").dt.date(),
    )
    of_play = plays.select("play", *PLAY, "started_at", "session_date")
    number = pl.int_range(pl.len(), dtype=pl.Int32).over("play") + 1
    ranges = play_ranges(progress).with_columns(range_number=number).join(of_play, on="play", maintain_order="left")
    return [
        rows.select(
            (pl.col(name) if name in rows.columns else pl.lit(None)).cast(_POLARS_TYPES[kind]).alias(name)
            for name, kind in _ROWS.items()
        )
        for rows in (plays, ranges)
    ]


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _moment(milliseconds: str) -> pl.Expr:
    return pl.from_epoch(milliseconds, time_unit="ms").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
