"""Rows of days, titles and genres of the same plays, exact, folded until no two of them differ by few (decision 0017).

A model in plain Python, kept to see that the solver finds what subtraction of one row from another does not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction

from jobs.contracts.published import OTHER
from jobs.contracts.smallest_group import SMALLEST_GROUP
from tests.published.attack.solver import HOURS, PEOPLE, PLAYS, Told
from tests.published.attack.weeks import Cell, Play, Week

Sessions = frozenset[int]
# Of a table, the row that each label ended in.
Folded = dict[str, dict[str, str]]


def released_pairwise(week: Week) -> list[Told]:
    labels = {name: _labels(name, week.plays, week) for name in ("day", "title", "genre")}
    released = {name: _fold_small(week, of_label) for name, of_label in labels.items()}
    while small := next(_small_differences(week, labels, released), None):
        table, label = small
        for name, row in released[table].items():
            if row == label:
                released[table][name] = OTHER
    return [figure for name in released for figure in _told(week, name, labels[name], released[name])]


def told_of(week: Week, row: str, plays: Iterable[Play], weights: dict[Cell, Fraction]) -> Iterator[Told]:
    """The figures of a row: exact plays and hours, and viewers in tens."""
    counted = list(plays)
    viewers = len({play.profile for play in counted}) // SMALLEST_GROUP * SMALLEST_GROUP
    hours = float(sum(weights[play.cell] * Fraction(play.hours) for play in counted))
    ones = dict.fromkeys(weights, 1.0)
    yield Told(row, PLAYS, ones, len(counted), len(counted))
    yield Told(row, HOURS, {cell: float(weight) for cell, weight in weights.items()}, hours, hours)
    yield Told(row, PEOPLE, ones, viewers, viewers + SMALLEST_GROUP - 1)


def _labels(table: str, plays: tuple[Play, ...], week: Week) -> dict[str, Sessions]:
    found: dict[str, set[int]] = defaultdict(set)
    for number, play in enumerate(plays):
        for label in _labels_of(table, play.cell, week):
            found[label].add(number)
    return {label: frozenset(sessions) for label, sessions in found.items()}


def _labels_of(table: str, cell: Cell, week: Week) -> list[str]:
    if table == "genre":
        return sorted(week.catalogue[cell.title].genres)
    return [cell.part.split()[0] if table == "day" else cell.title]


def _fold_small(week: Week, labels: dict[str, Sessions]) -> dict[str, str]:
    large = sorted((_people(week, s), label) for label, s in labels.items() if _people(week, s) >= SMALLEST_GROUP)
    small = [label for label in labels if label not in {label for _, label in large}]
    if small and large and _people(week, _union(labels[label] for label in small)) < SMALLEST_GROUP:
        small.append(large.pop(0)[1])
    released = {label: label for _, label in large}
    if _people(week, _union(labels[label] for label in small)) >= SMALLEST_GROUP:
        released |= dict.fromkeys(small, OTHER)
    return released


def _rows(labels: dict[str, Sessions], released: dict[str, str]) -> dict[str, Sessions]:
    found: dict[str, Sessions] = {}
    for label, row in released.items():
        found[row] = found.get(row, frozenset()) | labels[label]
    return found


def _small_differences(
    week: Week, labels: dict[str, dict[str, Sessions]], released: Folded
) -> Iterator[tuple[str, str]]:
    """For each difference of few people, the row that is folded for it, by table and label."""
    rows = {name: _rows(labels[name], released[name]) for name in released}
    for table, of_table in rows.items():
        for other_table, others in rows.items():
            for label, sessions in others.items():
                within = {row for row, s in of_table.items() if s <= sessions and (table, row) != (other_table, label)}
                around = {row for row, s in of_table.items() if s & sessions and (table, row) != (other_table, label)}
                left_within = sessions - _union(of_table[row] for row in within)
                left_around = _union(of_table[row] for row in around) - sessions
                for used, left in ((within, left_within), (around, left_around)):
                    if used and 0 < _people(week, left) < SMALLEST_GROUP:
                        choices = [(table, row) for row in _by_size(week, of_table, used)]
                        choices += [(other_table, label)] if label != OTHER else []
                        choices += [(other_table, row) for row in _by_size(week, others, set(others))]
                        choices += [(table, row) for row in _by_size(week, of_table, set(of_table))]
                        if choices:
                            yield choices[0]


def _by_size(week: Week, rows: dict[str, Sessions], among: set[str]) -> list[str]:
    return sorted(among - {OTHER}, key=lambda row: (_people(week, rows[row]), row))


def _told(week: Week, table: str, labels: dict[str, Sessions], released: dict[str, str]) -> Iterator[Told]:
    for row, sessions in _rows(labels, released).items():
        weights = {}
        for cell in week.cells:
            names = _labels_of(table, cell, week)
            # A label without a row, because nobody played it, is a part of `OTHER` for all that is known.
            counted = [name for name in names if released.get(name, OTHER) == row]
            if counted:
                weights[cell] = Fraction(len(counted), len(names))
        yield from told_of(week, f"{table} {row}", (week.plays[number] for number in sorted(sessions)), weights)


def _union(many: Iterable[Sessions]) -> Sessions:
    return frozenset[int]().union(*many)


def _people(week: Week, sessions: Sessions) -> int:
    return len({week.plays[number].profile for number in sessions})
