"""Events of a load that the driver can hold, judged there: columns of Arrow and Polars in the place of Spark jobs."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import accumulate
from typing import NamedTuple

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.bronze import RAW_EVENTS
from jobs.contracts.event_types import Family
from jobs.contracts.silver import CONSENTS, QUARANTINE, SEEN_PROFILES, TABLE_OF_FAMILY
from jobs.errors import PlayheadError
from jobs.ledger.ledger import Load
from jobs.privacy.linkage_key import Keys
from jobs.silver.decoded_lines import decode_row_groups
from jobs.silver.duplicates import CONFLICT, duplicates_in_driver
from jobs.silver.event_rows import EVENT_ROWS, event_rows
from jobs.silver.line_faults import Fault
from jobs.silver.outcomes import COUNTED_BY, CountedLines, LoadOutcome, outcome_of
from jobs.silver.reaction_consent import NO_CONSENT, unconsented_reactions
from jobs.silver.row_schema import FAULT_COLUMNS
from jobs.silver.stored_events import stored_events
from jobs.silver.unknown_fields import most_unknown_fields
from jobs.storage.arrow_schema import arrow_schema
from jobs.storage.lake import Lake

_PLACE = ["batch_id", "line_number"]
_JUDGED_BY = [*_PLACE, "payload_hash", "event_id", "event_date", "family", "line_hash", "reason", "extras"]
# So many ids are sent to every task that looks for them; more meet silver's where both are shuffled to.
MOST_BROADCAST_IDS = 500_000


class LinesMissingError(PlayheadError):
    """Bronze does not hold all lines of a file that it took in."""


class _Judgements(NamedTuple):
    """Numbers of lines, and what is said of them beyond themselves."""

    unconsented: pl.Series
    duplicates: pl.Series
    conflicts: pl.Series
    stored: pl.Series


@dataclass(frozen=True)
class EventsInDriver:
    """Events of a load, and what became of them.

    `rows`: one row a line in the columns `event_rows.EVENT_ROWS`. `lines`: beside them, by number, what each is judged
    by, its `reason` as it stands now, whether it `is_duplicate`, whether it `is_new` to silver. A line that an earlier
    attempt took in is not new, and stands, whatever would be said of it now.
    """

    rows: pa.Table
    lines: pl.DataFrame
    outcome: LoadOutcome

    def accepted_rows(self, family: Family) -> pa.Table:
        """The new rows of the family's table."""
        table = TABLE_OF_FAMILY[family]
        is_wanted = self.lines.select(pl.col("is_new") & (pl.col("family") == family).fill_null(False))
        mask = is_wanted.to_series().to_arrow()
        batches = self.rows.select(table.column_names).to_batches()
        firsts = _firsts(batches)
        with ThreadPoolExecutor() as side_by_side:
            new = side_by_side.map(
                lambda batch, first: batch.filter(mask.slice(first, batch.num_rows)), batches, firsts
            )
            return pa.Table.from_batches(new, schema=arrow_schema(table.columns))

    def profiles(self, lake: Lake) -> DataFrame:
        """One row a profile that a line names, but for those of stopped files."""
        return _named_profiles(lake, self.rows, self.lines.filter(~pl.col("batch_id").is_in(self.outcome.stopped)))

    def refused_lines(self, load: Load, at: datetime) -> pa.Table:
        """Rows of `silver.quarantine`, seen `at` this time; those of a file that is stopped are none."""
        is_refused = pl.col("reason").is_not_null() & ~pl.col("batch_id").is_in(self.outcome.stopped)
        refused = self.lines.filter(is_refused)
        told = _frame(self.rows.select(["field", "message"]).take(refused["number"].to_arrow()))
        files = pl.DataFrame(load.files, schema=["batch_id", "source_name", "feed"], orient="row")
        of_judgement = {fault.reason: fault for fault in (CONFLICT, NO_CONSENT)}
        columns = (
            pl.concat([refused, told], how="horizontal")
            .join(files, on="batch_id", how="left", maintain_order="left")
            .with_columns(
                *(_told_by(of_judgement, column.name) for column in FAULT_COLUMNS[1:]),
                first_seen_at=pl.lit(at),
                replayed_at=None,
            )
        )
        return columns.select(QUARANTINE.column_names).to_arrow().cast(arrow_schema(QUARANTINE.columns))


def judge_in_driver(lake: Lake, load: Load, keys: Keys, bad_line_limit: float) -> EventsInDriver:
    """Bronze lines, decoded once, with what is wrong with each and which of them are taken in.

    A file of which an earlier attempt wrote rows is not stopped: they stand.
    """
    rows = decode_row_groups(
        lake.spark,
        lake.arrival_row_groups(RAW_EVENTS, load.batches),
        load.batch_ids,
        partial(event_rows, keys=keys),
        EVENT_ROWS,
    )
    if rows.num_rows != load.line_count:
        raise LinesMissingError(
            f"Bronze has {rows.num_rows:,} of the {load.line_count:,} lines of this load. Nothing was written. "
            "`playhead audit` says of which file."
        )
    lines = _frame(rows.select(_JUDGED_BY)).with_row_index("number")
    found = _summarise(lines.with_columns(is_duplicate=False))
    stored = stored_events(lake, found.dates)
    over_limit = found.over_limit(bad_line_limit)
    here = _written_earlier(stored, load.batch_ids if load.is_retry else over_limit)
    stopped = tuple(sorted(set(over_limit) - set(here["batch_id"])))
    is_kept = ~pl.col("batch_id").is_in(stopped)
    said = _judgements(lake, rows, lines.filter(is_kept), stored, here)
    judged = _with_judgements(lines, said).with_columns(is_new=pl.col("is_new") & is_kept)
    kept = judged.filter(is_kept)
    outcome = _summarise(kept)
    outcome = replace(outcome, batches={**found.batches, **outcome.batches}, stopped=stopped)
    if outcome.has_unknown_fields:
        extras = kept.filter(pl.col("reason").is_null(), ~pl.col("is_duplicate"))["extras"].drop_nulls().value_counts()
        outcome = replace(outcome, unknown_fields=most_unknown_fields(extras.iter_rows()))
    return EventsInDriver(rows, judged, outcome)


