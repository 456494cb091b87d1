from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from jobs.simulator import planted_truths, simulate
from jobs.simulator.world.catalogue import draw_catalogue
from jobs.simulator.world.plans import PLANS
from jobs.simulator.world.plants import draw_plants
from jobs.simulator.world.regions import REGIONS
from jobs.simulator.world.subscriptions import draw_subscriptions
from jobs.simulator.world.viewers import draw_viewers

Event = dict[str, Any]
TRUTHS = planted_truths(7, 300)


def test_truths_are_ready_for_json() -> None:
    assert orjson.loads(orjson.dumps(TRUTHS)) == TRUTHS


def test_the_planted_region_stalls_twice_as_often_as_any_other(clean_events: list[Event]) -> None:
    stalls, minutes = Counter[str](), Counter[str]()
    for event in clean_events:
        stalls[event["geo"]["region"]] += event["event_type"] == "buffering_started"
        minutes[event["geo"]["region"]] += event["event_type"] == "heartbeat"
    # Fewer than ten hours of viewing say nothing about a region.
    rates = {region: stalls[region] / minutes[region] for region in minutes if minutes[region] > 600}
    planted = rates.pop(str(TRUTHS["stalling_region"]))
    assert planted >= 2 * max(rates.values())


def test_the_planted_genre_is_asked_for_most_and_hardly_there(
    clean_events: list[Event], titles: dict[str, Event]
) -> None:
    searches = Counter(event["details"]["query"] for event in clean_events if event["event_type"] == "searched")
    supply = [title for title in titles.values() if TRUTHS["scarce_genre"] in title["genres"]]
    assert searches.most_common(1)[0][0] == TRUTHS["scarce_genre"]
    assert len(supply) == 1


def test_the_planted_moment_is_where_most_people_leave(tmp_path: Path, lines_of: Callable[[Path], list[bytes]]) -> None:
    report = simulate(days=2, viewers=1500, seed=7, out=tmp_path)
    moment = TRUTHS["leaving_position_ms"] // 10_000
    needle = f'"title_id":"{TRUTHS["leaving_title_id"]}"'.encode()
    exits = Counter[int]()
    for file in report.event_files:
        for line in lines_of(file.path):
            if needle in line and b'"event_type":"stopped"' in line and b'"exited"' in line:
                exits[orjson.loads(line)["position_ms"] // 10_000] += 1
    # Whoever only samples a title leaves in its first two minutes.
    after_samples = Counter({place: n for place, n in exits.items() if place >= 12})
    assert abs(after_samples.most_common(1)[0][0] - moment) <= 1


@pytest.fixture(scope="module")
def leaving_shares() -> dict[str, float]:
    """Share of first periods that end within 180 days, by planted plan and region, among 5,000 people."""
    plants = draw_plants(7)
    people = draw_viewers(7, 5000)
    periods = draw_subscriptions(7, people, plants)
    n = len(people.account_ids)
    leaves = periods.ended_ms[:n] - periods.started_ms[:n] < 180 * 24 * 60 * 60 * 1000
    plan, region = people.plan == plants.churning_plan, people.region == plants.stalling_region
    groups = {"planted plan": plan & ~region, "planted region": region & ~plan, "others": ~plan & ~region}
    return {name: float(leaves[group].mean()) for name, group in groups.items()}


@pytest.mark.parametrize("group", ["planted plan", "planted region"])
def test_planted_groups_leave_at_least_half_as_often_again(leaving_shares: dict[str, float], group: str) -> None:
    assert leaving_shares[group] > 1.5 * leaving_shares["others"]


def test_truths_name_what_the_world_holds() -> None:
    catalogue = draw_catalogue(7, draw_plants(7))
    assert TRUTHS["leaving_title_id"] in catalogue.title_ids
    assert TRUTHS["stalling_region"] in {region.code for region in REGIONS}
    assert TRUTHS["churning_plan"] in PLANS
