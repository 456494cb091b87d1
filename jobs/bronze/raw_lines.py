"""Bronze rows: every landed line with the file that it came in."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.table import Table
from jobs.ledger.ledger import Batch
from jobs.storage.arrow_schema import arrow_schema
from jobs.storage.local_rows import local_rows

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


def raw_line_stream(paths: Mapping[Batch, Path], table: Table) -> pa.RecordBatchReader:
    """The same rows, read from the landed files one row group after the other."""
    schema = arrow_schema(table.columns)

    def rows() -> Iterator[pa.RecordBatch]:
        for batch, path in paths.items():
            landed = pq.ParquetFile(path)
            for number in range(landed.num_row_groups):
                for lines in landed.read_row_group(number).to_batches():
                    yield _with_arrival(lines, batch, schema)

    return pa.RecordBatchReader.from_batches(schema, rows())


def raw_lines_without_text(paths: Mapping[Batch, Path], table: Table) -> pa.Table:
    """The same rows with nulls in the place of the lines, of which nothing is promised: what is there to judge."""
    schema = arrow_schema(table.columns)
    rows = [
        _with_arrival(lines, batch, schema)
        for batch, path in paths.items()
        for lines in pq.read_table(path, columns=["line_number", "line_bytes"]).to_batches()
    ]
    return pa.Table.from_batches(rows, schema=schema)


def landed_batch_id() -> Column:
    """The file that a landed line belongs to: landing calls it by its SHA-256."""
    return F.regexp_extract(F.col("_metadata.file_name"), r"^([0-9a-f]{64})\.parquet$", 1)


def _with_arrival(lines: pa.RecordBatch, batch: Batch, schema: pa.Schema) -> pa.RecordBatch:
    of_file: dict[str, Any] = {
        "batch_id": batch.batch_id,
        "feed": batch.feed,
        "source_name": batch.source_name,
        "received_at": batch.landed_at,
        "ingest_date": batch.landed_at.date(),
        "line": None,
    }
    return pa.RecordBatch.from_arrays(
        [
            lines[field.name].cast(field.type)
            if field.name in lines.schema.names
            else pa.repeat(pa.scalar(of_file[field.name], field.type), lines.num_rows)
            for field in schema
        ],
        schema=schema,
    )


def _arrivals(spark: SparkSession, batches: Sequence[Batch]) -> DataFrame:
    return local_rows(
        spark,
        [(batch.batch_id, batch.feed, batch.source_name, batch.landed_at) for batch in batches],
        "batch_id string, feed string, source_name string, received_at timestamp",
    )
