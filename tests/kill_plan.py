"""Whom to kill, and when: the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.killed_run import Victim

# Chance alone leaves out a part of the run for one victim or another.
PARTS_OF_A_RUN = 4


@dataclass(frozen=True)
class PlannedKill:
    """Who is killed, and at which share of the time that a clean run takes."""

    victim: Victim
    moment: float


def planned_kills(seed: int) -> Iterator[PlannedKill]:
    """Without end. Every dozen kills each victim once in each quarter of a run, in any order."""
    random = Random(seed)
    while True:
        dozen = [(victim, part) for victim in Victim for part in range(PARTS_OF_A_RUN)]
        random.shuffle(dozen)
        for victim, part in dozen:
            yield PlannedKill(victim, (part + random.random()) / PARTS_OF_A_RUN)
