"""Where the lines of a load went: accepted, quarantined or duplicate, batch by batch."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F


@dataclass(frozen=True)
class BatchOutcome:
    """How many lines of one batch were accepted, refused or already known, and why the refused ones were."""

    accepted: int
    quarantined: int
    duplicates: int
    reasons: Counter[str]
    dates: frozenset[date]

    @property
    def bad_share(self) -> float:
        lines = self.accepted + self.quarantined + self.duplicates
        return self.quarantined / lines if lines else 0.0

    def too_many_bad_lines(self) -> str:
        common = ", ".join(f"{reason} × {count}" for reason, count in self.reasons.most_common(3))
        return f"{self.bad_share:.1%} of its lines were refused ({common}). Nothing of it was written."


@dataclass(frozen=True)
class LoadOutcome:
    """What became of each batch of a load, and which families of events it holds."""

    batches: dict[str, BatchOutcome]
    families: frozenset[str]

    def of_batch(self, batch_id: str) -> BatchOutcome:
        """An empty file has no lines to count."""
        return self.batches.get(batch_id, BatchOutcome(0, 0, 0, Counter(), frozenset()))

    @property
    def dates(self) -> list[date]:
        """The event dates of sound lines."""
        return sorted(frozenset().union(*(batch.dates for batch in self.batches.values())))

    def over_limit(self, bad_line_limit: float) -> list[str]:
        return sorted(name for name, batch in self.batches.items() if batch.bad_share > bad_line_limit)


def summarise(judged: DataFrame) -> LoadOutcome:
    """Counts rows with `batch_id`, `fault`, `is_duplicate`, `family` and `event_date`.

    Collects one row per batch, outcome, family and date: it grows with the files of a load, not with their lines.
    """
    counted = (
        judged.groupBy("batch_id", F.col("fault.reason").alias("reason"), "is_duplicate", "family", "event_date")
        .agg(F.count("*").alias("lines"))
        .collect()
    )
    batches = {}
    for batch_id in {row.batch_id for row in counted}:
        rows = [row for row in counted if row.batch_id == batch_id]
        sound = [row for row in rows if row.reason is None]
        batches[batch_id] = BatchOutcome(
            accepted=sum(row.lines for row in sound if not row.is_duplicate),
            quarantined=sum(row.lines for row in rows if row.reason is not None),
            duplicates=sum(row.lines for row in sound if row.is_duplicate),
            reasons=_lines_by_reason(rows),
            dates=frozenset(row.event_date for row in sound if row.event_date and not row.is_duplicate),
        )
    families = frozenset(row.family for row in counted if row.reason is None and not row.is_duplicate)
    return LoadOutcome(batches, families)


def _lines_by_reason(rows: list[Row]) -> Counter[str]:
    reasons: Counter[str] = Counter()
    for row in rows:
        if row.reason is not None:
            reasons[row.reason] += row.lines
    return reasons
