import numpy as np
import pytest

from jobs.simulator.world.itinerary import match
from jobs.simulator.world.world import World, draw_world


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(7, 100)


def plays_of(world: World, profile: int) -> slice:
    first = world.itinerary.first[profile]
    return slice(first, first + world.itinerary.count[profile])


def test_a_title_comes_back_only_as_the_rest_of_a_film(world: World) -> None:
    for profile in range(100):
        plays = plays_of(world, profile)
        titles, starts = world.itinerary.title[plays], world.itinerary.from_ms[plays]
        assert len(np.unique(titles)) == len(titles) - (starts > 0).sum()


def test_first_come_works_that_match_the_taste(world: World) -> None:
    matches = match(world.catalogue, world.viewers.taste)
    adults = np.flatnonzero(~world.viewers.is_child).tolist()
    early = [
        matches[profile, world.catalogue.work_of_title[world.itinerary.title[plays_of(world, profile)][:15]]].mean()
        for profile in adults
    ]
    assert np.mean(early) > 2 * matches[adults].mean()


def test_children_get_only_what_is_for_them(world: World) -> None:
    for profile in np.flatnonzero(world.viewers.is_child).tolist():
        works = world.catalogue.work_of_title[world.itinerary.title[plays_of(world, profile)]]
        assert world.catalogue.is_family[works].all()


def test_every_play_lies_inside_its_title(world: World) -> None:
    itinerary, runtime = world.itinerary, world.catalogue.runtime_ms[world.itinerary.title]
    assert (itinerary.from_ms >= 0).all()
    assert (itinerary.from_ms < itinerary.to_ms).all()
    assert (itinerary.to_ms <= runtime).all()
