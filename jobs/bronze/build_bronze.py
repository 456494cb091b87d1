"""Bronze: what arrived, as it is."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import DataFrame

from jobs.bronze.raw_lines import LANDED_SCHEMA, raw_line_stream, raw_lines, raw_lines_without_text
from jobs.contracts.bronze import RAW_EVENTS, RAW_REFERENCE
from jobs.contracts.landed_file import landed_file
from jobs.contracts.raw_event import RAW_EVENT
from jobs.contracts.table import Table
from jobs.errors import PlayheadError
from jobs.ledger.ledger import Batch, Load
from jobs.storage.lake import MOST_ROWS_IN_DRIVER, Lake

if TYPE_CHECKING:
    from expectations.gate import Gate


class LandedLinesMissingError(PlayheadError):
    """What intake wrote of a file is no longer there, and bronze does not have it yet."""


def build_bronze(lake: Lake, landing: Path, load: Load, gate: "Gate") -> None:
    """Appends the load's landed lines to `raw_events` and `raw_reference`.

    Raises `LandedLinesMissingError` and `jobs.errors.GateFailedError`.
    """
    events = load.of_feed(RAW_EVENT.feed)
    reference = [batch for batch in load.batches if batch.feed != RAW_EVENT.feed]
    files = {
        table: _files_not_there(lake, landing, table, batches, load)
        for table, batches in ((RAW_EVENTS, events), (RAW_REFERENCE, reference))
        if batches
    }
    for table, paths in files.items():
        gate.judge(table, _rows_to_judge(lake, paths, table), load.load_id)
    with ThreadPoolExecutor() as beside:
        pages = beside.submit(gate.write_pages)
        for table, paths in files.items():
            if lake.takes_arrow:
                lake.append(table, raw_line_stream(paths, table), load.load_id)
            else:
                lake.append(table, _rows_in_spark(lake, paths, table), load.load_id)
        pages.result()


def _rows_to_judge(lake: Lake, paths: Mapping[Batch, Path], table: Table) -> "DataFrame | pa.Table":
    if sum(batch.line_count for batch in paths) <= MOST_ROWS_IN_DRIVER:
        return raw_lines_without_text(paths, table)
    return _rows_in_spark(lake, paths, table)


def _rows_in_spark(lake: Lake, paths: Mapping[Batch, Path], table: Table) -> DataFrame:
    landed = lake.spark.read.schema(LANDED_SCHEMA).parquet(*map(str, paths.values()))
    return raw_lines(landed, list(paths), table)


def _files_not_there(
    lake: Lake, landing: Path, table: Table, batches: Sequence[Batch], load: Load
) -> dict[Batch, Path]:
    """Landed files that the table does not have yet: an earlier load may have been stopped after it wrote them."""
    there: set[str] = set()
    if load.is_retry:
        # Whole files: a load appends all lines of a file to one table in one commit.
        stored = lake.read_arrivals(table, batches).select("batch_id").distinct().collect()
        there = {row.batch_id for row in stored}
    return {batch: landed_lines(landing, batch) for batch in batches if batch.batch_id not in there}


def landed_lines(landing: Path, batch: Batch) -> Path:
    """The path of a file's lines. Raises `LandedLinesMissingError` where nothing is there."""
    path = landed_file(landing, batch.batch_id)
    if not path.exists():
        raise LandedLinesMissingError(
            f"{path}, the lines of {batch.source_name}, is gone. Nothing was written. "
            "Land the file again: its original is in landing/originals, unless reactions were withheld from it."
        )
    return path
