"""Events that were already taken in: in the same load, or in what silver holds."""

from collections.abc import Sequence

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.silver.line_faults import FAULT, fault

# A player that sends an event again says the same; who collected it and when does not matter. Nor do pseudonyms:
# those of the same viewer differ from one key epoch to the next.
_NOT_PAYLOAD = {
    "batch_id",
    "source_name",
    "line_number",
    "line_hash",
    "fault",
    "family",
    "received_time",
    "key_epoch",
    "account_key",
    "profile_key",
    "device_key",
}


def hash_payload(events: DataFrame) -> DataFrame:
    """Adds `payload_hash`: equal where two events say the same."""
    payload = [name for name in events.columns if name not in _NOT_PAYLOAD]
    # A hash of columns passes nulls over: that one is null must count, too.
    parts = [part for name in payload for part in (F.col(name), F.col(name).isNull())]
    return events.withColumn("payload_hash", F.xxhash64(*parts))


def mark_duplicates(events: DataFrame, stored: DataFrame, stopped: Sequence[str]) -> DataFrame:
    """Adds `is_duplicate`: a sound event that an earlier line of the load, or silver, already has.

    Where the one with that `event_id` says something else, the line gets the fault `duplicate_conflict` instead.
    `events` have a `payload_hash`; `stored` holds `event_id`, `payload_hash`, `batch_id` and `line_number` of the same
    event dates. The first line by batch and line number is the one that counts, so that the result does not depend on
    how Spark splits the work. Batches that are `stopped` are not written: their lines are nobody's first, and none is
    a duplicate. Adds `is_stored`, too: the stored row came from the very line, which is tried again. An earlier attempt
    took it in, and that stands, whatever would be said of it now.
    """
    counts = F.col(FAULT).isNull() & ~F.col("batch_id").isin(list(stopped))
    # Any other line is nobody's duplicate: it stands alone under its own place, and does not crowd one partition.
    identity = F.when(counts, F.col("event_id")).otherwise(F.concat_ws(":", "batch_id", "line_number"))
    in_order = Window.partitionBy("_identity").orderBy("batch_id", "line_number")
    before_it = in_order.rowsBetween(Window.unboundedPreceding, -1)
    one_stored = stored.groupBy("event_id").agg(
        F.min(F.struct("batch_id", "line_number", "payload_hash")).alias("_stored")
    )
    is_stored = F.coalesce(
        (F.col("_stored.batch_id") == F.col("batch_id")) & (F.col("_stored.line_number") == F.col("line_number")),
        F.lit(False),
    )
    taken_by = F.coalesce(F.col("_stored.payload_hash"), F.col("_first_payload"))
    is_taken = counts & ~F.col("is_stored") & taken_by.isNotNull()
    says_the_same = F.col("payload_hash") == taken_by
    conflict = fault("duplicate_conflict", "event_id", "Another event was already taken in under this event_id.")
    return (
        events.withColumn("_identity", identity)
        .withColumn("_first_payload", F.first("payload_hash").over(before_it))
        .join(one_stored, on="event_id", how="left")
        .withColumn("is_stored", is_stored)
        .withColumn("is_duplicate", is_taken & says_the_same)
        .withColumn(FAULT, F.when(is_taken & ~says_the_same, conflict).when(~F.col("is_stored"), F.col(FAULT)))
        .drop("_identity", "_first_payload", "_stored")
    )
