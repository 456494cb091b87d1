"""Lines decoded by a kernel, wherever they are."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts import table
from jobs.silver.line_columns import TIMESTAMP
from jobs.silver.line_hashes import line_hashes
from jobs.silver.packed_rows import PACKED, as_packed_rows, unpack
from jobs.silver.row_schema import LINE_HASH
from jobs.storage.arrow_reads import RowGroup, rows_of
from jobs.storage.arrow_schema import arrow_schema
from jobs.storage.kernels import Kernel, map_batches, telling_no_values
from jobs.storage.spark_schema import spark_schema

# As many as Spark gives a kernel at once.
LINES_A_BATCH = 10_000
# So few are decoded in a tenth of a second: asking Spark takes longer, and in a fresh process its workers start first.
MOST_LINES_DECODED_HERE, MOST_BYTES_DECODED_HERE = 20_000, 2**26
_LINE = ("batch_id", "line_number", "received_at", "line")


def line_hash() -> Column:
    """`line_hashes`, computed by Spark."""
    return F.xxhash64("line_number", "line")


def decode(lines: DataFrame, kernel: Kernel, columns: Sequence[table.Column]) -> DataFrame:
    """What the kernel makes of bronze lines, in these columns."""
    placed = lines.select("batch_id", "line_number", line_hash().alias("line_hash"), "received_at", "line")
    return map_batches(placed, kernel, spark_schema(columns))


def decode_row_groups(
    spark: SparkSession,
    groups: Sequence[RowGroup],
    batch_ids: Sequence[str],
    kernel: Kernel,
    columns: Sequence[table.Column],
) -> pa.Table:
    """What the kernel makes of the lines of these batches in these files, in the driver as Arrow.

    Spark hands out row groups; its workers read them, so that no line passes through the JVM.
    Few lines are decoded here.
    """
    is_few = sum(group.row_count for group in groups) <= MOST_LINES_DECODED_HERE
    if is_few and sum(group.size_bytes for group in groups) <= MOST_BYTES_DECODED_HERE:
        rows = telling_no_values(kernel)(_placed_lines(groups, batch_ids))
        return pa.Table.from_batches(rows, arrow_schema(columns))
    tasks = spark.range(0, len(groups), 1, min(len(groups), 4 * spark.sparkContext.defaultParallelism))
    of_tasks = partial(_decoded_and_packed, groups=groups, batch_ids=batch_ids, kernel=kernel)
    decoded = map_batches(tasks, of_tasks, spark_schema([PACKED]))
    return pa.Table.from_batches(unpack(decoded.toArrow().to_batches()), arrow_schema(columns))


def _decoded_and_packed(
    tasks: Iterable[pa.RecordBatch], groups: Sequence[RowGroup], batch_ids: Sequence[str], kernel: Kernel
) -> Iterator[pa.RecordBatch]:
    of_task = [groups[number] for task in tasks for number in task["id"].to_pylist()]
    yield from as_packed_rows(kernel(_placed_lines(of_task, batch_ids)))


def _placed_lines(groups: Sequence[RowGroup], batch_ids: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Lines with their hash, as kernels take them."""
    for lines in rows_of(groups, _LINE, "batch_id", batch_ids, LINES_A_BATCH):
        # Spark may have written it as nanoseconds without a zone.
        received_at = lines["received_at"].cast(pa.timestamp("us")).cast(TIMESTAMP)
        timed = lines.set_column(lines.schema.get_field_index("received_at"), "received_at", received_at)
        hashes = line_hashes(timed["line_number"].to_pylist(), timed["line"].to_pylist())
        yield timed.append_column(LINE_HASH.name, pa.array(hashes, pa.uint64()).view(pa.int64()))
