"""Candidates: rows that wait for the gate, and what they will take the place of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pyspark.sql import DataFrame

from jobs.contracts.table import Table
from jobs.storage.lake import Lake, Rows


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
