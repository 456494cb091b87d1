"""What the audit found, as a person reads it: the sum first, then what is amiss, then file by file."""

from collections import Counter
from pathlib import Path

from rich.markup import escape
from rich.table import Table as RichTable

from jobs.cli.terminal import plain_table
from jobs.run.audit import AuditFinding
from jobs.wording import counted

_STAGES = ("bronze", "silver", "gold")


def audit_summary(findings: list[AuditFinding], home: Path) -> str:
    """How many files add up, and how many wait for which stage.

    >>> audit_summary([], Path("/lake"))
    'No file was landed in /lake yet. `playhead land` takes in what waits in its inbox.'
    """
    if not findings:
        return f"No file was landed in {home} yet. `playhead land` takes in what waits in its inbox."
    sound = sum(finding.problem is None for finding in findings)
    summary = f"{sound} of {counted(len(findings), 'file')} {'adds' if len(findings) == 1 else 'add'} up."
    waiting = Counter(finding.waits_for for finding in findings if finding.waits_for)
    if not waiting:
        return summary
    for_what = ", ".join(f"{waiting[stage]:,} for {stage}" for stage in _STAGES if waiting[stage])
    number = sum(waiting.values())
    return (
        f"{summary} {counted(number, 'file')} {'waits' if number == 1 else 'wait'}: {for_what}. `playhead run` goes on."
    )


def audit_remarks(findings: list[AuditFinding]) -> list[str]:
    """A sentence for each file that was stopped or does not add up, with the SHA-256 to name it by."""
    return [
        f"{finding.source_name} ({finding.batch_id[:12]}): {remark}"
        for finding in findings
        for remark in (finding.reason, finding.problem)
        if remark
    ]


def audit_table(findings: list[AuditFinding]) -> RichTable:
    """Narrow enough for a terminal of 80 columns; `audit_remarks` says the rest."""
    table = plain_table("file")
    counts = ("lines", "accepted", "quarantined", "duplicates")
    for name in counts:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("state", no_wrap=True)
    for finding in findings:
        numbers = (f"{getattr(finding, name):,}" for name in counts)
        table.add_row(f"{finding.feed}/{escape(finding.source_name)}", *numbers, finding.state)
    totals = (f"{sum(getattr(finding, name) for finding in findings):,}" for name in counts)
    table.add_row(counted(len(findings), "file"), *totals, "")
    return table
