"""What is refused and why: the lines in quarantine that no replay took in, counted without Spark."""

from dataclasses import dataclass

import polars as pl

from jobs.config import Settings
from jobs.contracts.silver import QUARANTINE
from jobs.storage.stored_tables import stored_rows

# More do not help whoever looks; the table has them all.
MOST_GROUPS = 1000
_GROUP = ["source_name", "feed", "reason", "field"]


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
class RefusedLines:
    """How many lines are refused for each reason, and the most frequent groups of them; the most frequent first."""

    reasons: dict[str, int]
    groups: list[QuarantineGroup]


def refused_lines(settings: Settings) -> RefusedLines:
    """Counted by file, reason and field."""
    refused = stored_rows(settings, QUARANTINE)
    if refused is None:
        return RefusedLines({}, [])
    groups = (
        refused.filter(pl.col("replayed_at").is_null())
        .group_by(_GROUP)
        .agg(
            pl.len().alias("lines"),
            pl.col("line_number").min().alias("first_line"),
            pl.col("message").min(),
        )
        .sort("lines", "source_name", "reason", "field", descending=[True, False, False, False], nulls_last=False)
        .collect(engine="streaming")
    )
    reasons = groups.group_by("reason").agg(pl.col("lines").sum()).sort("lines", "reason", descending=[True, False])
    return RefusedLines(
        dict(reasons.iter_rows()), [QuarantineGroup(**row) for row in groups.head(MOST_GROUPS).to_dicts()]
    )
