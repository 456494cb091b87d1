"""Silver events: raw lines typed, judged, pseudonymised and written once."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial, reduce
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark import inheritable_thread_target
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.event_types import Family
from jobs.lake import MOST_ROWS_IN_DRIVER, Lake
from jobs.ledger import Load
from jobs.privacy.keys import PseudonymKey
from jobs.silver.build_quarantine import quarantine_candidate, write_quarantine
from jobs.silver.decoded_lines import decode
from jobs.silver.duplicates import CONFLICT, duplicates
from jobs.silver.event_rows import event_rows
from jobs.silver.line_columns import Flags, Ints
from jobs.silver.outcomes import LoadOutcome, summarise, without_rows
from jobs.silver.packed_rows import PACKED_ROWS, pack, unpack
from jobs.silver.reaction_consent import NO_CONSENT, unconsented_reactions
from jobs.silver.row_schema import FAULT_COLUMNS, arrow_schema, spark_schema
from jobs.silver.unknown_fields import unknown_fields
from jobs.tables.bronze import RAW_EVENTS
from jobs.tables.silver import CONSENTS, EVENT_TABLES, TABLE_OF_FAMILY

if TYPE_CHECKING:
    from expectations.gate import Gate

_PLACE = ["batch_id", "line_number"]
_DUPLICATE, _CONFLICT, _UNCONSENTED, _STORED = "duplicate", "conflict", "unconsented", "stored"
# Places of so many lines take 100 MB in each executor.
MOST_BROADCAST_LINES = 500_000
# 16 GB of text at the most, and a line is at least a line end: its number leaves room for that of its file.
MOST_LINES_A_FILE = 2**35
# A file of so many rows is some megabytes large.
ROWS_A_FILE = 100_000


@dataclass(frozen=True)
class JudgedEvents:
    """Events of a load, and what became of them.

    `lines`: one row a line as `packed_rows` has them, with `is_duplicate` and `is_stored`; without stopped files.
    `is_stored`: an earlier attempt took the line in, and that stands, whatever would be said of it now.
    `packed`: the rows of all of them; `packed_in_driver`: the same as Arrow, where the load is small, else nothing.
    `left_out`: the places of sound lines that are not written.
    """

    lines: DataFrame
    packed: DataFrame
    packed_in_driver: pa.Table | None
    left_out: DataFrame
    outcome: LoadOutcome

    def accepted_rows(self, family: Family) -> "DataFrame | pa.Table":
        """The new rows of the family's table: as Arrow where the load is small, else in Spark, computed once."""
        table = TABLE_OF_FAMILY[family]
        if self.packed_in_driver is not None:
            with ThreadPoolExecutor() as side_by_side:
                new = side_by_side.map(lambda batch: _new_rows_of(family, *batch), self._in_driver)
                return pa.Table.from_batches(new, schema=arrow_schema(table.columns))
        rows = self.packed.mapInArrow(partial(_unpacked_family, family=family), spark_schema(table.columns))
        return rows.join(_broadcast_if_few(self.left_out), on=_PLACE, how="left_anti").localCheckpoint()

    @cached_property
    def _in_driver(self) -> "list[tuple[pa.RecordBatch, Flags]]":
        """The rows of all families, and which of them stood at none of the places that are left out."""
        assert self.packed_in_driver is not None
        left_out = self.left_out.toArrow()
        files = pc.unique(left_out["batch_id"])
        places = np.unique(_numbered_places(left_out, files))

        def with_places(packed: pa.RecordBatch) -> "tuple[pa.RecordBatch, Flags]":
            (rows,) = unpack([packed])
            return rows, ~_is_among(_numbered_places(rows, files), places)

        packed = self.packed_in_driver.to_batches(max_chunksize=1)
        with ThreadPoolExecutor() as side_by_side:
            return list(side_by_side.map(with_places, packed))


def _new_rows_of(family: Family, rows: pa.RecordBatch, is_new: Flags) -> pa.RecordBatch:
    is_of_family = np.asarray(pc.fill_null(pc.equal(rows["family"], family), False))
    return rows.select(TABLE_OF_FAMILY[family].column_names).filter(pa.array(is_new & is_of_family))


