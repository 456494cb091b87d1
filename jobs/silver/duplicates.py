"""Events that were already taken in: in the same load, or in what silver holds."""

import polars as pl
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.silver.line_faults import Fault

CONFLICT = Fault("duplicate_conflict", "event_id", "Another event was already taken in under this event_id.")
_PLACE = ["batch_id", "line_number"]
_NARROW = ["event_id", "payload_hash", *_PLACE]


def duplicates(events: DataFrame, stored: DataFrame) -> DataFrame:
    """One row a line whose `event_id` occurs elsewhere, too: `batch_id`, `line_number`, `is_duplicate`, `is_conflict`.

    `events` are the sound events of a load, `stored` those that silver has on the same dates, both with `event_id`,
    `payload_hash`, `batch_id` and `line_number`. The first line by batch and line number is the one that
    counts, so that the result does not depend on how Spark splits the work. A line that says what the first one says is
    a duplicate, another one a conflict, whichever epoch the stored one is of.

    Only ids are shuffled for all events; what else is known of a line, for the few that are there twice.
    """
    # Hashes of ids are shuffled faster than ids. Two ids with one hash only cost a second look.
    hashed = events.select(*_NARROW, F.xxhash64("event_id").alias("_id_hash"))
    twice = hashed.groupBy("_id_hash").agg(F.count("*").alias("lines")).where(F.col("lines") > 1).select("_id_hash")
    known = stored.select(*_NARROW).join(events.select("event_id"), on="event_id", how="left_semi")
    first_stored = known.groupBy("event_id").agg(F.min(F.struct(*_PLACE, "payload_hash")).alias("_stored"))
    contested = twice.unionByName(first_stored.select(F.xxhash64("event_id").alias("_id_hash")))
    before_it = Window.partitionBy("event_id").orderBy(*_PLACE).rowsBetween(Window.unboundedPreceding, -1)
    # What an earlier attempt took in is nobody's duplicate: it stands.
    is_stored_line = F.coalesce(
        (F.col("_stored.batch_id") == F.col("batch_id")) & (F.col("_stored.line_number") == F.col("line_number")),
        F.lit(False),
    )
    taken_by = F.coalesce(F.col("_stored.payload_hash"), F.col("_first_payload"))
    says_the_same = F.col("payload_hash") == taken_by
    return (
        hashed.join(contested, on="_id_hash", how="left_semi")
        .withColumn("_first_payload", F.first("payload_hash").over(before_it))
        .join(first_stored, on="event_id", how="left")
        .where(taken_by.isNotNull() & ~is_stored_line)
        .select(*_PLACE, says_the_same.alias("is_duplicate"), (~says_the_same).alias("is_conflict"))
    )


def duplicates_in_driver(events: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """The rows of `events` that `duplicates` tells, with `is_duplicate` and `is_conflict`; the same without Spark."""
    first_stored = stored.sort(_PLACE).unique("event_id", keep="first")
    contested = events.filter(
        pl.col("event_id").is_duplicated() | pl.col("event_id").is_in(first_stored["event_id"].implode())
    )
    joined = contested.sort(_PLACE).join(
        first_stored, on="event_id", how="left", suffix="_stored", maintain_order="left"
    )
    is_first = pl.int_range(pl.len()).over("event_id") == 0
    first_payload = pl.when(~is_first).then(pl.col("payload_hash").first().over("event_id"))
    # What an earlier attempt took in is nobody's duplicate: it stands.
    is_stored_line = pl.all_horizontal(pl.col(f"{name}_stored").eq_missing(pl.col(name)) for name in _PLACE)
    taken_by = pl.coalesce("payload_hash_stored", first_payload)
    is_duplicate = pl.col("payload_hash") == taken_by
    return (
        joined.with_columns(is_duplicate=is_duplicate, is_conflict=~is_duplicate, is_told=taken_by.is_not_null())
        .filter(pl.col("is_told"), ~is_stored_line)
        .select(*events.columns, "is_duplicate", "is_conflict")
    )
