"""What `audit` and `quarantine` found, as tables and sentences for a person."""

from rich import box
from rich.markup import escape
from rich.table import Table as RichTable

from jobs.run.audit import AuditFinding, QuarantineGroup
from jobs.wording import counted


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
    table.add_row(counted(len(findings), "file"), *totals, "")
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
    return [*remarks, f"{sound} of {counted(len(findings), 'file')} {'adds' if len(findings) == 1 else 'add'} up."]


def quarantine_total(reasons: dict[str, int]) -> str:
    if not reasons:
        return "No line is refused."
    by_reason = ", ".join(f"{reason} × {lines:,}" for reason, lines in reasons.items())
    return f"{counted(sum(reasons.values()), 'line')} in all: {by_reason}."


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