def _unpacked_family(batches: Iterable[pa.RecordBatch], family: Family) -> Iterator[pa.RecordBatch]:
    for rows in unpack(batches):
        yield _new_rows_of(family, rows, np.ones(rows.num_rows, dtype=np.bool))


def build_events(lake: Lake, load: Load, key: PseudonymKey, gate: "Gate", bad_line_limit: float) -> LoadOutcome:
    """Writes the load's events to silver and its refused lines to quarantine; batches over the limit are left out.

    Every table is judged before the first is written. Raises `jobs.errors.GateFailedError`.
    """
    lines = lake.read_arrivals(RAW_EVENTS, load.batches)
    judged = judge_events(lake, lines, load, key, bad_line_limit)
    with ThreadPoolExecutor() as beside:
        refused = beside.submit(
            inheritable_thread_target(lake.spark)(quarantine_candidate), lake, judged.lines, load, judged.outcome
        )
        write_accepted_events(lake, judged, gate, load.load_id)
        write_quarantine(lake, refused.result(), load, judged.outcome)
    return judged.outcome


def judge_events(lake: Lake, lines: DataFrame, load: Load, key: PseudonymKey, bad_line_limit: float) -> JudgedEvents:
    """Bronze lines, decoded once, with what is wrong with each and which of them are taken in.

    A file of which an earlier attempt wrote rows is not stopped: they stand.
    """
    # Kept by Spark as it is: every look at it would decode the lines again.
    decoded = decode(lines, partial(_packed_event_rows, key=key), PACKED_ROWS).localCheckpoint()
    is_line = F.col("packed").isNull()
    packed = decoded.where(~is_line).select("packed")
    # Of all lines, as those that are refused or left out are packed as well.
    is_small = lake.takes_arrow and sum(batch.line_count for batch in load.batches) <= MOST_ROWS_IN_DRIVER
    with ThreadPoolExecutor() as beside:
        in_driver = beside.submit(inheritable_thread_target(lake.spark)(packed.toArrow)) if is_small else None
        judged, left_out, outcome = _judged(lake, decoded.where(is_line).drop("packed"), load, bad_line_limit)
        return JudgedEvents(judged, packed, in_driver.result() if in_driver else None, left_out, outcome)


def _judged(
    lake: Lake, decoded: DataFrame, load: Load, bad_line_limit: float
) -> tuple[DataFrame, DataFrame, LoadOutcome]:
    """The lines with what is said of each, the places of sound lines that are left out, and what that comes to."""
    found = summarise(decoded.withColumn("is_duplicate", F.lit(False)))
    stored = _stored_events(lake, found.dates)
    stopped = without_rows(found.over_limit(bad_line_limit), stored)
    is_kept = ~F.col("batch_id").isin(list(stopped))
    judgements = _judgements(lake, decoded.where(is_kept), stored, load, found).localCheckpoint()
    judged = decoded.where(is_kept).transform(_with_judgements, judgements)
    outcome = summarise(judged)
    outcome = replace(outcome, batches={**found.batches, **outcome.batches}, stopped=stopped)
    if outcome.has_unknown_fields:
        outcome = replace(outcome, unknown_fields=unknown_fields(judged))
    left_out = decoded.where(F.col("reason").isNull() & ~is_kept).select(*_PLACE)
    return judged, judgements.select(*_PLACE).unionByName(left_out), outcome


def _packed_event_rows(batches: Iterable[pa.RecordBatch], key: PseudonymKey) -> Iterator[pa.RecordBatch]:
    return pack(event_rows(batches, key))


def _numbered_places(rows: pa.RecordBatch | pa.Table, files: pa.Array) -> Ints:
    """A number a row for where it stood, by `batch_id` and `line_number`; negative in a file that is not listed."""
    file = pc.fill_null(pc.index_in(rows["batch_id"], files), -1)
    places: Ints = np.asarray(file, dtype=np.int64) * MOST_LINES_A_FILE + np.asarray(rows["line_number"])
    return places


def _is_among(numbers: Ints, those: Ints) -> Flags:
    """Which numbers are among those, which are in order."""
    if not len(those):
        return np.zeros(len(numbers), dtype=np.bool)
    found: Flags = those[np.minimum(np.searchsorted(those, numbers), len(those) - 1)] == numbers
    return found


