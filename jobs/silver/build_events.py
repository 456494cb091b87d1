"""Silver events: raw lines typed, judged, pseudonymised and written once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.lake import Lake
from jobs.ledger import Load
from jobs.privacy.keys import PseudonymKey
from jobs.privacy.pseudonyms import pseudonymise
from jobs.silver.build_quarantine import build_quarantine
from jobs.silver.duplicates import hash_payload, mark_duplicates
from jobs.silver.event_faults import find_event_faults
from jobs.silver.json_lines import read_json
from jobs.silver.outcomes import LoadOutcome, summarise, without_rows
from jobs.silver.reaction_consent import refuse_unconsented_reactions
from jobs.silver.typed_events import type_events
from jobs.silver.unknown_fields import unknown_fields
from jobs.tables.bronze import RAW_EVENTS
from jobs.tables.contract import Table
from jobs.tables.raw_event import RAW_EVENT, Family
from jobs.tables.silver import (
    BROWSE_EVENTS,
    CONSENTS,
    EVENT_TABLES,
    FEEDBACK_EVENTS,
    PLAYBACK_EVENTS,
    REACTIONS,
    SEARCH_EVENTS,
)

if TYPE_CHECKING:
    from expectations.gate import Gate

TABLE_OF_FAMILY = {
    Family.PLAYBACK: PLAYBACK_EVENTS,
    Family.SEARCH: SEARCH_EVENTS,
    Family.BROWSE: BROWSE_EVENTS,
    Family.FEEDBACK: FEEDBACK_EVENTS,
    Family.REACTION: REACTIONS,
}


def build_events(lake: Lake, load: Load, key: PseudonymKey, gate: "Gate", bad_line_limit: float) -> LoadOutcome:
    """Writes the load's events to silver and its refused lines to quarantine; batches over the limit are left out.

    Every table is judged before the first is written. Raises `jobs.errors.GateFailedError`.
    """
    lines = lake.read_arrivals(RAW_EVENTS, load.batches)
    judged, stopped = judge_events(lake, lines, key, bad_line_limit)
    kept = judged.where(~F.col("batch_id").isin(list(stopped)))
    outcome = replace(summarise(judged), stopped=stopped, unknown_fields=unknown_fields(kept))
    write_accepted_events(lake, kept, outcome, gate, load.load_id)
    build_quarantine(lake, kept, load, outcome)
    return outcome


def judge_events(
    lake: Lake, lines: DataFrame, key: PseudonymKey, bad_line_limit: float
) -> tuple[DataFrame, tuple[str, ...]]:
    """Bronze lines, typed and pseudonymised, with `fault`, `is_duplicate`, `is_stored`; batches over the limit.

    A batch of which an earlier attempt wrote rows is not stopped: they stand.
    """
    # Computed before anything filters or joins, and cut off from its plan (decision 0008): Catalyst would push a filter
    # on `fault` down through the parsing and copy the parser into each of its hundred conditions, which takes minutes.
    typed = (
        lines.transform(read_json, RAW_EVENT)
        .transform(find_event_faults)
        .transform(type_events)
        .transform(pseudonymise, key)
        .localCheckpoint()
    )
    faulted = typed.transform(refuse_unconsented_reactions, lake.read(CONSENTS)).transform(hash_payload)
    by_faults = summarise(faulted.withColumn("is_duplicate", F.lit(False)))
    stored = _stored_events(lake, by_faults.dates)
    stopped = without_rows(by_faults.over_limit(bad_line_limit), stored)
    return faulted.transform(mark_duplicates, stored, stopped).localCheckpoint(), stopped


def write_accepted_events(lake: Lake, judged: DataFrame, outcome: LoadOutcome, gate: "Gate", load_id: str) -> None:
    """Appends what has neither fault nor twin to the table of its family, once all families passed the gate.

    What an earlier attempt wrote is left out. Delta is told what the load takes in: of two attempts at once that take
    in the same, one is written; a later one that takes in more, by other rules, writes what is missing.
    """
    attempt = f"{load_id}:{outcome.accepted_sum}"
    candidates = {
        table: gate.judge(table, _accepted(judged, family, table), load_id)
        for family, table in TABLE_OF_FAMILY.items()
        if family in outcome.families
    }
    for table, rows in candidates.items():
        lake.append(table, rows, attempt)


def _stored_events(lake: Lake, dates: Sequence[date]) -> DataFrame:
    """Which events silver has on these dates, what they say and where they came from."""
    known = (
        lake.read_dates(table, "event_date", dates).select("event_id", "payload_hash", "batch_id", "line_number")
        for table in EVENT_TABLES
    )
    return reduce(DataFrame.unionByName, known)


def _accepted(judged: DataFrame, family: Family, table: Table) -> DataFrame:
    is_accepted = F.col("fault").isNull() & ~F.col("is_duplicate") & (F.col("family") == family)
    return judged.where(is_accepted & ~F.col("is_stored")).select(*table.column_names)
