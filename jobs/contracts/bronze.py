"""Bronze: what arrived, as it is. Restricted."""

from jobs.contracts import columns as c
from jobs.contracts.table import Layer, Table

_ARRIVAL = (c.BATCH_ID, c.SOURCE_NAME, c.LINE_NUMBER, c.LINE, c.LINE_BYTES, c.RECEIVED_AT, c.INGEST_DATE)

RAW_EVENTS = Table(
    layer=Layer.BRONZE,
    name="raw_events",
    row="one line of one event file, byte for byte",
    columns=_ARRIVAL,
    key=("batch_id", "line_number"),
    partitioned_by=("ingest_date",),
    required=frozenset({"line_bytes", "received_at"}),
)

RAW_REFERENCE = Table(
    layer=Layer.BRONZE,
    name="raw_reference",
    row="one line of one reference file, byte for byte",
    columns=(c.FEED, *_ARRIVAL),
    key=("batch_id", "line_number"),
    partitioned_by=("feed", "ingest_date"),
    required=frozenset({"line_bytes", "received_at"}),
)

BRONZE_TABLES = (RAW_EVENTS, RAW_REFERENCE)
