"""`gold.publications`: the one commit by which a run of gold becomes visible, whole or not at all."""

from collections.abc import Sequence
from datetime import datetime

from jobs.contracts.gold import PUBLICATIONS
from jobs.contracts.table import Table
from jobs.storage.lake import Lake
from jobs.storage.local_rows import arrow_rows
from jobs.storage.spark_schema import spark_schema


def publish(lake: Lake, tables: Sequence[Table], load_id: str, at: datetime) -> None:
    """From now on readers see these tables as they are now. A table without rows so far is left out."""
    versions = {table.full_name: lake.version(table) for table in tables}
    rows = [(name, version, load_id, at) for name, version in versions.items() if version >= 0]
    lake.upsert(PUBLICATIONS, arrow_rows(rows, spark_schema(PUBLICATIONS.columns)))
