"""The answers to what is planted, for tests that ask whether an analysis finds it."""

from typing import TypedDict

from jobs.simulator.world.catalogue import draw_catalogue
from jobs.simulator.world.plans import PLANS
from jobs.simulator.world.plants import draw_plants
from jobs.simulator.world.regions import REGIONS


class PlantedTruths(TypedDict):
    """What is hidden in a world; see `planted_truths`."""

    leaving_title_id: str
    leaving_position_ms: int
    stalling_region: str
    scarce_genre: str
    churning_plan: str


def planted_truths(seed: int, viewers: int) -> PlantedTruths:
    """What is hidden in the world of `seed` and `viewers`, ready for JSON.

    `leaving_title_id` and `leaving_position_ms`: where many people leave a popular film. `stalling_region`: its
    networks stall several times as often, and its people cancel more. `scarce_genre`: searched for a lot, one film,
    in one country. `churning_plan`: its subscribers leave sooner. The number of viewers changes none of these.
    """
    plants = draw_plants(seed)
    catalogue = draw_catalogue(seed, plants)
    return {
        "leaving_title_id": catalogue.title_ids[catalogue.leaving_title],
        "leaving_position_ms": catalogue.leaving_position_ms,
        "stalling_region": REGIONS[plants.stalling_region].code,
        "scarce_genre": plants.scarce_genre,
        "churning_plan": PLANS[plants.churning_plan],
    }
