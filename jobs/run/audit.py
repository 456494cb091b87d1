"""Where did my rows go: each file's lines followed from stage to stage, by number and by a sum of their hashes.

A sum of hashes does not depend on order, and unlike a number it does not add up when one line was lost and another one
came twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.bronze.raw_lines import LANDED_SCHEMA, landed_batch_id
from jobs.contracts.bronze import RAW_EVENTS, RAW_REFERENCE
from jobs.contracts.landed_file import landed_file
from jobs.contracts.raw_event import RAW_EVENT
from jobs.contracts.silver import EVENT_TABLES, PLAYBACK_EVENTS, QUARANTINE
from jobs.contracts.table import Table
from jobs.errors import WrongUsageError
from jobs.ledger.ledger import LOAD_FILE_LIMIT, Batch
from jobs.run.workspace import Workspace
from jobs.silver.decoded_lines import line_hash
from jobs.silver.outcomes import hash_sum
from jobs.storage.lake import Lake
from jobs.storage.local_rows import local_rows

# More do not help whoever looks; the table has them all.
MOST_GROUPS = 1000
_PLACE = ["batch_id", "line_number"]
_HASHED_LINE = "batch_id string, line_number bigint, hash bigint"


@dataclass(frozen=True)
class AuditFinding:
    """One file: its lines, where they went, how far it got, why it was stopped, and what does not add up.

    `reason` and `problem` are null where there is none.
    """

    batch_id: str
    feed: str
    source_name: str
    lines: int
    accepted: int
    quarantined: int
    duplicates: int
    state: str
    reason: str | None
    problem: str | None


@dataclass(frozen=True)
class QuarantineGroup:
    """Lines of one file that were refused for one reason."""

    source_name: str
    feed: str
    reason: str
    field: str | None
    lines: int
    first_line: int
    message: str


@dataclass(frozen=True)
class _Sum:
    """Lines of one file in one place, and the sum of their hashes."""

    lines: int = 0
    hash: int = 0


# By file and place.
_Sums = dict[tuple[str, str], _Sum]
_NONE = _Sum()


def audit_batches(work: Workspace, file: str | None) -> list[AuditFinding]:
    """One finding a file, oldest first. Raises `WrongUsageError` for a file that nobody knows."""
    batches = work.ledger.find(file) if file else list(work.ledger.all_batches())
    if file and not batches:
        raise WrongUsageError(f"No file is known by {file!r}. `playhead audit` without a name lists them all.")
    sums: _Sums = {}
    for some in _slices([batch for batch in batches if batch.bronze_at]):
        sums |= _sums(work, some)
    return [
        AuditFinding(
            batch_id=batch.batch_id,
            feed=batch.feed,
            source_name=batch.source_name,
            lines=batch.line_count,
            accepted=batch.accepted_count or 0,
            quarantined=batch.quarantined_count or 0,
            duplicates=batch.duplicate_count or 0,
            state=_state(batch),
            reason=batch.blocked_reason,
            problem=_problem(batch, sums),
        )
        for batch in batches
    ]


def quarantine_summary(work: Workspace) -> list[QuarantineGroup]:
    """Lines that are still refused, by file, reason and field; the most frequent first."""
    if not work.lake.exists(QUARANTINE):
        return []
    groups = (
        work.lake.read(QUARANTINE)
        .where(F.col("replayed_at").isNull())
        .groupBy("source_name", "feed", "reason", "field")
        .agg(F.count("*").alias("lines"), F.min("line_number").alias("first_line"), F.min("message").alias("message"))
        .orderBy(F.col("lines").desc(), "source_name", "reason", "field")
        .limit(MOST_GROUPS)
    )
    return [QuarantineGroup(**row.asDict()) for row in groups.collect()]


def quarantine_reasons(work: Workspace) -> dict[str, int]:
    """How many lines are still refused for each reason, the most frequent first."""
    reasons = (
        work.lake.read(QUARANTINE)
        .where(F.col("replayed_at").isNull())
        .groupBy("reason")
        .agg(F.count("*").alias("lines"))
    )
    return {row.reason: row.lines for row in reasons.orderBy(F.col("lines").desc(), "reason").collect()}


def _state(batch: Batch) -> str:
    if batch.blocked_at:
        return f"stopped in {batch.blocked_stage}"
    for state in ("published", "silver", "bronze"):
        if getattr(batch, f"{state}_at"):
            return state
    return "landed"


def _problem(batch: Batch, sums: _Sums) -> str | None:
    """The first stage at which the lines do not add up, in words; null where they do."""
    if not batch.bronze_at:
        return None
    landed, bronze, accepted, quarantined = (
        sums.get((batch.batch_id, place), _NONE) for place in ("landed", "bronze", "accepted", "quarantined")
    )
    if landed.lines and landed.lines != batch.line_count:
        return f"landing: {landed.lines} of the {batch.line_count} lines that intake counted are there"
    if bronze.lines != batch.line_count:
        return f"bronze: it holds {bronze.lines} of {batch.line_count} lines"
    if landed.lines and landed.hash != bronze.hash:
        return "bronze: its lines are not those that landed (the sums of their hashes differ)"
    if not batch.silver_at or batch.blocked_at:
        return None
    told = _Sum(batch.accepted_count or 0, int(batch.accepted_hash or 0))
    duplicates = _Sum(batch.duplicate_count or 0, int(batch.duplicate_hash or 0))
    if quarantined.lines != (batch.quarantined_count or 0):
        return f"silver: quarantine holds {quarantined.lines} of {batch.quarantined_count} refused lines"
    # Reference rows are replaced by later ones, so theirs are not looked for.
    if batch.feed == RAW_EVENT.feed and accepted.lines != told.lines:
        return f"silver: it holds {accepted.lines} of {told.lines} accepted lines"
    if batch.feed == RAW_EVENT.feed and accepted.hash != told.hash:
        return "silver: its lines are not those that were accepted (the sums of their hashes differ)"
    if told.lines + quarantined.lines + duplicates.lines != batch.line_count:
        return "silver: accepted + quarantined + duplicates is not the number of lines"
    if told.hash + quarantined.hash + duplicates.hash != bronze.hash:
        return "silver: accepted + quarantined + duplicates are not bronze's lines (the sums of their hashes differ)"
    return None


def _slices(batches: list[Batch]) -> Iterator[list[Batch]]:
    """Files that came after each other: no look at the tables names more, or opens many partitions for them."""
    for first in range(0, len(batches), LOAD_FILE_LIMIT):
        yield batches[first : first + LOAD_FILE_LIMIT]


def _sums(work: Workspace, batches: Sequence[Batch]) -> _Sums:
    """Lines and hashes of each file in landing, bronze, silver and quarantine; the ledger holds a row a file, too."""
    lake, ids = work.lake, [batch.batch_id for batch in batches]
    lines = reduce(
        DataFrame.unionByName, (_lines_in_bronze(lake, table, batches) for table in (RAW_EVENTS, RAW_REFERENCE))
    )
    bronze = lines.persist()
    dates = work.ledger.dates_touched(ids, PLAYBACK_EVENTS.name)
    accepted = reduce(
        DataFrame.unionByName, (_places(lake.read_dates(table, "event_date", dates), ids) for table in EVENT_TABLES)
    )
    refused = _places(lake.read(QUARANTINE).where(F.col("replayed_at").isNull()), ids)
    found = reduce(
        DataFrame.unionByName,
        (
            _summed(_lines_in_landing(work, batches), "landed"),
            _summed(bronze, "bronze"),
            _summed(accepted.join(bronze, on=_PLACE, how="left"), "accepted"),
            _summed(refused.join(bronze, on=_PLACE, how="left"), "quarantined"),
        ),
    ).collect()
    bronze.unpersist()
    return {(row.batch_id, row.place): _Sum(row.lines, int(row.hash)) for row in found}


def _lines_in_landing(work: Workspace, batches: Sequence[Batch]) -> DataFrame:
    """What intake wrote, where it still lies."""
    paths = [path for batch in batches if (path := landed_file(work.settings.landing, batch.batch_id)).exists()]
    if not paths:
        return local_rows(work.lake.spark, [], _HASHED_LINE)
    landed = work.lake.spark.read.schema(LANDED_SCHEMA).parquet(*map(str, paths))
    return landed.select(landed_batch_id().alias("batch_id"), "line_number", line_hash().alias("hash"))


def _lines_in_bronze(lake: Lake, table: Table, batches: Sequence[Batch]) -> DataFrame:
    return lake.read_arrivals(table, batches).select(*_PLACE, line_hash().alias("hash"))


def _places(rows: DataFrame, batch_ids: list[str]) -> DataFrame:
    return rows.where(F.col("batch_id").isin(batch_ids)).select(*_PLACE)


def _summed(lines: DataFrame, place: str) -> DataFrame:
    return lines.groupBy("batch_id").agg(
        F.lit(place).alias("place"), F.count("*").alias("lines"), hash_sum(F.col("hash")).alias("hash")
    )
