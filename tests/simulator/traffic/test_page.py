from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pytest

from jobs.simulator import profile_ids, simulate
from jobs.simulator.traffic.page import NOTICED_EXPONENT, PLACES, Lists, visit_page
from jobs.simulator.traffic.sessions import plan_sessions
from jobs.simulator.world.catalogue import draw_catalogue
from jobs.simulator.world.plants import draw_plants
from jobs.simulator.world.regions import REGIONS
from jobs.simulator.world.world import draw_world
from tests.simulator.event_contract import why_refused

SEED, VIEWERS = 7, 600
WITHOUT_LIST = 300
Event = dict[str, Any]


def random_lists() -> pa.Table:
    """Of all but the first viewers: titles that no taste has chosen, personal ones for every second viewer."""
    draws = np.random.default_rng(1)
    titles = [str(row["title_id"]) for row in draw_catalogue(SEED, draw_plants(SEED)).rows if row["kind"] == "film"]
    rows = [
        {
            "profile_id": profile,
            "title_id": title,
            "rank": rank,
            "source": "popular" if number % 2 else "personal",
            "model_version": str(number % 3),
        }
        for number, profile in enumerate(profile_ids(SEED, VIEWERS)[WITHOUT_LIST:])
        for rank, title in enumerate(draws.choice(titles, PLACES, replace=False), start=1)
    ]
    return pa.Table.from_pylist(rows)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, lines_of: Callable[[Path], list[bytes]]) -> list[bytes]:
    report = simulate(3, VIEWERS, SEED, tmp_path_factory.mktemp("page"), lists=random_lists())
    return [line for file in report.event_files for line in lines_of(file.path)]


@pytest.fixture(scope="module")
def listed(lines: list[bytes]) -> list[Event]:
    """The titles of lists that were shown."""
    events = map(orjson.loads, lines)
    rows = ("recommended", "recommended_shuffled", "popular", "popular_shuffled")
    return [event for event in events if event["event_type"] == "title_shown" and event["details"]["row"] in rows]


def test_every_line_keeps_the_contract(lines: list[bytes]) -> None:
    assert {why_refused(line) for line in lines} == {None}


def test_titles_stand_where_the_list_has_them_unless_shuffled(listed: list[Event]) -> None:
    places = {(row["profile_id"], row["title_id"]): row["rank"] for row in random_lists().to_pylist()}
    is_there = Counter(
        (
            event["details"]["row"].endswith("_shuffled"),
            places[event["profile_id"], event["title_id"]] == event["details"]["rank"],
        )
        for event in listed
    )
    assert not is_there[False, False]
    assert is_there[True, True] / (is_there[True, True] + is_there[True, False]) == pytest.approx(1 / PLACES, abs=0.03)


def test_the_row_says_whether_the_list_is_personal(listed: list[Event]) -> None:
    sources = {row["profile_id"]: row["source"] for row in random_lists().to_pylist()}
    names = {"personal": "recommended", "popular": "popular"}
    assert all(event["details"]["row"].startswith(names[sources[event["profile_id"]]]) for event in listed)


def test_what_is_shown_of_a_list_names_the_version_that_made_it(listed: list[Event]) -> None:
    versions = {row["profile_id"]: row["model_version"] for row in random_lists().to_pylist()}
    assert all(event["details"]["model_version"] == versions[event["profile_id"]] for event in listed)


def test_who_has_no_list_sees_none(listed: list[Event]) -> None:
    assert {event["profile_id"] for event in listed}.isdisjoint(profile_ids(SEED, VIEWERS)[:WITHOUT_LIST])


def test_lists_move_nothing_of_who_has_none(
    lines: list[bytes], tmp_path: Path, lines_of: Callable[[Path], list[bytes]]
) -> None:
    report = simulate(3, VIEWERS, SEED, tmp_path)
    without_lists = [line for file in report.event_files for line in lines_of(file.path)]
    unlisted = set(profile_ids(SEED, VIEWERS)[:WITHOUT_LIST])

    def plays(of_lines: list[bytes]) -> Counter[tuple[str, str]]:
        events = [event for event in map(orjson.loads, of_lines) if event["event_type"] == "play_requested"]
        return Counter((event["profile_id"], event["title_id"]) for event in events if event["profile_id"] in unlisted)

    assert plays(lines) == plays(without_lists)


def test_titles_are_taken_as_often_as_their_place_is_noticed() -> None:
    """Of titles that no taste has chosen, the place is all that differs."""
    world = draw_world(SEED, 3000)
    films = np.flatnonzero(world.catalogue.title_count[world.catalogue.work_of_title] == 1)
    draws = np.random.default_rng(1)
    lists = Lists(draws.choice(films, (3000, PLACES)), np.ones(3000, dtype=bool), pa.nulls(3000, pa.string()))
    shown, taken = np.zeros(PLACES + 1), np.zeros(PLACES + 1)
    for number in range(10):
        day = date(2026, 6, 1) + timedelta(days=number)
        planned = plan_sessions(world, day, slice(0, 3000), np.zeros(len(REGIONS)), draws)
        played, page = visit_page(world, lists, day, planned, draws)
        is_taken = (played.title[page.session] == page.title) & (planned.title[page.session] != page.title)
        shown += np.bincount(page.rank, minlength=PLACES + 1)
        taken += np.bincount(page.rank[is_taken], minlength=PLACES + 1)
    rate = (taken / np.maximum(shown, 1))[1:]
    slope = np.polyfit(np.log(np.arange(1, PLACES + 1)), np.log(rate), 1, w=np.sqrt(taken[1:]))[0]
    assert slope == pytest.approx(-NOTICED_EXPONENT, abs=0.15)
