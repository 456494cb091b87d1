"""Where did my rows go: each file's lines followed from stage to stage, by number and by a sum of their hashes."""

from dataclasses import dataclass

from jobs.contracts.raw_event import RAW_EVENT
from jobs.errors import WrongUsageError
from jobs.ledger.ledger import Batch
from jobs.run.line_sums import LineSum, LineSums, line_sums
from jobs.run.workspace import Workspace

_NONE = LineSum()


@dataclass(frozen=True)
class AuditFinding:
    """One file: its lines, where they went, how far it got, what it waits for, why it was stopped, what is amiss.

    `waits_for`, `reason` and `problem` are null where there is none.
    """

    batch_id: str
    feed: str
    source_name: str
    lines: int
    accepted: int
    quarantined: int
    duplicates: int
    state: str
    waits_for: str | None
    reason: str | None
    problem: str | None


def audit_batches(work: Workspace, file: str | None) -> list[AuditFinding]:
    """One finding a file, oldest first.

    Raises `WrongUsageError` for a file that nobody knows, and as `line_sums`.
    """
    batches = work.ledger.find(file) if file else list(work.ledger.all_batches())
    if file and not batches:
        raise WrongUsageError(f"No file is known by {file!r}. `playhead audit` without a name lists them all.")
    sums = line_sums(work.settings, work.ledger, [batch for batch in batches if batch.bronze_at])
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
            waits_for=_waits_for(batch),
            reason=batch.blocked_reason,
            problem=_problem(batch, sums),
        )
        for batch in batches
    ]


def _state(batch: Batch) -> str:
    if batch.blocked_at:
        return f"stopped in {batch.blocked_stage}"
    for state in ("published", "silver", "bronze"):
        if getattr(batch, f"{state}_at"):
            return state
    return "landed"


def _waits_for(batch: Batch) -> str | None:
    """The stage that the next run takes it to. A stopped file waits for a person."""
    if batch.blocked_at:
        return None
    times = {"bronze": batch.bronze_at, "silver": batch.silver_at, "gold": batch.published_at}
    return next((stage for stage, at in times.items() if at is None), None)


def _problem(batch: Batch, sums: LineSums) -> str | None:
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
    told = LineSum(batch.accepted_count or 0, int(batch.accepted_hash or 0))
    duplicates = LineSum(batch.duplicate_count or 0, int(batch.duplicate_hash or 0))
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
