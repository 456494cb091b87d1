"""Bronze: what arrived, as it is."""

from pathlib import Path
from typing import TYPE_CHECKING

from jobs.bronze.raw_lines import LANDED_SCHEMA, raw_lines
from jobs.lake import Lake
from jobs.ledger import Load
from jobs.tables.bronze import RAW_EVENTS, RAW_REFERENCE
from jobs.tables.raw_event import RAW_EVENT

if TYPE_CHECKING:
    from expectations.gate import Gate


def build_bronze(lake: Lake, landing: Path, load: Load, gate: "Gate") -> None:
    """Appends the load's landed lines to `raw_events` and `raw_reference`.

    Raises `jobs.errors.GateFailedError`.
    """
    events = load.of_feed(RAW_EVENT.feed)
    reference = [batch for batch in load.batches if batch.feed != RAW_EVENT.feed]
    candidates = {}
    for table, batches in ((RAW_EVENTS, events), (RAW_REFERENCE, reference)):
        if batches:
            paths = [str(landing / f"{batch.batch_id}.parquet") for batch in batches]
            landed = lake.spark.read.schema(LANDED_SCHEMA).parquet(*paths)
            candidates[table] = gate.judge(table, raw_lines(landed, batches, table), load.load_id)
    for table, rows in candidates.items():
        lake.append(table, rows, load.load_id)
