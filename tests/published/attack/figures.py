"""`python -m tests.published.attack.figures`: whom the solver finds in simulated weeks, rule by rule."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.published.attack.exposure import exposed_people
from tests.published.attack.pairwise_rule import released_pairwise
from tests.published.attack.partition_rule import bounded, released_as_partition
from tests.published.attack.solver import HOURS, Told
from tests.published.attack.weeks import Week, simulated_week

WEEKS = 100
Rule = Callable[[Week], list[Told]]


@dataclass(frozen=True)
class Figures:
    """Of so many simulated weeks."""

    weeks_exposing: int
    people_exposed: int
    released_share: float


def figures(rule: Rule, weeks: int = WEEKS) -> Figures:
    """What `rule` tells of simulated weeks; the hours of the cells that it tells of, as a share of all watched."""
    exposing, people, told_hours, watched_hours = 0, 0, 0.0, 0.0
    for seed in range(weeks):
        week = simulated_week(seed)
        watched_hours += week.hours
        counted = bounded(week) if rule is released_as_partition else week
        told = rule(week)
        exposed = exposed_people(counted, told)
        exposing += bool(exposed)
        people += len(exposed)
        cells = {cell for figure in told if figure.measure == HOURS for cell in figure.weights}
        told_hours += sum(play.hours for play in counted.plays if play.cell in cells)
    return Figures(exposing, people, told_hours / watched_hours)


if __name__ == "__main__":
    for name, rule in (("pairs of rows", released_pairwise), ("one partition", released_as_partition)):
        found = figures(rule)
        print(
            f"{name}: {found.people_exposed} people in {found.weeks_exposing} of {WEEKS} weeks, "
            f"{100 * found.released_share:.1f} % of hours told"
        )
