"""Bronze: what arrived, as it is."""

from pathlib import Path
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.bronze.raw_lines import LANDED_SCHEMA, raw_lines
from jobs.errors import PlayheadError
from jobs.lake import Lake
from jobs.landed_file import landed_file
from jobs.ledger import Batch, Load
from jobs.tables.bronze import RAW_EVENTS, RAW_REFERENCE
from jobs.tables.contract import Table
from jobs.tables.raw_event import RAW_EVENT

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
    candidates = {}
    for table, batches in ((RAW_EVENTS, events), (RAW_REFERENCE, reference)):
        if batches:
            paths = [landed_lines(landing, batch) for batch in batches]
            landed = lake.spark.read.schema(LANDED_SCHEMA).parquet(*paths)
            lines = raw_lines(landed, batches, table)
            candidates[table] = gate.judge(table, _not_there(lake, table, lines, load), load.load_id)
    for table, rows in candidates.items():
        lake.append(table, rows, load.load_id)


def _not_there(lake: Lake, table: Table, lines: DataFrame, load: Load) -> DataFrame:
    """Lines of files that the table does not have yet: an earlier load may have been stopped after it wrote them."""
    if not load.is_retry:
        return lines
    # Whole files: a load appends all lines of a file to one table in one commit.
    there = lake.read_arrivals(table, load.batches).select("batch_id").distinct()
    return lines.join(F.broadcast(there), on="batch_id", how="left_anti")


def landed_lines(landing: Path, batch: Batch) -> str:
    """The path of a file's lines. Raises `LandedLinesMissingError` where nothing is there."""
    path = landed_file(landing, batch.batch_id)
    if not path.exists():
        raise LandedLinesMissingError(
            f"{path}, the lines of {batch.source_name}, is gone. Nothing was written. "
            "Land the file again: its original is in landing/originals, unless reactions were withheld from it."
        )
    return str(path)
