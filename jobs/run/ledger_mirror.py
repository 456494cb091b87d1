"""`gold.batches` and `gold.quality_results`: can this data be trusted, readable with any Delta reader."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple
from typing import TYPE_CHECKING

from jobs.contracts.gold import BATCHES, QUALITY_RESULTS
from jobs.ledger.ledger import Batch
from jobs.storage.lake import Lake
from jobs.storage.local_rows import arrow_rows
from jobs.storage.spark_schema import spark_schema

if TYPE_CHECKING:
    from expectations.verdict import Verdict


def write_batches(lake: Lake, batches: Iterable[Batch]) -> None:
    """Mirrors these ledger rows into `gold.batches`."""
    rows = [tuple(asdict(batch)[name] for name in BATCHES.column_names) for batch in batches]
    lake.upsert(BATCHES, arrow_rows(rows, spark_schema(BATCHES.columns)))


def write_verdicts(lake: Lake, verdicts: Sequence["Verdict"]) -> None:
    """Adds what the gate found to `gold.quality_results`."""
    if verdicts:
        rows = arrow_rows([astuple(verdict) for verdict in verdicts], spark_schema(QUALITY_RESULTS.columns))
        first = verdicts[0]
        lake.append(QUALITY_RESULTS, rows, f"{first.load_id}:{first.checked_at.isoformat()}")
