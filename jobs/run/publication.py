"""One run of gold's tables, from its first read to the commit by which all of it becomes visible, or nothing."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.contracts.gold import PUBLICATIONS
from jobs.contracts.table import Table
from jobs.run.ledger_mirror import write_verdicts
from jobs.run.workspace import Workspace
from jobs.storage.candidates import Candidate, write
from jobs.storage.lake import Lake, PublishedLake
from jobs.storage.local_rows import arrow_rows, local_rows
from jobs.storage.spark_schema import spark_schema

if TYPE_CHECKING:
    from expectations.gate import Gate


@contextmanager
def publishing(work: Workspace, tables: Sequence[Table]) -> Iterator[PublishedLake]:
    """Nobody else publishes meanwhile, and what a dead run left of these tables is gone. Gives what readers see."""
    with work.lake.publishing(), verdicts_kept(work):
        yield work.lake.take_back_unpublished(tables)


def judge_and_write(work: Workspace, candidates: Iterable[Candidate], load_id: str) -> None:
    """Every table is judged before the first is written. Raises `jobs.errors.GateFailedError`."""
    write(work.lake, [judged(candidate, work.gate, load_id) for candidate in candidates])


def judged(candidate: Candidate, gate: "Gate", load_id: str) -> Candidate:
    """Raises `jobs.errors.GateFailedError` and `NotJudgedError`."""
    return replace(candidate, rows=gate.judge(candidate.table, candidate.rows, load_id))


def publish(lake: Lake, tables: Iterable[Table], load_id: str, at: datetime) -> None:
    """From now on readers see these tables as they are now. A table without rows so far is left out."""
    versions = {table.full_name: lake.version(table) for table in tables}
    rows = [(name, version, load_id, at) for name, version in versions.items() if version >= 0]
    lake.upsert(PUBLICATIONS, arrow_rows(rows, spark_schema(PUBLICATIONS.columns)))


def publish_anew(lake: Lake, tables: Iterable[Table]) -> None:
    """Readers see the newest versions of these tables, as what they saw before: of the same load and time."""
    versions = {table.full_name: lake.version(table) for table in tables}
    seen = lake.read(PUBLICATIONS).where(F.col("table_name").isin(list(versions))).toArrow()
    newest = pa.array([versions[name] for name in seen["table_name"].to_pylist()], pa.int64())
    place = PUBLICATIONS.column_names.index("delta_version")
    lake.upsert(PUBLICATIONS, seen.set_column(place, "delta_version", newest))


def take_from_readers(lake: Lake, tables: Iterable[Table]) -> None:
    """From now on readers see nothing of these tables, until they are published again."""
    names = local_rows(lake.spark, [(table.full_name,) for table in tables], "table_name string")
    lake.replace_keys(PUBLICATIONS, lake.read(PUBLICATIONS).limit(0), names)


@contextmanager
def verdicts_kept(work: Workspace) -> Iterator[None]:
    """What the gate found goes into Data Docs and `gold.quality_results`, also where it said no."""
    try:
        yield
    except Exception as error:
        with as_its_cause(error):
            write_verdicts(work.lake, work.gate.report())
        raise
    write_verdicts(work.lake, work.gate.report())


@contextmanager
def as_its_cause(error: Exception) -> Iterator[None]:
    """What fails in the block does not hide the error: a retry after a gate's no would find the load set aside."""
    try:
        yield
    except Exception as another:
        raise error from another
