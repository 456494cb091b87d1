"""Everything that does not depend on the day: the same for a seed and a number of viewers, whenever simulated."""

from dataclasses import dataclass

from jobs.simulator.world.catalogue import Catalogue, draw_catalogue
from jobs.simulator.world.consents import Consents, draw_consents
from jobs.simulator.world.devices import Devices, draw_devices
from jobs.simulator.world.itinerary import Itinerary, draw_itinerary
from jobs.simulator.world.plants import Plants, draw_plants
from jobs.simulator.world.subscriptions import Subscriptions, draw_subscriptions
from jobs.simulator.world.viewers import Viewers, draw_viewers


@dataclass(frozen=True)
class World:
    """The catalogue, the people, what they pay and own, and what they will watch."""

    seed: int
    plants: Plants
    catalogue: Catalogue
    viewers: Viewers
    devices: Devices
    subscriptions: Subscriptions
    consents: Consents
    itinerary: Itinerary


def draw_world(seed: int, viewers: int) -> World:
    """The world of a seed."""
    plants = draw_plants(seed)
    catalogue = draw_catalogue(seed, plants)
    people = draw_viewers(seed, viewers)
    return World(
        seed=seed,
        plants=plants,
        catalogue=catalogue,
        viewers=people,
        devices=draw_devices(seed, people),
        subscriptions=draw_subscriptions(seed, people, plants),
        consents=draw_consents(seed, people),
        itinerary=draw_itinerary(seed, catalogue, people),
    )
