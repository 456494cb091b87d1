"""Candidates: rows that wait for the gate, and what they will take the place of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame

from jobs.contracts.table import Table
from jobs.storage.lake import Lake, Rows

if TYPE_CHECKING:
    from expectations.gate import Gate


@dataclass(frozen=True)
class Candidate:
    """Rows of a table.

    They take the place of all rows of these periods; with `keys`, of the rows of these keys alone, which lie in those
    periods if there are any; with neither, of the whole table.
    """

    table: Table
    rows: Rows
    periods: Sequence[date] | None = None
    keys: DataFrame | None = None


def judged(candidate: Candidate, gate: "Gate", load_id: str) -> Candidate:
    """Raises `jobs.errors.GateFailedError` and `NotJudgedError`."""
    return replace(candidate, rows=gate.judge(candidate.table, candidate.rows, load_id))


def write(lake: Lake, candidates: Iterable[Candidate]) -> None:
    """Puts the rows in their place, except those of tables that are judged only."""
    for candidate in candidates:
        if not candidate.table.is_kept:
            continue
        if candidate.keys is not None:
            lake.replace_keys(candidate.table, candidate.rows, candidate.keys, candidate.periods)
        elif candidate.periods is not None:
            lake.replace_dates(candidate.table, candidate.rows, candidate.periods)
        else:
            lake.replace_all(candidate.table, candidate.rows)
