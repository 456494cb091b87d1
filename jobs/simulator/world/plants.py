"""What is hidden in a simulated world on purpose, for analyses to find."""

from dataclasses import dataclass

from jobs.simulator.streams import Purpose, open_stream
from jobs.simulator.world.plans import PLANS
from jobs.simulator.world.regions import REGIONS

# Genres that people type into the search box; one of them is planted, and then hardly supplied.
SCARCE_GENRES = ("telenovela", "nordic noir", "western", "martial arts")
# Below this share of the accounts, a demo of 300 people has too few in a region to see anything.
SMALLEST_PLANTED_SHARE = 0.08
# The planted network stalls this often: an order of magnitude above the others, whose best has 0.3 and worst 0.9.
PLANTED_STALLS_PER_HOUR = 4.0
# The moment lies in the middle of the film: late enough to have an audience, early enough to be no ending.
EARLIEST_MOMENT, LATEST_MOMENT = 0.35, 0.55


@dataclass(frozen=True)
class Plants:
    """The hidden facts of one seed: positions in `REGIONS` and `PLANS`, and the moment as a share of the runtime."""

    stalling_region: int
    churning_plan: int
    scarce_genre: str
    leaving_ratio: float


def draw_plants(seed: int) -> Plants:
    """The hidden facts of a seed."""
    stream = open_stream(seed, Purpose.PLANTS)
    large = [i for i, region in enumerate(REGIONS) if region.weight >= SMALLEST_PLANTED_SHARE]
    return Plants(
        stalling_region=int(stream.choice(large)),
        churning_plan=int(stream.integers(len(PLANS))),
        scarce_genre=str(stream.choice(SCARCE_GENRES)),
        leaving_ratio=float(stream.uniform(EARLIEST_MOMENT, LATEST_MOMENT)),
    )
