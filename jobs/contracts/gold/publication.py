"""What gold shows, how it was judged, and how far each file got."""

from jobs.contracts import columns as c
from jobs.contracts.promises import Between
from jobs.contracts.table import Column, Layer, Purpose, Table

_RUN = (Purpose.OPERATIONS,)
_PUBLISHED_AT = Column("published_at", "timestamp", "When all of gold showed it", purposes=_RUN)

UNCONSENTED_ROWS = Table(
    layer=Layer.GOLD,
    name="unconsented_rows",
    row="one table of which each row needs a consent that holds today",
    columns=(
        Column("table_name", "string", "layer.table", purposes=_RUN),
        Column("row_count", "bigint", "Its rows without such a consent", purposes=_RUN),
    ),
    key=("table_name",),
    required=frozenset({"row_count"}),
    promises=(Between("row_count", 0, 0),),
    is_kept=False,
)

PUBLICATIONS = Table(
    layer=Layer.GOLD,
    name="publications",
    row="one gold table as it was last published: those of one load, read at their versions, show the same files",
    columns=(
        Column("table_name", "string", "layer.table", purposes=_RUN, has_own_words=True),
        Column("delta_version", "bigint", "The Delta version that is published", purposes=_RUN),
        Column("load_id", "string", "The load that published it", purposes=_RUN, has_own_words=True),
        _PUBLISHED_AT,
    ),
    key=("table_name",),
    required=frozenset({"delta_version", "published_at"}),
)

QUALITY_RESULTS = Table(
    layer=Layer.GOLD,
    name="quality_results",
    row="one expectation judged on one load of one table",
    columns=(
        Column("load_id", "string", "The load whose candidate rows were judged", purposes=_RUN, has_own_words=True),
        Column("table_name", "string", "layer.table", purposes=_RUN, has_own_words=True),
        Column("expectation", "string", "What was expected", purposes=_RUN),
        Column("column_name", "string", "Of which column or columns", purposes=_RUN),
        Column("outcome", "string", "passed, failed or errored", purposes=_RUN),
        Column("row_count", "bigint", "Rows judged; counted only where it did not pass", purposes=_RUN),
        Column("unexpected_count", "bigint", "Rows that broke it; null where they cannot be counted", purposes=_RUN),
        Column("checked_at", "timestamp", "When it was judged", purposes=_RUN),
    ),
    key=("load_id", "table_name", "expectation", "column_name", "checked_at"),
    required=frozenset({"outcome"}),
)

BATCHES = Table(
    layer=Layer.GOLD,
    name="batches",
    row="one file that gold shows or that was stopped: how far it got, and where its lines went",
    columns=(
        c.BATCH_ID,
        c.FEED,
        c.SOURCE_NAME,
        Column("size_bytes", "bigint", "Size of the file as it came", unit="bytes", purposes=_RUN),
        Column("line_count", "bigint", "Lines in the file", purposes=_RUN),
        Column("accepted_count", "bigint", "Lines accepted", purposes=_RUN),
        Column("quarantined_count", "bigint", "Lines refused", purposes=_RUN),
        Column("duplicate_count", "bigint", "Lines that repeat an accepted event", purposes=_RUN),
        Column("withheld_count", "bigint", "Reactions of which intake kept nothing; refused lines", purposes=_RUN),
        Column("landed_at", "timestamp", "When intake took it", purposes=_RUN),
        Column("bronze_at", "timestamp", "When its lines were in bronze", purposes=_RUN),
        Column("silver_at", "timestamp", "When its events were in silver", purposes=_RUN),
        _PUBLISHED_AT,
        Column("blocked_stage", "string", "Stage that stopped it", purposes=_RUN),
        Column("blocked_reason", "string", "Why it was stopped", purposes=_RUN),
    ),
    key=("batch_id",),
    required=frozenset({"feed", "source_name", "line_count", "landed_at"}),
)
