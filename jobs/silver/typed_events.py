"""Events in their types: every column that some silver event table has, identifiers not yet replaced."""

from itertools import chain

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.privacy.coarsening import network_prefix, without_contact_details
from jobs.silver.json_lines import text_of
from jobs.silver.line_faults import FAULT, typed
from jobs.tables.raw_event import EVENT_TYPES, LONGEST_QUERY, RAW_EVENT

# Silver's name of a field, where it is not the raw one.
_RENAMED = {
    "details.source": "play_source",
    "details.reason": "stop_reason",
    "details.row": "shown_row",
    "details.rank": "shown_rank",
}
# These are made coarse, filled in or left out.
_OTHERWISE = {
    "schema_version",
    "received_time",
    "network.ip",
    "details.query",
    "geo.city",
    "geo.latitude",
    "geo.longitude",
}
_INT_COLUMNS = {"utc_offset_minutes"}


def type_events(faulted: DataFrame) -> DataFrame:
    """One row a line: `batch_id`, `source_name`, `line_number`, `line_hash`, `fault`, `family`, and the typed fields.

    Expects what `find_event_faults` made. A faulty line keeps its place and its fault; its fields are not to be used.
    """
    family = F.create_map(*(F.lit(word) for word in chain.from_iterable(EVENT_TYPES.items())))
    return faulted.select(
        "batch_id",
        "source_name",
        "line_number",
        "line_hash",
        FAULT,
        "extras",
        family[text_of("event_type")].alias("family"),
        *_plain_fields(),
        F.coalesce(text_of("received_time").try_cast("timestamp"), "received_at").alias("received_time"),
        F.to_date(text_of("event_time").try_cast("timestamp")).alias("event_date"),
        network_prefix(text_of("network.ip")).alias("network_prefix"),
        _query().alias("query"),
    )


def _query() -> Column:
    """Cut before anything is looked for in it: over a text of 10,000 digits the JVM's stack overflows, over one of 1 MB
    it searches for an hour. A longer one is a fault, but a faulty line's fields are computed, too.
    """
    return without_contact_details(F.substring(text_of("details.query"), 1, LONGEST_QUERY))


def _plain_fields() -> list[Column]:
    return [
        _in_column_type(typed(field), name).alias(name)
        for field in RAW_EVENT.fields
        if field.path not in _OTHERWISE
        for name in [_RENAMED.get(field.path, field.name)]
    ]


def _in_column_type(value: Column, name: str) -> Column:
    return value.cast("int") if name in _INT_COLUMNS else value
