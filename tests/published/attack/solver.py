"""What follows from released rows: which sums over cells are pinned (rank), and between what others lie (LP)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from tests.published.attack.weeks import Cell

Floats = NDArray[np.float64]
PLAYS, HOURS, PEOPLE = "plays", "hours", "people"
MEASURES = (PLAYS, HOURS, PEOPLE)
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Told:
    """A figure of a released row: of which cells it is the sum, each with its weight, and between what that lies.

    Of people it is how many different ones are in these cells.
    """

    row: str
    measure: str
    weights: Mapping[Cell, float]
    low: float
    high: float


class Attacker:
    """The linear system of all that was told of a week.

    Cells that all rows count in the same way cannot be told apart: they are one unknown, a class.
    """

    def __init__(self, told: Sequence[Told], longest_hours: Mapping[Cell, float]) -> None:
        self._told = list(told)
        alike: dict[tuple[float, ...], list[Cell]] = {}
        for cell in longest_hours:
            alike.setdefault(tuple(figure.weights.get(cell, 0.0) for figure in told), []).append(cell)
        self.classes = [frozenset(cells) for cells in alike.values()]
        self._longest = np.array([max(longest_hours[cell] for cell in cells) for cells in self.classes])
        columns = list(alike)
        self._weights = np.array(columns, dtype=float).reshape(len(columns), len(self._told)).T

    def is_pinned(self, measure: str, group: Sequence[int]) -> bool:
        """Whether the exact figures alone give the sum over these classes: it lies in the span of their rows."""
        exact = [i for i, figure in enumerate(self._told) if figure.measure == measure and figure.low == figure.high]
        if not exact:
            return False
        rows, wanted = self._weights[exact], self._indicator(group)
        coefficients = np.linalg.lstsq(rows.T, wanted, rcond=None)[0]
        return bool(np.allclose(rows.T @ coefficients, wanted, atol=_TOLERANCE))

    def extreme(self, measure: str, group: Sequence[int], sign: int) -> Floats:
        """A world that agrees with all that was told, with the smallest (1) or largest (-1) such sum.

        One row a measure, one column a class.
        """
        at = MEASURES.index(measure)
        objective = np.zeros((len(MEASURES), len(self.classes)))
        objective[at] = sign * self._indicator(group)
        found = linprog(
            objective.ravel(), A_ub=self._inequalities[0], b_ub=self._inequalities[1], bounds=(0, None), method="highs"
        )
        if found.status == 3:
            return np.where(objective != 0, np.inf, 0.0)
        if found.status != 0:
            raise AssertionError(f"no world agrees with what was told: {found.message}")
        return np.asarray(found.x).reshape(len(MEASURES), -1)

    def bounds(self, measure: str, group: Sequence[int]) -> tuple[float, float]:
        at, wanted = MEASURES.index(measure), list(group)
        low, high = (float(self.extreme(measure, group, sign)[at, wanted].sum()) for sign in (1, -1))
        return low, high

    def classes_within(self, cells: Iterable[Cell]) -> list[int]:
        wanted = frozenset(cells)
        return [number for number, alike in enumerate(self.classes) if alike <= wanted]

    def _indicator(self, group: Sequence[int]) -> Floats:
        wanted = np.zeros(len(self.classes))
        wanted[list(group)] = 1.0
        return wanted

    @cached_property
    def _inequalities(self) -> tuple[Floats, Floats]:
        """A x ≤ b: the figures; nobody has less than a play, and no play is longer than its title."""
        number = len(self.classes)
        nothing = np.zeros((number, number))
        one = np.eye(number)
        rows = [np.hstack([-one, nothing, one]), np.hstack([-np.diag(self._longest), one, nothing])]
        ends = [np.zeros(number), np.zeros(number)]
        for weights, figure in zip(self._weights, self._told, strict=True):
            at = MEASURES.index(figure.measure)
            line = np.zeros((1, len(MEASURES), number))
            line[0, at] = weights
            flat = line.reshape(1, -1)
            rows.append(-flat)
            ends.append(np.array([_TOLERANCE - figure.low]))
            if figure.measure == PEOPLE:
                # Who is in two cells is one of the row, so only each by itself is not more than it.
                each = np.hstack([nothing, nothing, one])[weights > 0]
                rows.append(each)
                ends.append(np.full(len(each), figure.high))
            else:
                rows.append(flat)
                ends.append(np.array([figure.high + _TOLERANCE]))
        return np.vstack(rows), np.concatenate(ends)
