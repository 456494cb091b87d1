from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.contracts.silver import BROWSE_EVENTS, TITLES
from jobs.gold.demand.recommendation_outcomes import recommendation_outcomes
from jobs.gold.demand.recommendation_version_outcomes import recommendation_version_outcomes
from jobs.gold.demand.shown_titles import GROUPS, STANDARD_ERRORS
from jobs.storage.local_rows import local_rows
from tests.factories import NOON, make_rows


def shown(
    row: str | None,
    rank: int | None,
    viewer: str,
    title: str = "film",
    minute: float = 0,
    version: str | None = None,
) -> dict[str, Any]:
    at = NOON + timedelta(minutes=minute)
    names = {"event_type": "title_shown", "event_time": at, "event_date": at.date(), "profile_key": viewer}
    return {**names, "title_id": title, "shown_row": row, "shown_rank": rank, "model_version": version}


def played(
    viewer: str,
    title: str = "film",
    minute: float = 1,
    watched_seconds: float = 60,
    source: str | None = None,
    is_autoplay: bool | None = None,
) -> dict[str, Any]:
    return {
        "play_source": source,
        "is_autoplay": is_autoplay,
        "started_at": NOON + timedelta(minutes=minute),
        "profile_key": viewer,
        "title_id": title,
        "watched_seconds": watched_seconds,
    }


# Of a series; all other titles stand for themselves.
EPISODES = [{"title_id": f"episode {number}", "series_id": "series"} for number in (1, 4)]


def outcomes(spark: SparkSession, shows: list[dict[str, Any]], plays: list[dict[str, Any]]) -> list[Row]:
    return recommendation_outcomes(
        make_rows(spark, BROWSE_EVENTS, shows),
        make_rows(spark, VIEWING_SESSIONS, plays),
        make_rows(spark, TITLES, [*EPISODES, {"title_id": "film"}]),
    ).collect()


def found(spark: SparkSession, shows: list[dict[str, Any]], plays: list[dict[str, Any]]) -> dict[str, Row]:
    return {row.shown_row: row for row in outcomes(spark, shows, plays)}


# What happens with one title shown at noon: whether it counts as played.
OUTCOMES: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "played at once": ([played("ann")], True),
    "played an hour later": ([played("ann", minute=60)], True),
    "played later than that": ([played("ann", minute=60.1)], False),
    "played before": ([played("ann", minute=-1)], False),
    "asked for, and no picture came": ([played("ann", watched_seconds=0)], False),
    "played by somebody else": ([played("ben")], False),
    "another one played": ([played("ann", "other film")], False),
    "never played": ([], False),
    "played from the page": ([played("ann", source="home", is_autoplay=False)], True),
    "found by a search": ([played("ann", source="search")], False),
    "gone on with elsewhere": ([played("ann", source="continue_watching")], False),
    "played by itself": ([played("ann", source="home", is_autoplay=True)], False),
    "found by a search, and played from the page then": (
        [played("ann", source="search"), played("ann", minute=2, source="home")],
        False,
    ),
}


@pytest.mark.parametrize("story", OUTCOMES)
def test_a_title_is_played_or_not(spark: SparkSession, story: str) -> None:
    plays, is_played = OUTCOMES[story]
    row = found(spark, [shown("new", 1, "ann")], plays)["new"]
    assert (row.shown, row.played) == (1, int(is_played))


# Of an episode shown at noon: what was played of the series before; whether its play is one, and whether it goes on.
BEGUN: dict[str, tuple[list[dict[str, Any]], tuple[int, int]]] = {
    "nothing": ([], (1, 0)),
    "the episode": ([played("ann", "episode 1", minute=-60)], (0, 1)),
    "another episode": ([played("ann", "episode 4", minute=-60)], (0, 1)),
    "another title": ([played("ann", minute=-60)], (1, 0)),
    "the episode, 28 days ago": ([played("ann", "episode 1", minute=-28 * 24 * 60)], (0, 1)),
    "the episode, longer ago": ([played("ann", "episode 1", minute=-28 * 24 * 60 - 1)], (1, 0)),
    "no picture came": ([played("ann", "episode 1", minute=-60, watched_seconds=0)], (1, 0)),
    "by somebody else": ([played("ben", "episode 1", minute=-60)], (1, 0)),
}


