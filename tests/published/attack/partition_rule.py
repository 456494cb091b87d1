"""What `jobs.published.partition` releases of a week's viewing, as figures over cells."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import polars as pl

from jobs.contracts.published import MOST_HOURS_A_WEEK, OTHER
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.published.partition import LABELS, WEEK, released_parts
from tests.published.attack.solver import HOURS, PEOPLE, Told
from tests.published.attack.weeks import Cell, Week

_MONDAY = date(2026, 6, 1)
_PEOPLE = ("account_key", "profile_key")
Part = tuple[str, ...]


def bounded(week: Week) -> Week:
    """The week with no more hours of an account than are told."""
    hours: dict[str, float] = defaultdict(float)
    for play in week.plays:
        hours[play.account] += play.hours
    plays = (play._replace(hours=play.hours * min(1.0, MOST_HOURS_A_WEEK / hours[play.account])) for play in week.plays)
    return replace(week, plays=tuple(plays))


def released_as_partition(week: Week) -> list[Told]:
    """Hours are rounded so that sums up to each part, in their order, are off by half an hour; viewers are in tens."""
    parts = released_parts(_contributions(week)).sort(LABELS)
    names = _names(parts.select(LABELS).iter_rows())
    cells_of: dict[Part, list[Cell]] = defaultdict(list)
    for cell in week.cells:
        cells_of[_part(cell, names)].append(cell)
    told, rounded, so_far = [], 0.0, dict[Cell, float]()
    for *part, hours in parts.select(*LABELS, "watched_hours").iter_rows():
        rounded += hours
        so_far = so_far | dict.fromkeys(cells_of[tuple(part)], 1.0)
        told.append(Told(f"parts up to {' '.join(part)}", HOURS, so_far, max(rounded - 0.5, 0.0), rounded + 0.5))
    for title, viewers in parts.select("title_id", "viewers").unique().iter_rows():
        in_tens = viewers // SMALLEST_GROUP * SMALLEST_GROUP
        of_title = {cell: 1.0 for part, cells in cells_of.items() if part[0] == title for cell in cells}
        told.append(Told(f"viewers of {title}", PEOPLE, of_title, in_tens, in_tens + SMALLEST_GROUP - 1))
    return told


def _contributions(week: Week) -> pl.DataFrame:
    rows = [(*_labels(play.cell), play.account, play.profile, 3600 * play.hours) for play in week.plays]
    columns = dict.fromkeys((*LABELS, *_PEOPLE), pl.String) | {"watched_seconds": pl.Float64}
    return (
        pl.DataFrame(rows, schema=columns, orient="row")
        .group_by(*LABELS, *_PEOPLE)
        .agg(pl.col("watched_seconds").sum().round(3))
        .with_columns(pl.lit(_MONDAY).alias(WEEK))
    )


def _names(parts: Iterable[Part]) -> dict[Part, set[str]]:
    """Of the week, each title and each day of it: which labels within it are told by their names."""
    names: dict[Part, set[str]] = defaultdict(set)
    for part in parts:
        for depth, label in enumerate(part):
            names[part[:depth]].add(label)
    return names


def _part(cell: Cell, names: dict[Part, set[str]]) -> Part:
    """Where the cell is told, for all that is known: under its name where that is released, else under `OTHER`."""
    part: Part = ()
    for label in _labels(cell):
        part = (*part, label if label in names.get(part, ()) else OTHER)
    return part


def _labels(cell: Cell) -> Part:
    return (cell.title, *cell.part.split())
