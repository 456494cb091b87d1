"""Whole runs of `recommend` on small lakes in which no model was trained."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import INTERACTIONS, PROFILE_FEATURES, RECOMMENDATIONS, TITLE_FEATURES
from jobs.contracts.silver import PROFILES, TITLES
from jobs.contracts.table import Table
from jobs.recommender.serving.recommendation_report import RecommendationReport
from jobs.run.pipeline import run_recommend
from jobs.run.publication import publish
from jobs.run.workspace import Workspace
from tests.factories import NOON, make_rows, make_workspace

TODAY = date(2026, 6, 1)
EPISODES = range(1, 13)
SERIES = [
    {"title_id": f"harbour-{n}", "kind": "episode", "series_id": "harbour", "season_number": 1, "episode_number": n}
    for n in EPISODES
]
FILMS = [{"title_id": f"film-{n}", "kind": "film"} for n in range(4)]
FOR_ADULTS = [{"title_id": f"red-{n}", "kind": "film", "maturity": "18"} for n in range(120)]
FOR_ALL = [{"title_id": f"pip-{n}", "kind": "film", "maturity": "0"} for n in range(3)]


def home_of(
    spark: SparkSession,
    home: Path,
    titles: Iterable[Mapping[str, Any]],
    finished: Mapping[str, Iterable[str]],
    described: Iterable[Mapping[str, Any]] = (),
) -> Workspace:
    """A lake of these titles, in which these viewers finished some."""
    work, known = make_workspace(spark, home), list(titles)
    did: list[Mapping[str, Any]] = [
        {
            "profile_key": viewer,
            "account_key": viewer,
            "title_id": title,
            "watched_seconds": 3600.0,
            "watched_ratio": 1.0,
            "is_completed": True,
            "session_date": TODAY,
        }
        for viewer, of_viewer in finished.items()
        for title in of_viewer
    ]
    tables: dict[Table, list[Mapping[str, Any]]] = {
        TITLES: [{"name": str(title["title_id"]), **title} for title in known],
        PROFILES: list(described),
        INTERACTIONS: did,
        PROFILE_FEATURES: [{"profile_key": viewer, "as_of_date": TODAY} for viewer in finished],
        TITLE_FEATURES: [{"title_id": title["title_id"]} for title in known],
    }
    for table, rows in tables.items():
        work.lake.append(table, make_rows(spark, table, rows), "load-1")
    publish(work.lake, [INTERACTIONS, PROFILE_FEATURES, TITLE_FEATURES], "load-1", NOON)
    return work


def lists_of(work: Workspace) -> dict[str, list[str]]:
    rows = work.lake.published().read(RECOMMENDATIONS).orderBy("profile_key", "rank").collect()
    lists = dict[str, list[str]]()
    for row in rows:
        lists.setdefault(row.profile_key, []).append(row.title_id)
    return lists


@pytest.fixture(scope="module")
def harbour(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Everybody likes the series best, and all of its episodes are more popular than any film."""
    finished = {f"fan-{n}": [f"harbour-{episode}" for episode in EPISODES] for n in range(3)}
    finished |= {"of films": [title["title_id"] for title in FILMS], "began": ["harbour-1", "harbour-2"]}
    finished |= {"a latecomer": ["film-0", "harbour-5"]}
    work = home_of(spark, tmp_path_factory.mktemp("harbour"), [*SERIES, *FILMS], finished)
    run_recommend(work)
    return lists_of(work)


def test_who_never_saw_a_series_is_shown_its_first_episode(harbour: dict[str, list[str]]) -> None:
    assert harbour["of films"] == ["harbour-1"]


def test_who_began_a_series_is_shown_the_next_episode_once(harbour: dict[str, list[str]]) -> None:
    """Of titles that few like nothing tells how many did: their order is not what this is about."""
    assert sorted(harbour["began"]) == ["film-0", "film-1", "film-2", "film-3", "harbour-3"]
    assert sorted(harbour["a latecomer"]) == ["film-1", "film-2", "film-3", "harbour-6"]


def test_who_has_seen_a_series_gets_the_rest(harbour: dict[str, list[str]]) -> None:
    assert set(harbour["fan-0"]) == {title["title_id"] for title in FILMS}


@pytest.fixture(scope="module")
def one_household(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return home_of(spark, tmp_path_factory.mktemp("alone"), FILMS, {"alone": [title["title_id"] for title in FILMS]})


@pytest.fixture(scope="module")
def alone(one_household: Workspace) -> RecommendationReport:
    return run_recommend(one_household)


def test_a_household_that_has_seen_all_is_told_so(one_household: Workspace, alone: RecommendationReport) -> None:
    assert str(alone).startswith("recommend: nothing is left to recommend to 1 viewer: ")
    assert lists_of(one_household) == {}


def test_it_is_told_so_again(one_household: Workspace, alone: RecommendationReport) -> None:
    assert run_recommend(one_household) == alone


def test_beside_others_it_stops_nobodys_list(spark: SparkSession, tmp_path: Path) -> None:
    """Half of all viewers have no list, and the longest one holds two titles."""
    seen_all, rest = [title["title_id"] for title in FILMS], ["film-2", "film-3"]
    work = home_of(spark, tmp_path / "home", FILMS, {"ann": seen_all, "bob": rest})
    report = run_recommend(work)
    assert (report.new_lists, report.seen_all) == (1, 1)
    assert {viewer: set(titles) for viewer, titles in lists_of(work).items()} == {"bob": {"film-0", "film-1"}}


@pytest.fixture(scope="module")
def of_ages(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """More titles for adults than a list is chosen from are each liked by more viewers than any title for all."""
    finished = {f"adult-{n}": [title["title_id"] for title in FOR_ADULTS] for n in range(3)}
    finished |= {"a parent": [title["title_id"] for title in FOR_ALL], "a child": ["pip-0"], "nobody knows": ["pip-0"]}
    described = [{"profile_key": "a child", "is_child": True, "highest_maturity": "7"}]
    work = home_of(spark, tmp_path_factory.mktemp("ages"), [*FOR_ADULTS, *FOR_ALL], finished, described)
    run_recommend(work)
    return lists_of(work)


@pytest.mark.parametrize("viewer", ["a child", "nobody knows"])
def test_a_viewer_with_an_age_limit_has_a_list_all_the_same(of_ages: dict[str, list[str]], viewer: str) -> None:
    assert set(of_ages[viewer]) == {"pip-1", "pip-2"}
