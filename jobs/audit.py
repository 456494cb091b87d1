"""Where did my rows go: the ledger's word for each file, held against what the tables really hold."""

from collections import Counter
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from rich import box
from rich.markup import escape
from rich.table import Table as RichTable

from jobs.errors import WrongUsageError
from jobs.ledger import Batch
from jobs.tables.bronze import RAW_EVENTS, RAW_REFERENCE
from jobs.tables.contract import Table
from jobs.tables.raw_event import RAW_EVENT
from jobs.tables.silver import EVENT_TABLES, QUARANTINE
from jobs.workspace import Workspace


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


def audit_batches(work: Workspace, file: str | None) -> list[AuditFinding]:
    """One finding a file, oldest first. Raises `WrongUsageError` for a file that nobody knows."""
    batches = work.ledger.find(file) if file else list(work.ledger.all_batches())
    if file and not batches:
        raise WrongUsageError(f"No file is known by {file!r}. `playhead audit` without a name lists them all.")
    ids = [batch.batch_id for batch in batches if batch.bronze_at]
    in_bronze = _rows_by_batch(work, (RAW_EVENTS, RAW_REFERENCE), ids)
    in_silver = _rows_by_batch(work, EVENT_TABLES, ids)
    in_quarantine = _rows_by_batch(work, (QUARANTINE,), ids)
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
            problem=_problem(batch, in_bronze, in_silver, in_quarantine),
        )
        for batch in batches
    ]


def quarantine_summary(work: Workspace) -> list[QuarantineGroup]:
    """Refused lines by file, reason and field; the most frequent first."""
    if not work.lake.exists(QUARANTINE):
        return []
    groups = (
        work.lake.read(QUARANTINE)
        .groupBy("source_name", "feed", "reason", "field")
        .agg(F.count("*").alias("lines"), F.min("line_number").alias("first_line"), F.min("message").alias("message"))
        .orderBy(F.col("lines").desc(), "source_name", "reason", "field")
        .limit(1000)
    )
    return [QuarantineGroup(**row.asDict()) for row in groups.collect()]


def audit_table(findings: list[AuditFinding]) -> RichTable:
    """Narrow enough for a terminal of 80 columns; `audit_remarks` says the rest."""
    table = _plain_table("file")
    counts = ("lines", "accepted", "quarantined", "duplicates")
    for name in counts:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("state", no_wrap=True)
    for finding in findings:
        numbers = (f"{getattr(finding, name):,}" for name in counts)
        table.add_row(f"{finding.feed}/{escape(finding.source_name)}", *numbers, finding.state)
    totals = (f"{sum(getattr(finding, name) for finding in findings):,}" for name in counts)
    table.add_row(f"{len(findings)} files", *totals, "")
    return table


def audit_remarks(findings: list[AuditFinding]) -> list[str]:
    """A sentence for each file that was stopped or does not add up, with the SHA-256 to name it by; then the sum."""
    remarks = [
        f"{finding.source_name} ({finding.batch_id[:12]}): {remark}"
        for finding in findings
        for remark in (finding.reason, finding.problem)
        if remark
    ]
    sound = sum(finding.problem is None for finding in findings)
    return [*remarks, f"{sound} of {len(findings)} files add up."]


def quarantine_table(groups: list[QuarantineGroup]) -> RichTable:
    table = _plain_table("file")
    table.add_column("first at line", justify="right")
    table.add_column("lines", justify="right", no_wrap=True)
    table.add_column("what was wrong", overflow="fold")
    for group in groups:
        table.add_row(
            f"{group.feed}/{escape(group.source_name)}",
            f"{group.first_line:,}",
            f"{group.lines:,}",
            f"{escape(group.message)} ({group.reason})",
        )
    return table


def _plain_table(first_column: str) -> RichTable:
    """Without frames, and no cell is cut: a long name goes on in the next line."""
    table = RichTable(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column(first_column, overflow="fold")
    return table


def _state(batch: Batch) -> str:
    if batch.blocked_at:
        return f"stopped in {batch.blocked_stage}"
    for state in ("published", "silver", "bronze"):
        if getattr(batch, f"{state}_at"):
            return state
    return "landed"


def _problem(batch: Batch, in_bronze: Counter[str], in_silver: Counter[str], in_quarantine: Counter[str]) -> str | None:
    name = batch.batch_id
    if batch.bronze_at and in_bronze[name] != batch.line_count:
        return f"bronze holds {in_bronze[name]} of {batch.line_count} lines"
    if not batch.silver_at or batch.blocked_at:
        return None
    accepted, quarantined = batch.accepted_count or 0, batch.quarantined_count or 0
    if accepted + quarantined + (batch.duplicate_count or 0) != batch.line_count:
        return "accepted + quarantined + duplicates is not the number of lines"
    if batch.feed == RAW_EVENT.feed and in_silver[name] != accepted:
        return f"silver holds {in_silver[name]} of {accepted} accepted lines"
    if in_quarantine[name] != quarantined:
        return f"quarantine holds {in_quarantine[name]} of {quarantined} refused lines"
    return None


def _rows_by_batch(work: Workspace, tables: tuple[Table, ...], batch_ids: list[str]) -> Counter[str]:
    """Rows per file over these tables; one number a file, as the ledger holds one row a file."""
    if not batch_ids:
        return Counter()
    total: Counter[str] = Counter()
    for table in tables:
        if work.lake.exists(table):
            for row in _counts(work.lake.read(table), batch_ids).collect():
                total[row.batch_id] += row.lines
    return total


def _counts(rows: DataFrame, batch_ids: list[str]) -> DataFrame:
    return (
        rows.where(F.col("batch_id").isin(batch_ids)).groupBy("batch_id").agg(F.count("*").cast("int").alias("lines"))
    )
