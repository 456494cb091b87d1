"""Kernels: pure functions over batches of Arrow, run by Spark's workers or by the driver."""

import gc
import sys
from collections.abc import Callable, Iterable, Iterator
from traceback import extract_tb
from zipimport import zipimporter

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from jobs.errors import PlayheadError

Kernel = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


class KernelFailedError(PlayheadError):
    """A kernel failed. It says where; what it saw may be anybody's data."""


def map_batches(rows: DataFrame, kernel: Kernel, schema: StructType) -> DataFrame:
    """What the kernel makes of each partition's rows, in the columns of that schema."""
    return rows.mapInArrow(_in_worker(telling_no_values(kernel)), schema)


def telling_no_values(kernel: Kernel) -> Kernel:
    """The kernel with `KernelFailedError` in the place of any error, and no search for cycles while it runs.

    Kernels make millions of short-lived objects without a cycle: looking for one takes an eighth of their time.
    """

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        gc.disable()
        try:
            yield from kernel(batches)
        except OSError:
            # It names a file of the lake.
            raise
        except Exception as error:
            in_python = [frame for frame in extract_tb(error.__traceback__) if frame.filename.endswith(".py")]
            where = in_python[-1]
            told = f"{type(error).__name__} at {where.filename}:{where.lineno}."
            raise KernelFailedError(f"{told} It is a fault of ours, please report it. Nothing was written.") from None
        finally:
            gc.enable()

    return run


def _in_worker(kernel: Kernel) -> Kernel:
    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        try:
            yield from kernel(batches)
        finally:
            _make_the_next_task_cheap()

    return run


def _make_the_next_task_cheap() -> None:
    """Spares a worker a tenth of a second before each task.

    Before a task, PySpark has every importer look again at its archive: sixteen times at pyspark.zip, which does not
    change. After it, PySpark looks for cycles among all that was ever imported.
    """
    for path, importer in list(sys.path_importer_cache.items()):
        if isinstance(importer, zipimporter):
            del sys.path_importer_cache[path]
    gc.freeze()