@pytest.mark.parametrize("story", BEGUN)
def test_a_title_begun_before_it_was_shown_is_resumed(spark: SparkSession, story: str) -> None:
    before, counts = BEGUN[story]
    row = found(spark, [shown("new", 1, "ann", "episode 1")], [*before, played("ann", "episode 1")])["new"]
    assert (row.played, row.resumed) == counts


@pytest.mark.parametrize("row", ["continue_watching", "continue_watching_shuffled"])
def test_a_row_that_bears_a_sources_name_has_its_plays(spark: SparkSession, row: str) -> None:
    plays = [played("ann", minute=-60), played("ann", source="continue_watching")]
    assert found(spark, [shown(row, 1, "ann")], plays)[row].resumed == 1


def test_versions_stand_for_themselves(spark: SparkSession) -> None:
    """The second version's title is played by one of two; what no version chose is not there."""
    shows = [
        shown("list", 1, "ann", version="1"),
        *(shown("list", 1, viewer, version="2") for viewer in ("ben", "kim")),
    ]
    rows = recommendation_version_outcomes(
        make_rows(spark, BROWSE_EVENTS, shows),
        make_rows(spark, VIEWING_SESSIONS, [played("kim"), played("leo")]),
        make_rows(spark, TITLES, [{"title_id": "film"}]),
    ).collect()
    counts = {(row.shown_row, row.model_version): (row.shown, row.viewers, row.played, row.play_rate) for row in rows}
    assert counts == {("list", "1"): (1, 1, 0, 0.0), ("list", "2"): (2, 2, 1, 0.5)}


def test_a_play_counts_once_for_the_last_showing_before_it(spark: SparkSession) -> None:
    shows = [shown("new", 1, "ann"), shown("top_10", 3, "ann", minute=5), shown("trending", 1, "ann", minute=9)]
    rows = found(spark, shows, [played("ann", minute=7), played("ann", minute=8)])
    assert {name: row.played for name, row in rows.items()} == {"new": 0, "top_10": 1, "trending": 0}


def test_of_showings_at_one_moment_one_is_the_last(spark: SparkSession) -> None:
    rows = found(spark, [shown("top_10", 2, "ann"), shown("new", 1, "ann")], [played("ann")])
    assert {name: row.played for name, row in rows.items()} == {"new": 0, "top_10": 1}


def test_an_episode_stands_for_its_series(spark: SparkSession) -> None:
    row = found(spark, [shown("new", 1, "ann", "episode 1")], [played("ann", "episode 4")])["new"]
    assert row.played == 1


def test_weeks_stand_for_themselves(spark: SparkSession) -> None:
    """Monday noon, and the Sunday before."""
    shows = [shown("new", 1, "ann"), shown("new", 1, "ann", minute=-24 * 60)]
    days = {row.week_start_date: row.played for row in outcomes(spark, shows, [played("ann")])}
    monday = NOON.date()
    assert days == {monday: 1, monday - timedelta(days=7): 0}


def ten(row: str, rank: int, plays: int) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """The title at this place, shown to ten viewers, some of whom play it."""
    for number in range(10):
        viewer, title = f"viewer {number}", f"{row} {rank}"
        yield shown(row, rank, viewer, title), played(viewer, title) if number < plays else None


