"""Events that were already taken in: in the same load, or in what silver holds."""

from collections.abc import Sequence

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F


def mark_duplicates(events: DataFrame, stored_ids: DataFrame, stopped: Sequence[str]) -> DataFrame:
    """Adds `is_duplicate`: a sound event whose `event_id` an earlier line of the load, or silver, already has.

    `stored_ids` has one column, `event_id`, and holds those of the same event dates from other loads. The first line
    by batch and line number is the one that counts, so that the result does not depend on how Spark splits the work.
    Batches that are `stopped` are not written: their lines are nobody's first, and none is a duplicate.
    """
    counts = F.col("fault").isNull() & ~F.col("batch_id").isin(list(stopped))
    # Any other line is nobody's duplicate: it stands alone under its own place, and does not crowd one partition.
    identity = F.when(counts, F.col("event_id")).otherwise(F.concat_ws(":", "batch_id", "line_number"))
    first_come = Window.partitionBy("_identity").orderBy("batch_id", "line_number")
    stored = stored_ids.select("event_id").distinct().withColumn("_is_stored", F.lit(True))
    return (
        events.withColumn("_identity", identity)
        .withColumn("_copy", F.row_number().over(first_come))
        .join(stored, on="event_id", how="left")
        .withColumn(
            "is_duplicate",
            counts & ((F.col("_copy") > 1) | F.coalesce("_is_stored", F.lit(False))),
        )
        .drop("_identity", "_copy", "_is_stored")
    )
