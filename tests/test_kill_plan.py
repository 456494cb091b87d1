"""The kills that the sweep draws."""

from collections import Counter
from itertools import islice

from tests.kill_plan import planned_kills
from tests.killed_run import Victim


def test_the_same_seed_plans_the_same_kills() -> None:
    assert list(islice(planned_kills(seed=7), 60)) == list(islice(planned_kills(seed=7), 60))


def test_another_seed_plans_other_kills() -> None:
    assert list(islice(planned_kills(seed=7), 60)) != list(islice(planned_kills(seed=8), 60))


def test_sixty_kills_are_five_of_every_victim_in_every_quarter_of_a_run() -> None:
    planned = islice(planned_kills(seed=7), 60)
    quarters = Counter((kill.victim, int(kill.moment * 4)) for kill in planned)
    assert quarters == {(victim, quarter): 5 for victim in Victim for quarter in range(4)}
