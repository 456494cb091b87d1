"""What silver has of events, whatever their family."""

from collections.abc import Sequence
from datetime import date
from functools import reduce

from pyspark.sql import DataFrame

from jobs.contracts.silver import EVENT_TABLES
from jobs.storage.lake import Lake


def stored_events(lake: Lake, dates: Sequence[date]) -> DataFrame:
    """Which events silver has on these dates, what they say and where they came from."""
    known = (
        lake.read_dates(table, "event_date", dates).select("event_id", "payload_hash", "batch_id", "line_number")
        for table in EVENT_TABLES
    )
    return reduce(DataFrame.unionByName, known)
