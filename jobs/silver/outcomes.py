"""Where the lines of a load went: accepted, quarantined or duplicate, batch by batch."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

# Reasons that do not count towards the limit that stops a file: ours, what one chatty or long-offline player sends, and
# what only our tables cannot hold.
NOT_BROKEN = {
    *("no_consent", "reactions_off", "reaction_elsewhere"),
    *("unknown_event_type", "too_late"),
    *("too_many_words", "reserved_word"),
}


@dataclass(frozen=True)
class BatchOutcome:
    """How many lines of one batch were accepted, refused or already known, and why the refused ones were.

    The two hashes are sums over the accepted and over the duplicate lines (`decoded_lines.line_hash`): `playhead audit`
    holds them against the file, so that errors cannot cancel.
    """

    accepted: int = 0
    quarantined: int = 0
    duplicates: int = 0
    accepted_hash: int = 0
    duplicate_hash: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    dates: frozenset[date] = frozenset()

    @property
    def bad_share(self) -> float:
        """Lines that we do not want, though nothing is wrong with them, are not bad ones."""
        lines = self.accepted + self.quarantined + self.duplicates
        bad = sum(count for reason, count in self.reasons.items() if reason not in NOT_BROKEN)
        return bad / lines if lines else 0.0

    def too_many_bad_lines(self) -> str:
        bad = Counter({reason: count for reason, count in self.reasons.items() if reason not in NOT_BROKEN})
        common = ", ".join(f"{reason} × {count}" for reason, count in bad.most_common(3))
        return f"{self.bad_share:.1%} of its lines were refused ({common}). Nothing of it was written."


@dataclass(frozen=True)
class LoadOutcome:
    """What became of each batch of a load, which of them are `stopped` whole, and how many rows of each family it has.

    `unknown_fields` are those that the contract does not know, with the number of lines that have them.
    """

    batches: dict[str, BatchOutcome]
    families: Mapping[str, int]
    has_unknown_fields: bool = False
    stopped: tuple[str, ...] = ()
    unknown_fields: Mapping[str, int] = field(default_factory=dict)

    def of_batch(self, batch_id: str) -> BatchOutcome:
        """An empty file has no lines to count."""
        return self.batches.get(batch_id, BatchOutcome())

    @property
    def dates(self) -> list[date]:
        """The event dates of sound lines."""
        return sorted(frozenset().union(*(batch.dates for batch in self.batches.values())))

    @property
    def accepted_sum(self) -> int:
        """The sum of the hashes of all lines that are taken in: two judgements that differ have another one."""
        return sum(batch.accepted_hash for name, batch in self.batches.items() if name not in self.stopped)

    @property
    def refused_lines(self) -> int:
        return sum(batch.quarantined for name, batch in self.batches.items() if name not in self.stopped)

    def over_limit(self, bad_line_limit: float) -> tuple[str, ...]:
        return tuple(sorted(name for name, batch in self.batches.items() if batch.bad_share > bad_line_limit))


@dataclass(frozen=True)
class CountedLines:
    """The lines of one batch, outcome, family and date: how many, the sum of their hashes, how many have `extras`."""

    batch_id: str
    reason: str | None
    is_duplicate: bool
    family: str | None
    event_date: date | None
    lines: int
    hash: int
    lines_with_extras: int


# What lines are counted by.
COUNTED_BY = ("batch_id", "reason", "is_duplicate", "family", "event_date")


def summarise(judged: DataFrame) -> LoadOutcome:
    """Counts rows with `batch_id`, `line_hash`, `reason`, `is_duplicate`, `family`, `event_date` and `extras`.

    Collects one row per batch, outcome, family and date: it grows with the files of a load, not with their lines.
    """
    counted = (
        judged.groupBy(*COUNTED_BY)
        .agg(
            F.count("*").alias("lines"),
            hash_sum(F.col("line_hash")).alias("hash"),
            F.count("extras").alias("lines_with_extras"),
        )
        .collect()
    )
    return outcome_of([CountedLines(**{**row.asDict(), "hash": int(row.hash)}) for row in counted])


def outcome_of(counted: Iterable[CountedLines]) -> LoadOutcome:
    """What became of each batch, from its lines as they were counted."""
    lines_of: dict[str, list[CountedLines]] = defaultdict(list)
    accepted = Counter[str]()
    has_unknown_fields = False
    for lines in counted:
        lines_of[lines.batch_id].append(lines)
        has_unknown_fields |= lines.lines_with_extras > 0
        if lines.reason is None and not lines.is_duplicate and lines.family:
            accepted[lines.family] += lines.lines
    batches = {batch_id: _batch_outcome(rows) for batch_id, rows in lines_of.items()}
    return LoadOutcome(batches, accepted, has_unknown_fields)


def without_rows(batch_ids: Sequence[str], stored: DataFrame) -> tuple[str, ...]:
    """Those of the batches of which nothing is stored: an earlier attempt of their load may have written some."""
    if not batch_ids:
        return ()
    begun = stored.where(F.col("batch_id").isin(list(batch_ids))).select("batch_id").distinct().collect()
    return tuple(sorted(set(batch_ids) - {row.batch_id for row in begun}))


def hash_sum(hashes: Column) -> Column:
    """A sum of 64-bit hashes that does not overflow; 0 of none.

    Their halves are summed apart, as whole numbers: of decimals it would take five times as long.
    """
    upper, lower = F.sum(F.shiftright(hashes, 32)), F.sum(hashes.bitwiseAND(F.lit(0xFFFFFFFF).cast("bigint")))
    whole = upper.cast("decimal(20,0)") * F.lit(2**32).cast("decimal(11,0)") + lower.cast("decimal(20,0)")
    return F.coalesce(whole.cast("decimal(38,0)"), F.lit(0).cast("decimal(38,0)"))


def _batch_outcome(rows: list[CountedLines]) -> BatchOutcome:
    refused = [row for row in rows if row.reason is not None]
    duplicates = [row for row in rows if row.reason is None and row.is_duplicate]
    accepted = [row for row in rows if row.reason is None and not row.is_duplicate]
    reasons: Counter[str] = Counter()
    for row in refused:
        reasons[str(row.reason)] += row.lines
    return BatchOutcome(
        accepted=sum(row.lines for row in accepted),
        quarantined=sum(row.lines for row in refused),
        duplicates=sum(row.lines for row in duplicates),
        accepted_hash=sum(row.hash for row in accepted),
        duplicate_hash=sum(row.hash for row in duplicates),
        reasons=reasons,
        dates=frozenset(row.event_date for row in accepted if row.event_date),
    )
