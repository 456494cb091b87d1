"""Whom the solver finds: people of groups below k whose plays or hours it has, exactly or within p %."""

import math
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from jobs.contracts.smallest_group import SMALLEST_GROUP
from tests.published.attack.solver import HOURS, MEASURES, PLAYS, Attacker, Floats, Told
from tests.published.attack.weeks import Cell, Week

# A guess that is closer than this to what somebody did is as good as the truth.
P = 0.10
Group = tuple[int, ...]


def exposed_people(week: Week, told: Sequence[Told]) -> frozenset[str]:
    """The accounts in groups of fewer than `SMALLEST_GROUP` that are pinned or bounded, or who dominate a class."""
    attacker = Attacker(told, {cell: week.catalogue[cell.title].runtime_hours for cell in week.cells})
    return solved_people(week, attacker) | dominant_people(week, attacker)


def solved_people(week: Week, attacker: Attacker) -> frozenset[str]:
    found: set[str] = set()
    for measure in (PLAYS, HOURS):
        groups = _small_groups(week, attacker, measure)
        pinned = [group for group in groups if attacker.is_pinned(measure, group)]
        for group in [*pinned, *_bounded(attacker, measure, groups)]:
            found |= week.accounts(cell for number in group for cell in attacker.classes[number])
    return frozenset(found)


def dominant_people(week: Week, attacker: Attacker) -> frozenset[str]:
    """Who is within p % of the most that a class can be, less what the one who watched second most knows: their own."""
    found = set()
    for number, cells in enumerate(attacker.classes):
        of_account: dict[str, float] = {}
        for play in week.plays:
            if play.cell in cells:
                of_account[play.account] = of_account.get(play.account, 0.0) + play.hours
        (first, most), (_, known) = sorted([*of_account.items(), ("", 0.0), ("", 0.0)], key=lambda item: -item[1])[:2]
        # The most that it can be is not less than what it is.
        may_dominate = most > 0 and sum(of_account.values()) - known < (1 + P) * most
        if may_dominate and attacker.bounds(HOURS, [number])[1] - known < (1 + P) * most:
            found.add(first)
    return frozenset(found)


def _small_groups(week: Week, attacker: Attacker, measure: str) -> dict[Group, float]:
    """Groups of one to nine accounts and their true sum: classes, titles, parts of the week, and two of each."""
    accounts = [week.accounts(cells) for cells in attacker.classes]
    number_of = {cell: number for number, cells in enumerate(attacker.classes) for cell in cells}
    truth = np.zeros(len(attacker.classes))
    for play in week.plays:
        truth[number_of[play.cell]] += play.hours if measure == HOURS else 1
    singles = {(number,) for number in range(len(attacker.classes))}
    margins = {_group(attacker, (c for c in week.cells if c.title == title)) for title in week.catalogue}
    margins |= {_group(attacker, (c for c in week.cells if c.part == part)) for part in week.parts}
    groups = singles | {group for group in margins if group}
    few = {group for group in groups if 0 < len(_people(accounts, group)) < SMALLEST_GROUP}
    pairs = {tuple(sorted({*one, *other})) for one, other in combinations(sorted(few), 2)}
    few |= {group for group in pairs if len(_people(accounts, group)) < SMALLEST_GROUP}
    return {group: float(truth[list(group)].sum()) for group in sorted(few) if truth[list(group)].sum() > 0}


def _bounded(attacker: Attacker, measure: str, groups: dict[Group, float]) -> list[Group]:
    """Those whose least and largest value are both within p % of the truth. One world that differs clears many."""
    left, found = dict(groups), []
    at = MEASURES.index(measure)
    while left:
        group, _ = left.popitem()
        worlds = []
        for sign in (1, -1):
            worlds.append(attacker.extreme(measure, group, sign)[at])
            if _differs(worlds[-1], group, groups[group], measure):
                break
        else:
            found.append(group)
        left = {
            other: true
            for other, true in left.items()
            if not any(_differs(world, other, true, measure) for world in worlds)
        }
    return found


def _differs(world: Floats, group: Group, true: float, measure: str) -> bool:
    value = float(world[list(group)].sum())
    if measure == PLAYS and math.isfinite(value):
        # There is no half a play: what is between two whole numbers is the one nearer to the truth.
        value = math.ceil(value - 1e-4) if value < true else math.floor(value + 1e-4)
    return not (1 - P) * true <= value <= (1 + P) * true


def _group(attacker: Attacker, cells: Iterable[Cell]) -> Group:
    return tuple(attacker.classes_within(cells))


def _people(accounts: Sequence[frozenset[str]], group: Group) -> frozenset[str]:
    return frozenset[str]().union(*(accounts[number] for number in group))