def stories(*of_places: tuple[str, int, int]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    pairs = [pair for row, rank, plays in of_places for pair in ten(row, rank, plays)]
    return [show for show, _ in pairs], [play for _, play in pairs if play]


# In random order the second place has half of the first one's plays, the third and fourth together a quarter.
SHUFFLED = (("list_shuffled", 1, 8), ("list_shuffled", 2, 4), ("list_shuffled", 3, 1), ("list_shuffled", 4, 3))


def test_worked_example(spark: SparkSession) -> None:
    """(3 / 1 + 2 / 0.5 + 1 / 0.25) / 30 beside 6 / 30."""
    places = (*SHUFFLED, ("list", 1, 3), ("list", 2, 2), ("list", 4, 1))
    row = found(spark, *stories(*places))["list"]
    assert (row.shown, row.viewers, row.played) == (30, 10, 6)
    assert row.play_rate == pytest.approx(0.2)
    assert row.first_place_play_rate == pytest.approx(11 / 30)


@pytest.mark.parametrize(
    "places",
    [
        [("list", 1, 3)],
        [("list_shuffled", 2, 4), ("list", 1, 3)],
        [("list_shuffled", 1, 0), ("list", 1, 3)],
        [*SHUFFLED, ("list", 1, 3), ("list", 9, 1)],
        [*SHUFFLED, ("list", 1, 3), ("list", 9, 0)],
        [("list_shuffled", 1, 8), ("list_shuffled", 2, 0), ("list", 1, 3), ("list", 2, 1)],
    ],
    ids=[
        "no random order",
        "no first place",
        "a first place without plays",
        "a play where random order did not reach",
        "a place where random order did not reach",
        "a place that random order found nobody to play at",
    ],
)
def test_without_a_propensity_there_is_no_estimate(spark: SparkSession, places: list[tuple[str, int, int]]) -> None:
    row = found(spark, *stories(*places))["list"]
    assert row.first_place_play_rate is None
    assert row.play_rate is not None


def test_rows_in_random_order_of_unlike_length_and_level_agree_on_what_a_place_does(spark: SparkSession) -> None:
    """A long row is played half as often; its second place, too, has half of the plays of its first."""
    long_row = (("long_shuffled", 1, 4), ("long_shuffled", 2, 2), ("long_shuffled", 5, 1), ("long_shuffled", 6, 1))
    rows = found(spark, *stories(*SHUFFLED, *long_row, ("list", 2, 2), ("list", 5, 2)))
    # 2 plays by half of the first place's, 2 plays by a quarter.
    assert rows["list"].first_place_play_rate == pytest.approx((2 / 0.5 + 2 / 0.25) / 20)


def test_a_row_without_names_or_ranks_has_its_raw_rate(spark: SparkSession) -> None:
    shows, plays = stories(*SHUFFLED)
    row = found(spark, [*shows, shown(None, None, "ann")], [*plays, played("ann")])["UNKNOWN"]
    assert (row.play_rate, row.first_place_play_rate) == (1, None)


@pytest.mark.parametrize(("viewers", "plays", "has_interval"), [(59, 20, False), (60, 9, False), (60, 10, True)])
def test_few_viewers_or_plays_have_no_interval(
    spark: SparkSession, viewers: int, plays: int, has_interval: bool
) -> None:
    shows = [shown("new", 1, f"viewer {number}") for number in range(viewers)]
    row = found(spark, shows, [played(f"viewer {number}") for number in range(plays)])["new"]
    assert [row.play_rate_low is not None, row.play_rate_high is not None] == [has_interval] * 2


def test_intervals_are_those_of_the_jackknife(spark: SparkSession) -> None:
    """Computed again from all the viewers of each sample, one group of viewers left out."""
    draws = np.random.default_rng(5)
    people = pd.DataFrame({"viewer": [f"viewer {number}" for number in range(200)]})
    pages = people.merge(pd.DataFrame({"rank": [1, 2]}), how="cross")
    pages = pages.merge(pd.DataFrame({"row": ["list", "list_shuffled"]}), how="cross")
    pages["is_played"] = draws.random(len(pages)) < 0.4 / pages["rank"]
    pages["title"] = pages["row"] + pages["rank"].astype(str)
    taken = pages[pages["is_played"]]
    row = found(
        spark,
        [shown(page["row"], page["rank"], page["viewer"], page["title"]) for page in pages.to_dict("records")],
        [played(page["viewer"], page["title"]) for page in taken.to_dict("records")],
    )["list"]

    keyed = local_rows(spark, [(viewer,) for viewer in people["viewer"]], "viewer string")
    groups = keyed.withColumn("group", F.pmod(F.xxhash64("viewer"), F.lit(GROUPS))).toPandas()
    pages = pages.merge(groups, on="viewer")

    def estimate(of: pd.DataFrame) -> float:
        rate = of.groupby(["row", "rank"])["is_played"].mean()
        propensity = rate["list_shuffled"] / rate["list_shuffled"][1]
        of_list = of[of["row"] == "list"]
        return float((of_list["is_played"] / of_list["rank"].map(propensity)).mean())

    without = np.array([estimate(pages[pages["group"] != group]) for group in range(GROUPS)])
    error = np.sqrt((GROUPS - 1) / GROUPS * ((without - without.mean()) ** 2).sum())
    assert row.first_place_play_rate == pytest.approx(estimate(pages))
    assert row.first_place_play_rate_low == pytest.approx(estimate(pages) - STANDARD_ERRORS * error)
    assert row.first_place_play_rate_high == pytest.approx(estimate(pages) + STANDARD_ERRORS * error)