def _written_earlier(stored: DataFrame, batch_ids: Sequence[str]) -> pl.DataFrame:
    """The places of lines of these files that an earlier attempt wrote."""
    if not batch_ids:
        return pl.DataFrame(schema={"batch_id": pl.String, "line_number": pl.Int64})
    return _frame(stored.where(F.col("batch_id").isin(list(batch_ids))).select(*_PLACE).toArrow())


def _judgements(lake: Lake, rows: pa.Table, kept: pl.DataFrame, stored: DataFrame, here: pl.DataFrame) -> _Judgements:
    sound = kept.filter(pl.col("reason").is_null())
    unconsented = _unconsented(lake, rows, kept, sound.filter(pl.col("family") == Family.REACTION))
    consented = sound.filter(~pl.col("number").is_in(unconsented.implode()))
    twice = duplicates_in_driver(consented, _known(stored, consented["event_id"]))
    is_duplicate = pl.col("is_duplicate")
    return _Judgements(
        unconsented=unconsented,
        duplicates=twice.filter(is_duplicate)["number"],
        conflicts=twice.filter(~is_duplicate)["number"],
        stored=kept.join(here, on=_PLACE, how="semi")["number"],
    )


def _unconsented(lake: Lake, rows: pa.Table, kept: pl.DataFrame, reactions: pl.DataFrame) -> pl.Series:
    """The numbers of reactions that no consent covers."""
    if reactions.is_empty():
        return reactions["number"]
    columns = [*_PLACE, "profile_key", "event_time", "family", "reason"]
    events = lake.spark.createDataFrame(rows.select(columns).take(reactions["number"].to_arrow()))
    seen = lake.read(SEEN_PROFILES).unionByName(_named_profiles(lake, rows, kept))
    refused = _frame(unconsented_reactions(events, lake.read(CONSENTS), seen).toArrow())
    return reactions.join(refused, on=_PLACE, how="semi")["number"]


def _named_profiles(lake: Lake, rows: pa.Table, lines: pl.DataFrame) -> DataFrame:
    """One row a profile that one of these lines names."""
    named = rows.select(SEEN_PROFILES.column_names).take(lines["number"].to_arrow())
    known = named.filter(named["profile_key"].is_valid())
    return lake.in_spark(known.group_by(SEEN_PROFILES.column_names).aggregate([]))


def _known(stored: DataFrame, event_ids: pl.Series) -> pl.DataFrame:
    """What is stored under these ids."""
    if stored.isEmpty():
        stored = stored.limit(0)
    else:
        ids = stored.sparkSession.createDataFrame(pa.table({"event_id": event_ids.to_arrow().cast(pa.string())}))
        few = F.broadcast(ids) if len(event_ids) <= MOST_BROADCAST_IDS else ids
        stored = stored.join(few, on="event_id", how="left_semi")
    return _frame(stored.toArrow())


def _with_judgements(lines: pl.DataFrame, said: _Judgements) -> pl.DataFrame:
    """Adds `is_duplicate`, `is_new`, and the reason of a line that has one by its judgement."""

    def is_among(numbers: pl.Series) -> pl.Expr:
        return pl.col("number").is_in(numbers.implode())

    is_duplicate, is_stored = is_among(said.duplicates) & ~is_among(said.stored), is_among(said.stored)
    reason = (
        pl.when(is_stored)
        .then(None)
        .when(is_among(said.conflicts))
        .then(pl.lit(CONFLICT.reason))
        .when(is_among(said.unconsented))
        .then(pl.lit(NO_CONSENT.reason))
        .otherwise(pl.col("reason"))
    )
    judged = lines.with_columns(is_duplicate=is_duplicate, is_stored=is_stored, reason=reason)
    is_new = pl.col("reason").is_null() & ~pl.col("is_duplicate") & ~pl.col("is_stored")
    return judged.with_columns(is_new=is_new)


def _summarise(lines: pl.DataFrame) -> LoadOutcome:
    """What `outcomes.summarise` says of lines that Spark has."""
    counted = lines.group_by(COUNTED_BY).agg(
        lines=pl.len(), hash=pl.col("line_hash").cast(pl.Int128).sum(), lines_with_extras=pl.col("extras").count()
    )
    return outcome_of(CountedLines(**row) for row in counted.iter_rows(named=True))


def _told_by(of_judgement: Mapping[str, Fault], column: str) -> pl.Expr:
    """`field` or `message`: that of the judgement where one gave the reason, else the line's own."""
    told = {reason: getattr(fault, column) for reason, fault in of_judgement.items()}
    is_told = pl.col("reason").is_in(list(told))
    return (
        pl.when(is_told)
        .then(pl.col("reason").replace_strict(told, default=None))
        .otherwise(pl.col(column))
        .alias(column)
    )


def _frame(rows: pa.Table) -> pl.DataFrame:
    found = pl.from_arrow(rows)
    assert isinstance(found, pl.DataFrame), "a table is a frame"
    return found


def _firsts(batches: Sequence[pa.RecordBatch]) -> list[int]:
    """The number of the first row of each batch."""
    return list(accumulate((batch.num_rows for batch in batches), initial=0))[:-1]
