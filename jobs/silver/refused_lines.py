"""Refused lines as rows of `silver.quarantine`: where they stood and why, never what they said."""

from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.tables.silver import QUARANTINE


def refused_lines(judged: DataFrame, feed: str, seen_at: datetime) -> DataFrame:
    """One row of `silver.quarantine` for each line with a `fault`."""
    return (
        judged.where(F.col("fault").isNotNull())
        .select(
            "batch_id",
            "source_name",
            F.lit(feed).alias("feed"),
            "line_number",
            "fault.reason",
            "fault.field",
            "fault.message",
            F.lit(seen_at).alias("first_seen_at"),
            F.lit(None).cast("timestamp").alias("replayed_at"),
        )
        .select(*QUARANTINE.column_names)
    )
