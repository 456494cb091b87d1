"""What the solver attacks is what is released: the model and the kernel divide weeks alike."""

from collections import defaultdict
from datetime import date

import polars as pl

from jobs.published.partition import LABELS, released_parts
from tests.published.attack.partition_rule import bounded, labels_of, released_as_partition
from tests.published.attack.solver import HOURS, Told
from tests.published.attack.weeks import Week, simulated_week

WEEKS = 100


def by_kernel(weeks: list[Week]) -> list[dict[tuple[str, ...], float]]:
    """Of each week, the hours up to each part, as they are released."""
    plays = pl.DataFrame(
        [
            dict(zip(LABELS, labels_of(play.cell), strict=True))
            | {"week_start_date": date.fromordinal(7 * number + 1), "watched_seconds": 3600 * play.hours}
            | {"account_key": play.account, "profile_key": play.profile}
            for number, week in enumerate(weeks)
            for play in week.plays
        ]
    )
    found: dict[int, dict[tuple[str, ...], float]] = defaultdict(dict)
    for row in released_parts(plays).iter_rows(named=True):
        of_week = found[row["week_start_date"].toordinal() // 7]
        before = list(of_week.values())[-1] if of_week else 0.0
        of_week[tuple(row[label] for label in LABELS)] = before + row["watched_hours"]
    return [found[number] for number in range(len(weeks))]


def by_model(week: Week) -> dict[str, Told]:
    told = released_as_partition(bounded(week))
    return {figure.row: figure for figure in told if figure.measure == HOURS}


def test_the_solver_attacks_what_is_released() -> None:
    weeks = [simulated_week(seed) for seed in range(WEEKS)]
    for week, released in zip(weeks, by_kernel(weeks), strict=True):
        attacked = by_model(week)
        assert list(attacked) == [f"parts up to {' '.join(part)}" for part in released]
        # The kernel has whole seconds.
        for hours, figure in zip(released.values(), attacked.values(), strict=True):
            assert figure.low - 1 <= hours <= figure.high + 1
