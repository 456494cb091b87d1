"""What is refused, as a person reads it: how much for which reason, then file by file."""

from rich.markup import escape
from rich.table import Table as RichTable

from jobs.cli.terminal import plain_table
from jobs.run.refused_lines import QuarantineGroup
from jobs.wording import counted


def quarantine_total(reasons: dict[str, int], lake: str) -> str:
    """How many lines, and why.

    >>> quarantine_total({"not_json": 1_200, "no_consent": 3}, "/lake")
    '1,203 lines are refused: not_json × 1,200, no_consent × 3.'
    """
    lines = sum(reasons.values())
    if not lines:
        return f"No line is refused in {lake}."
    by_reason = ", ".join(f"{reason} × {number:,}" for reason, number in reasons.items())
    return f"{counted(lines, 'line')} {'is' if lines == 1 else 'are'} refused: {by_reason}."


def quarantine_table(groups: list[QuarantineGroup]) -> RichTable:
    table = plain_table("file")
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
