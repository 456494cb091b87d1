"""Bronze rows: every landed line with the file that it came in."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.ledger import Batch
from jobs.local_rows import local_rows
from jobs.tables.contract import Table

LANDED_SCHEMA = "line_number bigint, line binary, line_bytes bigint"


def raw_lines(landed: DataFrame, batches: Sequence[Batch], table: Table) -> DataFrame:
    """One row a line. `landed` are files `<batch_id>.parquet`, read with `LANDED_SCHEMA`."""
    arrivals = _arrivals(landed.sparkSession, batches)
    return (
        landed.select("*", landed_batch_id().alias("batch_id"))
        .join(F.broadcast(arrivals), on="batch_id", how="inner")
        .withColumn("ingest_date", F.to_date("received_at"))
        .select(*table.column_names)
    )


def landed_batch_id() -> Column:
    """The file that a landed line belongs to: landing calls it by its SHA-256."""
    return F.regexp_extract(F.col("_metadata.file_name"), r"^([0-9a-f]{64})\.parquet$", 1)


def _arrivals(spark: SparkSession, batches: Sequence[Batch]) -> DataFrame:
    return local_rows(
        spark,
        [(batch.batch_id, batch.feed, batch.source_name, batch.landed_at) for batch in batches],
        "batch_id string, feed string, source_name string, received_at timestamp",
    )
