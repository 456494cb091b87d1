"""Events judged in Spark: of loads that are too large for the driver, of lakes on object stores, and of replays."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial, reduce

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts import columns as c
from jobs.contracts.event_types import Family
from jobs.contracts.silver import CONSENTS, SEEN_PROFILES, TABLE_OF_FAMILY
from jobs.ledger.ledger import Load
from jobs.privacy.linkage_key import Keys
from jobs.silver.decoded_lines import decode
from jobs.silver.duplicates import CONFLICT, duplicates
from jobs.silver.event_rows import EVENT_COLUMNS, FAMILY, PLACE, event_rows
from jobs.silver.outcomes import LoadOutcome, summarise, without_rows
from jobs.silver.packed_rows import PACKED, packed, unpack
from jobs.silver.reaction_consent import NO_CONSENT, unconsented_reactions
from jobs.silver.refused_lines import refused_lines
from jobs.silver.row_schema import FAULT_COLUMNS, LINE_HASH
from jobs.silver.stored_events import stored_events
from jobs.silver.unknown_fields import unknown_fields
from jobs.storage.arrow_schema import arrow_schema
from jobs.storage.kernels import map_batches
from jobs.storage.lake import Lake
from jobs.storage.spark_schema import spark_schema

# What consents and duplicates are judged by. Of a line that is no reaction, who and when are left out.
_JUDGED_BY = (c.EVENT_ID, c.EVENT_DATE, c.PAYLOAD_HASH, c.EXTRAS)
_OF_REACTIONS = (c.PROFILE_KEY, c.EVENT_TIME)
_LINES_AND_PACKED = (*PLACE, LINE_HASH, *FAULT_COLUMNS, FAMILY, *_JUDGED_BY, *_OF_REACTIONS, PACKED)
_SCHEMA = arrow_schema(_LINES_AND_PACKED)
_PLACE = ["batch_id", "line_number"]
_DUPLICATE, _CONFLICT, _UNCONSENTED, _STORED = "duplicate", "conflict", "unconsented", "stored"
# Places of so many lines take 100 MB in each executor.
MOST_BROADCAST_LINES = 500_000
# A file of so many rows is some megabytes large.
ROWS_A_FILE = 100_000


@dataclass(frozen=True)
class EventsInSpark:
    """Events of a load, and what became of them.

    `lines`: one row a line with what it is judged by, `is_duplicate` and `is_stored`; without stopped files.
    `is_stored`: an earlier attempt took the line in, and that stands, whatever would be said of it now.
    `packed`: the rows of all of them. `left_out`: the places of sound lines that are not written.
    """

    lines: DataFrame
    packed: DataFrame
    left_out: DataFrame
    outcome: LoadOutcome

    def accepted_rows(self, family: Family) -> DataFrame:
        """The new rows of the family's table, computed once, in as few pieces as they are worth files."""
        table = TABLE_OF_FAMILY[family]
        rows = map_batches(self.packed, partial(_unpacked_family, family=family), spark_schema(table.columns))
        new = rows.join(_broadcast_if_few(self.left_out), on=_PLACE, how="left_anti").localCheckpoint()
        return new.coalesce(max(1, self.outcome.families[family] // ROWS_A_FILE))

    def profiles(self, lake: Lake) -> DataFrame:
        """One row a profile that a line names, but for those of stopped files."""
        return _profiles(self.packed, self.outcome.stopped)

    def refused_lines(self, load: Load, at: datetime) -> DataFrame:
        """Rows of `silver.quarantine`."""
        return refused_lines(self.lines, load.files, at)


def judge_in_spark(lake: Lake, lines: DataFrame, load: Load, keys: Keys, bad_line_limit: float) -> EventsInSpark:
    """Bronze lines, decoded once, with what is wrong with each and which of them are taken in.

    A file of which an earlier attempt wrote rows is not stopped: they stand.
    """
    # Kept by Spark as it is: every look at it would decode the lines again.
    both = decode(lines, partial(_lines_and_packed, keys=keys), _LINES_AND_PACKED).localCheckpoint()
    is_line = F.col("packed").isNull()
    decoded = both.where(is_line).drop("packed")
    found = summarise(decoded.withColumn("is_duplicate", F.lit(False)))
    stored = stored_events(lake, found.dates)
    stopped = without_rows(found.over_limit(bad_line_limit), stored)
    is_kept = ~F.col("batch_id").isin(list(stopped))
    packed_rows = both.where(~is_line).select("packed")
    seen = lake.read(SEEN_PROFILES).unionByName(_profiles(packed_rows, stopped))
    judgements = _judgements(lake, decoded.where(is_kept), stored, load, found, seen).localCheckpoint()
    judged = decoded.where(is_kept).transform(_with_judgements, judgements)
    outcome = summarise(judged)
    outcome = replace(outcome, batches={**found.batches, **outcome.batches}, stopped=stopped)
    if outcome.has_unknown_fields:
        outcome = replace(outcome, unknown_fields=unknown_fields(judged))
    of_stopped = decoded.where(F.col("reason").isNull() & ~is_kept).select(*_PLACE)
    left_out = judgements.select(*_PLACE).unionByName(of_stopped)
    return EventsInSpark(judged, packed_rows, left_out, outcome)


def _lines_and_packed(batches: Iterable[pa.RecordBatch], keys: Keys) -> Iterator[pa.RecordBatch]:
    """One row a line, and one more a batch with the rows of all event tables, packed."""
    for rows in event_rows(batches, keys):
        yield _lines(rows)
        value = packed(rows.select([FAMILY.name, c.PROFILE_ID_KEY.name, *(column.name for column in EVENT_COLUMNS)]))
        columns = [pa.array([value if field.name == PACKED.name else None], field.type) for field in _SCHEMA]
        yield pa.RecordBatch.from_arrays(columns, schema=_SCHEMA)


def _lines(rows: pa.RecordBatch) -> pa.RecordBatch:
    is_reaction = pc.equal(rows["family"], Family.REACTION)
    columns = {name: rows[name] for name in _SCHEMA.names if name != PACKED.name}
    columns |= {column.name: pc.if_else(is_reaction, rows[column.name], None) for column in _OF_REACTIONS}
    columns[PACKED.name] = pa.nulls(rows.num_rows, pa.binary())
    return pa.RecordBatch.from_arrays([columns[name] for name in _SCHEMA.names], schema=_SCHEMA)


def _unpacked_family(batches: Iterable[pa.RecordBatch], family: Family) -> Iterator[pa.RecordBatch]:
    for rows in unpack(batches):
        is_of_family = pc.fill_null(pc.equal(rows["family"], family), False)
        yield rows.select(TABLE_OF_FAMILY[family].column_names).filter(is_of_family)


def _profiles(packed_rows: DataFrame, stopped: Iterable[str]) -> DataFrame:
    """One row a profile that a line names, but for those of stopped files."""
    named = map_batches(packed_rows, _named_profiles, spark_schema((c.BATCH_ID, *SEEN_PROFILES.columns)))
    is_kept = ~F.col("batch_id").isin(list(stopped))
    return named.where(is_kept).select(*SEEN_PROFILES.column_names).dropDuplicates(["profile_key"])


def _named_profiles(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    names = ["batch_id", *SEEN_PROFILES.column_names]
    for rows in unpack(batches):
        sound = rows.select(names).filter(rows["profile_key"].is_valid())
        yield from pa.table(sound).group_by(names).aggregate([]).select(names).to_batches()


def _broadcast_if_few(lines: DataFrame) -> DataFrame:
    """So few go to every task; more meet the rows where both are shuffled to."""
    return F.broadcast(lines) if lines.count() <= MOST_BROADCAST_LINES else lines


def _judgements(
    lake: Lake, decoded: DataFrame, stored: DataFrame, load: Load, found: LoadOutcome, seen: DataFrame
) -> DataFrame:
    """`batch_id`, `line_number` and `judgement` of the few lines of which something is to be said beyond themselves.

    `seen`: `silver.seen_profiles` with those of the load.
    """
    sound = decoded.where(F.col("reason").isNull())
    said = []
    if Family.REACTION in found.families:
        refused = unconsented_reactions(sound, lake.read(CONSENTS), seen)
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
