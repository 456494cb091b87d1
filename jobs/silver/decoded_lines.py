"""Lines decoded by a kernel, wherever Spark has them."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from traceback import extract_tb

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.silver.row_schema import spark_schema
from jobs.tables import contract

Kernel = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


class DecodingFailedError(Exception):
    """A kernel failed where it should have refused a line. It says where; what it saw may be anybody's data."""


def line_hash() -> Column:
    """What a line adds to the sum over its file: its bytes at their place. The order of adding does not matter."""
    return F.xxhash64("line_number", "line")


def decode(lines: DataFrame, kernel: Kernel, columns: Sequence[contract.Column]) -> DataFrame:
    """What the kernel makes of bronze lines, in these columns."""
    placed = lines.select("batch_id", "line_number", line_hash().alias("line_hash"), "received_at", "line")
    return placed.mapInArrow(_telling_no_values(kernel), spark_schema(columns))


def _telling_no_values(kernel: Kernel) -> Kernel:
    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        # A kernel makes millions of short-lived objects without a cycle: looking for one takes an eighth of its time.
        gc.disable()
        try:
            yield from kernel(batches)
        except Exception as error:
            where = extract_tb(error.__traceback__)[-1]
            raise DecodingFailedError(f"{type(error).__name__} at {where.filename}:{where.lineno}") from None
        finally:
            gc.enable()

    return run
