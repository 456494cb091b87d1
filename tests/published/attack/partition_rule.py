"""One partition of a week's hours, each told once, as a model in plain Python.

A part is a title, within it a day, within that three hours. It is of ten accounts and ten profiles, and nobody gives so
much of it that the one who gives second most has them within p %; what is not so is told together. Hours are whole,
rounded so that they add up; viewers of a title are in tens.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from jobs.contracts.published import OTHER
from jobs.contracts.smallest_group import SMALLEST_GROUP
from tests.published.attack.exposure import P
from tests.published.attack.solver import HOURS, PEOPLE, Told
from tests.published.attack.weeks import Cell, Play, Week

# Of an account and week; what is beyond that is told nowhere.
MOST_HOURS = 40
Part = tuple[str, ...]


def bounded(week: Week) -> Week:
    """The week with no more hours of an account than are told."""
    hours = _hours_by_account(week.plays)
    kept = {account: min(1.0, MOST_HOURS / total) for account, total in hours.items() if total}
    plays = (play._replace(hours=play.hours * kept.get(play.account, 1.0)) for play in week.plays)
    return replace(week, plays=tuple(plays))


def released_as_partition(week: Week) -> list[Told]:
    """The figures of a bounded week."""
    if not _is_safe(week.plays):
        return []
    names = _names(week.plays, depth=0)
    plays_of: dict[Part, list[Play]] = defaultdict(list)
    for play in week.plays:
        plays_of[_part(play.cell, names)].append(play)
    cells_of: dict[Part, list[Cell]] = defaultdict(list)
    for cell in week.cells:
        cells_of[_part(cell, names)].append(cell)
    return told_of_parts(
        {part: round(sum(play.hours for play in plays), 6) for part, plays in plays_of.items()},
        {
            title: len({play.profile for part, plays in plays_of.items() if part[0] == title for play in plays})
            for title in {part[0] for part in plays_of}
        },
        cells_of,
    )


def told_of_parts(hours: dict[Part, float], viewers: dict[str, int], cells_of: dict[Part, list[Cell]]) -> list[Told]:
    """Sums of whole hours up to each part, in order, are off by half an hour at most; viewers are rounded down."""
    told, before, so_far = [], 0.0, dict[Cell, float]()
    for part in sorted(hours):
        before += hours[part]
        so_far = so_far | dict.fromkeys(cells_of[part], 1.0)
        rounded = int(before + 0.5)
        told.append(Told(f"parts up to {' '.join(part)}", HOURS, so_far, max(rounded - 0.5, 0.0), rounded + 0.5))
    for title, people in viewers.items():
        in_tens = people // SMALLEST_GROUP * SMALLEST_GROUP
        of_title = {cell: 1.0 for part, cells in cells_of.items() if part[0] == title for cell in cells}
        told.append(Told(f"viewers of {title}", PEOPLE, of_title, in_tens, in_tens + SMALLEST_GROUP - 1))
    return told


def _names(plays: Sequence[Play], depth: int) -> dict[Part, dict[str, str]]:
    """For each part told so far, what each label within it is called: by itself, or `OTHER`."""
    if depth == 3:
        return {}
    of_label: dict[str, list[Play]] = defaultdict(list)
    for play in plays:
        of_label[labels_of(play.cell)[depth]].append(play)
    failing = [label for label, of_one in of_label.items() if not _is_safe(of_one)]
    largest = max((_sum(of_label[label]) for label in failing), default=0.0)
    passing = sorted((label for label in of_label if label not in failing), key=lambda name: _sum(of_label[name]))
    together = [play for label in failing for play in of_label[label]]
    while passing and failing and not (_is_safe(together) and _sum(together) - largest >= P * largest):
        together += of_label[passing.pop(0)]
    found: dict[Part, dict[str, str]] = {(): {label: label for label in passing}}
    for label, of_one in [*((name, of_label[name]) for name in passing), (OTHER, together)]:
        found |= {(label, *part): names for part, names in _names(of_one, depth + 1).items()}
    return found


def _part(cell: Cell, names: dict[Part, dict[str, str]]) -> Part:
    part: Part = ()
    for label in labels_of(cell):
        part = (*part, names.get(part, {}).get(label, OTHER))
    return part


def labels_of(cell: Cell) -> Part:
    return (cell.title, *cell.part.split())


def _is_safe(plays: Sequence[Play]) -> bool:
    most = sorted(_hours_by_account(plays).values(), reverse=True)
    people = min(len(most), len({play.profile for play in plays}))
    return people >= SMALLEST_GROUP and sum(most[2:]) >= P * most[0]


def _hours_by_account(plays: Sequence[Play]) -> dict[str, float]:
    hours: dict[str, float] = defaultdict(float)
    for play in plays:
        hours[play.account] += play.hours
    return hours


def _sum(plays: Sequence[Play]) -> float:
    return sum(play.hours for play in plays)
