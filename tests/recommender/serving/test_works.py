from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession

from jobs.contracts.silver import TITLES
from jobs.recommender.serving.works import by_work, next_titles, unseen_titles, works_done, works_left, works_of
from jobs.storage.local_rows import local_rows
from tests.factories import make_rows

TODAY, YESTERDAY = date(2026, 6, 2), date(2026, 6, 1)
KNOWN = "profile_key string, title_id string, is_seen boolean"
# In the order in which they are to be seen.
IN_ORDER = ["s1e1", "s1e2", "s2e1", "s2e10", "unnumbered", "special"]
EPISODES = [
    {"title_id": "s2e10", "season_number": 2, "episode_number": 10},
    {"title_id": "s1e2", "episode_number": 2},
    {"title_id": "special", "season_number": 0, "episode_number": 1},
    {"title_id": "s1e1", "season_number": 1, "episode_number": 1},
    {"title_id": "unnumbered", "season_number": 2},
    {"title_id": "s2e1", "season_number": 2, "episode_number": 1},
]
# The film has the id of the series.
OTHERS = [
    {"title_id": "harbour", "kind": "film"},
    {"title_id": "trailer", "kind": "trailer", "series_id": "harbour"},
]
# What of the series a viewer has seen, and has on their list; what comes next of it.
NEXT: dict[str, tuple[Sequence[str], Sequence[str], str | None]] = {
    "nothing": ([], [], "s1e1"),
    "the first": (["s1e1"], [], "s1e2"),
    "begun later": (["s1e2"], [], "s2e1"),
    "one left out": (["s1e1", "s2e1"], [], "s2e10"),
    "the last of the seasons": (["unnumbered"], [], "special"),
    "a special": (["special"], [], "s1e1"),
    "the last one and a special": (["unnumbered", "special"], [], "s1e1"),
    "all": (IN_ORDER, [], None),
    "one on the list": (["s1e1"], ["s1e2"], None),
}


@pytest.fixture(scope="module")
def titles(spark: SparkSession) -> DataFrame:
    episodes = [{"kind": "episode", "series_id": "harbour", **row} for row in EPISODES]
    return make_rows(spark, TITLES, [*episodes, *OTHERS]).localCheckpoint()


@pytest.fixture(scope="module")
def works(titles: DataFrame) -> DataFrame:
    return works_of(titles).localCheckpoint()


def known_to_all(spark: SparkSession) -> DataFrame:
    rows = [(viewer, title, True) for viewer, (seen, _, _) in NEXT.items() for title in seen]
    rows += [(viewer, title, False) for viewer, (_, listed, _) in NEXT.items() for title in listed]
    return local_rows(spark, rows, KNOWN)


@pytest.fixture(scope="module")
def next_ones(spark: SparkSession, works: DataFrame) -> dict[str, str]:
    wanted = local_rows(spark, [(name, "series:harbour") for name in NEXT], "profile_key string, work_id string")
    found = next_titles(unseen_titles(wanted, works, known_to_all(spark))).collect()
    assert len(found) == len({row.profile_key for row in found})
    return {row.profile_key: row.title_id for row in found}


@pytest.mark.parametrize("name", NEXT)
def test_what_comes_next(next_ones: dict[str, str], name: str) -> None:
    assert next_ones.get(name) == NEXT[name][2]


def test_places_go_by_season_and_episode(works: DataFrame) -> None:
    rows = works.orderBy("work_id", "place").collect()
    assert [row.title_id for row in rows] == ["harbour", *IN_ORDER]


def test_all_episodes_are_one_work(spark: SparkSession, works: DataFrame) -> None:
    rows = local_rows(spark, [(title,) for title in ("s1e1", "special", "harbour", "trailer")], "title_id string")
    assert sorted(row.title_id for row in by_work(rows, works).collect()) == ["harbour", *["series:harbour"] * 2]


# Country, age limit, what is seen and listed; works left of a series for all, a film for adults and one for France.
LEFT = {
    "all is left": ("FR", None, [], [], 3),
    "elsewhere": ("DE", None, [], [], 2),
    "a child": ("FR", 7, [], [], 2),
    "a child who saw the series": ("FR", 7, ["e1", "e2"], [], 1),
    "began the series": ("FR", None, ["e1"], [], 3),
    "has it on the list": ("FR", None, [], ["e2"], 2),
    "has seen all": ("FR", None, ["e1", "e2", "adults", "france"], [], 0),
    "has seen all, and one that was offered once": ("FR", None, ["e1", "e2", "adults", "france", "gone"], [], 0),
}


def test_works_that_are_left(spark: SparkSession) -> None:
    titles = make_rows(
        spark,
        TITLES,
        [
            *({"title_id": f"e{n}", "kind": "episode", "series_id": "s", "maturity": "0"} for n in (1, 2)),
            {"title_id": "adults", "kind": "film", "maturity": "18"},
            {"title_id": "france", "kind": "film", "maturity": "0", "countries": ["FR"]},
            {"title_id": "gone", "kind": "film", "maturity": "0", "licence_end": YESTERDAY},
        ],
    )
    people = [(name, TODAY, country, age, age is None) for name, (country, age, *_) in LEFT.items()]
    profiles = local_rows(
        spark, people, "profile_key string, as_of_date date, country string, highest_age int, takes_unrated boolean"
    )
    known = [(name, title, True) for name, (_, _, seen, *_) in LEFT.items() for title in seen]
    known += [(name, title, False) for name, (_, _, _, listed, _) in LEFT.items() for title in listed]
    found = works_left(profiles, works_of(titles), local_rows(spark, known, KNOWN), titles).collect()
    assert {row.profile_key: row.works_left for row in found} == {name: row[-1] for name, row in LEFT.items()}


@given(st.sets(st.sampled_from(IN_ORDER)))
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_next_one_is_not_seen_and_nothing_unseen_lies_between(
    spark: SparkSession, works: DataFrame, seen: set[str]
) -> None:
    wanted = local_rows(spark, [("ann", "series:harbour")], "profile_key string, work_id string")
    known = local_rows(spark, [("ann", title, True) for title in seen], KNOWN)
    found = [row.title_id for row in next_titles(unseen_titles(wanted, works, known)).collect()]
    last = max((IN_ORDER.index(title) for title in seen - {"special"}), default=-1)
    after = [title for title in (*IN_ORDER[last + 1 :], *IN_ORDER[: last + 1]) if title not in seen]
    assert found == after[:1]


def test_a_work_is_done_where_nothing_of_it_comes_next(spark: SparkSession, works: DataFrame) -> None:
    of_series = works_done(works, known_to_all(spark)).where("work_id = 'series:harbour'")
    assert {row.profile_key for row in of_series.collect()} == {
        name for name, (*_, next_one) in NEXT.items() if not next_one
    }
