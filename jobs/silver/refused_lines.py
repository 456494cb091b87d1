"""Refused lines as rows of `silver.quarantine`: where they stood and why, never what they said."""

from collections.abc import Sequence
from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.silver import QUARANTINE
from jobs.storage.local_rows import local_rows


def refused_lines(judged: DataFrame, files: Sequence[tuple[str, str, str]], at: datetime) -> DataFrame:
    """One row of `silver.quarantine` for each line with a `reason`, seen `at` this time.

    `files`: the id, the name and the feed of each file.
    """
    named = local_rows(judged.sparkSession, files, "batch_id string, source_name string, feed string")
    return (
        judged.where(F.col("reason").isNotNull())
        .select("batch_id", "line_number", "reason", "field", "message")
        .join(F.broadcast(named), on="batch_id", how="inner")
        .withColumns({"first_seen_at": F.lit(at), "replayed_at": F.lit(None).cast("timestamp")})
        .select(*QUARANTINE.column_names)
    )