def write_accepted_events(lake: Lake, judged: JudgedEvents, gate: "Gate", load_id: str) -> None:
    """Appends what has neither fault nor twin to the table of its family, once all families passed the gate.

    What an earlier attempt wrote is left out. Delta is told what the load takes in: of two attempts at once that take
    in the same, one is written; a later one that takes in more, by other rules, writes what is missing.
    The tables are written side by side. Raises `jobs.errors.GateFailedError`.
    """
    attempt = f"{load_id}:{judged.outcome.accepted_sum}"
    candidates = {
        (family, table): gate.judge(table, judged.accepted_rows(family), load_id)
        for family, table in TABLE_OF_FAMILY.items()
        if family in judged.outcome.families
    }
    with ThreadPoolExecutor(max_workers=len(candidates) or 1) as side_by_side:
        writes = [
            side_by_side.submit(
                inheritable_thread_target(lake.spark)(lake.append), table, _in_files(rows, judged, family), attempt
            )
            for (family, table), rows in candidates.items()
        ]
    for write in writes:
        write.result()


def _in_files(rows: "DataFrame | pa.Table", judged: JudgedEvents, family: Family) -> "DataFrame | pa.Table":
    """Rows in Spark in as few pieces as they are worth files."""
    if isinstance(rows, DataFrame):
        return rows.coalesce(max(1, judged.outcome.families[family] // ROWS_A_FILE))
    return rows


def _broadcast_if_few(lines: DataFrame) -> DataFrame:
    """So few go to every task; more meet the rows where both are shuffled to."""
    return F.broadcast(lines) if lines.count() <= MOST_BROADCAST_LINES else lines


def _judgements(lake: Lake, decoded: DataFrame, stored: DataFrame, load: Load, found: LoadOutcome) -> DataFrame:
    """`batch_id`, `line_number` and `judgement` of the few lines of which something is to be said beyond themselves."""
    sound = decoded.where(F.col("reason").isNull())
    said = []
    if Family.REACTION in found.families:
        refused = unconsented_reactions(sound, lake.read(CONSENTS))
        said.append(refused.withColumn("judgement", F.lit(_UNCONSENTED)))
        sound = sound.join(refused, on=_PLACE, how="left_anti")
    twice = F.when(F.col("is_duplicate"), _DUPLICATE).otherwise(_CONFLICT)
    said.append(duplicates(sound, stored).select(*_PLACE, twice.alias("judgement")))
    judgements = reduce(DataFrame.unionByName, said)
    if not load.is_retry:
        return judgements
    here = stored.where(F.col("batch_id").isin(load.batch_ids)).select(*_PLACE)
    return judgements.join(here, on=_PLACE, how="left_anti").unionByName(here.withColumn("judgement", F.lit(_STORED)))


def _with_judgements(decoded: DataFrame, judgements: DataFrame) -> DataFrame:
    """Adds `is_duplicate` and `is_stored`, and the fault of a line that has one by its judgement."""
    judged = decoded.join(_broadcast_if_few(judgements), on=_PLACE, how="left")
    judgement = F.col("judgement")
    faults = {
        column.name: F.when(judgement == _CONFLICT, of_conflict)
        .when(judgement == _UNCONSENTED, without_consent)
        .when(judgement.isNull(), F.col(column.name))
        for column, of_conflict, without_consent in zip(FAULT_COLUMNS, CONFLICT, NO_CONSENT, strict=True)
    }
    flags = {
        "is_duplicate": judgement.eqNullSafe(_DUPLICATE),
        "is_stored": judgement.eqNullSafe(_STORED),
    }
    return judged.withColumns(faults | flags).drop("judgement")


def _stored_events(lake: Lake, dates: Sequence[date]) -> DataFrame:
    """Which events silver has on these dates, what they say and where they came from."""
    known = (
        lake.read_dates(table, "event_date", dates).select(
            "event_id", "payload_hash", "key_epoch", "batch_id", "line_number"
        )
        for table in EVENT_TABLES
    )
    return reduce(DataFrame.unionByName, known)
