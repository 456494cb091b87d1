"""What a table says, in one comparable value, however and whenever it came to say it."""

from collections.abc import Iterable
from decimal import Decimal

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F

from jobs.contracts.all_tables import ALL_TABLES
from jobs.contracts.gold import (
    AUDIENCE,
    BATCHES,
    PUBLICATIONS,
    QUALITY_RESULTS,
    RECOMMENDATIONS,
    SUBSCRIBER_VALUE_MONTHLY,
)
from jobs.contracts.published import PUBLISHED_TABLES
from jobs.contracts.table import Column, Table
from jobs.storage.lake import Lake

# Who arrived when is the very thing in which two runs differ; lists are made by `recommend`, segments by `audience`.
_NOT_COMPARED = {
    BATCHES,
    PUBLICATIONS,
    QUALITY_RESULTS,
    RECOMMENDATIONS,
    SUBSCRIBER_VALUE_MONTHLY,
    *AUDIENCE,
    *PUBLISHED_TABLES,
}
COMPARED = [table for table in ALL_TABLES if table not in _NOT_COMPARED]
Fingerprints = dict[str, tuple[int, Decimal]]

# Of two equal lines either may be the one that counts, in whichever file; and no two runs happen at the same time.
NOT_CANONICAL = {
    "batch_id",
    "source_name",
    "line_number",
    "received_at",
    "as_of",
    "ingest_date",
    "first_seen_at",
    "withdrawal_applied_at",
}
# Sums of doubles differ in their last digits with the order of their parts.
KEPT_DECIMALS = 6


def fingerprints(lake: Lake, tables: Iterable[Table] = COMPARED) -> Fingerprints:
    return {table.full_name: fingerprint(lake, table) for table in tables}


def fingerprint(lake: Lake, table: Table) -> tuple[int, Decimal]:
    """Rows, and an order-free sum of their hashes, without batch ids, run ids and load times."""
    canonical = [_canonical(column) for column in table.columns if column.name not in NOT_CANONICAL]
    as_text = F.to_json(F.struct(*canonical), {"ignoreNullFields": "false"})
    found = (
        lake.read(table)
        .agg(F.count("*").alias("rows"), F.sum(F.xxhash64(as_text).cast("decimal(38,0)")).alias("hashes"))
        .head()
    )
    assert found is not None, "an aggregate without groups has one row"
    return found.rows, found.hashes or Decimal(0)


def _canonical(column: Column) -> SparkColumn:
    if column.type == "double":
        return F.round(column.name, KEPT_DECIMALS).alias(column.name)
    if column.type == "map<string,double>":
        return F.transform_values(column.name, lambda _, share: F.round(share, KEPT_DECIMALS)).alias(column.name)
    return F.col(column.name)
