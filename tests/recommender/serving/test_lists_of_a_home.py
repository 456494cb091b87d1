"""Whole runs of `recommend` on small lakes in which no model was trained."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import INTERACTIONS, PROFILE_FEATURES, RECOMMENDATIONS, TITLE_FEATURES
from jobs.contracts.silver import CONSENTS, PROFILES, TITLES
from jobs.contracts.table import Table
from jobs.recommender.learning.contenders import EASE
from jobs.recommender.learning.recipe import EXPERIMENT, RECIPE_TAG, REGISTERED_MODEL, Recipe
from jobs.recommender.learning.stored_model import save_model
from jobs.recommender.models.ease import LinearTitles
from jobs.recommender.serving.recommendation_report import RecommendationReport
from jobs.run.pipeline import run_recommend
from jobs.run.publication import publish
from jobs.run.workspace import Workspace
from jobs.storage import tracking
from tests.factories import NOON, make_rows, make_workspace
from tests.purged_run import purge_run

TODAY = date(2026, 6, 1)
EPISODES = [f"harbour-{number}" for number in range(1, 13)]
FILMS = [f"film-{number}" for number in range(4)]
FOR_ADULTS = [f"red-{number}" for number in range(120)]
_EPISODE = {"kind": "episode", "series_id": "harbour", "season_number": 1}
TITLES_THERE: list[dict[str, Any]] = [
    *({"title_id": title, "episode_number": number, **_EPISODE} for number, title in enumerate(EPISODES, start=1)),
    *({"title_id": title, "kind": "film", "maturity": "0"} for title in FILMS),
    *({"title_id": title, "kind": "film", "maturity": "18"} for title in FOR_ADULTS),
]


def home_of(
    spark: SparkSession,
    home: Path,
    finished: Mapping[str, Iterable[str]],
    described: Iterable[Mapping[str, Any]] = (),
) -> Workspace:
    """A lake in which these viewers finished these titles."""
    work = make_workspace(spark, home)
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
        TITLES: [{"name": title["title_id"], **title} for title in TITLES_THERE],
        PROFILES: list(described),
        INTERACTIONS: did,
        PROFILE_FEATURES: [{"profile_key": viewer, "as_of_date": TODAY} for viewer in finished],
        TITLE_FEATURES: [{"title_id": title["title_id"]} for title in TITLES_THERE],
    }
    for table, rows in tables.items():
        work.lake.append(table, make_rows(spark, table, rows), "load-1")
    publish(work.lake, [INTERACTIONS, PROFILE_FEATURES, TITLE_FEATURES], "load-1", NOON)
    return work


@dataclass(frozen=True)
class Made:
    """What `recommend` said, and of each viewer the titles of the list with their sources, from the top."""

    report: RecommendationReport
    lists: Mapping[str, list[tuple[str, str]]]

    def of(self, viewer: str) -> set[str]:
        """Of titles that few like nothing tells how many did: their order is not what most tests are about."""
        return {title for title, _ in self.lists[viewer]}


def recommended(work: Workspace) -> Made:
    report, lists = run_recommend(work), defaultdict[str, list[tuple[str, str]]](list)
    for row in work.lake.published().read(RECOMMENDATIONS).orderBy("profile_key", "rank").collect():
        lists[row.profile_key].append((row.title_id, row.source))
    return Made(report, lists)


@pytest.fixture(scope="module")
def made(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """More titles for adults than a list is chosen from, and episodes of a series, are liked by more than any film."""
    finished: dict[str, list[str]] = {f"fan-{n}": EPISODES for n in range(3)}
    finished |= {f"adult-{n}": FOR_ADULTS for n in range(3)}
    finished |= {"of films": FILMS, "began": EPISODES[:2], "a latecomer": ["film-0", EPISODES[4]]}
    finished |= {"a child": ["film-0"], "has seen all": [*EPISODES, *FILMS]}
    described = [{"profile_key": "a child", "is_child": True, "highest_maturity": "7"}]
    return recommended(home_of(spark, tmp_path_factory.mktemp("home"), finished, described))


def test_who_never_saw_a_series_is_shown_its_first_episode(made: Made) -> None:
    assert made.of("of films") == {EPISODES[0]}


def test_who_began_a_series_is_shown_the_next_episode_and_no_other(made: Made) -> None:
    assert made.of("began") == {*FILMS, EPISODES[2]}
    assert made.of("a latecomer") == {*FILMS[1:], EPISODES[5]}


def test_who_has_seen_a_series_gets_the_rest(made: Made) -> None:
    assert made.of("fan-0") == set(FILMS)


def test_a_child_has_a_list_though_all_else_is_more_popular(made: Made) -> None:
    assert made.of("a child") == set(FILMS[1:])


def test_who_has_seen_all_stops_nobodys_list(made: Made) -> None:
    assert "has seen all" not in made.lists
    assert (made.report.seen_all, made.report.new_lists) == (1, 10)


def test_where_everybody_has_seen_all_there_is_no_list_and_a_sentence(spark: SparkSession, tmp_path: Path) -> None:
    alone = recommended(home_of(spark, tmp_path / "home", {"alone": [*EPISODES, *FILMS]}))
    assert str(alone.report).startswith("recommend: nothing is left to recommend to 1 viewer: ")
    assert not alone.lists


@pytest.fixture(scope="module")
def championed(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Made]:
    """With a champion, and after its run was purged. It knows: who likes the first episode likes all that there is."""
    folder = tmp_path_factory.mktemp("championed")
    titles = [*EPISODES, *FILMS]
    work = home_of(spark, folder / "home", {"began": EPISODES[:2], "did not agree": ["film-0"]})
    consent = {
        "key_epoch": 1,
        "profile_key": "began",
        "purpose": "personalisation",
        "granted_at": NOON - timedelta(days=1),
        "withdrawn_at": None,
    }
    work.lake.append(CONSENTS, make_rows(spark, CONSENTS, [consent]), "load-1")
    weights = np.zeros((len(titles), len(titles)), dtype=np.float32)
    weights[0] = np.arange(len(titles), 0, -1)
    (folder / "model").mkdir()
    save_model(LinearTitles(titles, weights), folder / "model")
    tracking.connect(work.settings, EXPERIMENT)
    with tracking.tracked_run("by hand", {}, {}) as run_id:
        tags = {RECIPE_TAG: Recipe(EASE, {}, None).text}
        tracking.make_champion(REGISTERED_MODEL, tracking.register_files(folder / "model", REGISTERED_MODEL, tags))
    before = recommended(work)
    purge_run(run_id)
    return before, recommended(work)


def test_of_a_series_that_the_model_recommends_the_next_episode_is_in_the_list(championed: tuple[Made, Made]) -> None:
    made, _ = championed
    assert made.lists["began"][0] == (EPISODES[2], "personal")
    assert made.of("began") == {*FILMS, EPISODES[2]}
    assert made.lists["did not agree"] == [(EPISODES[0], "popular")]


def test_where_the_champion_is_lost_lists_are_popular_and_say_so(championed: tuple[Made, Made]) -> None:
    before, after = championed
    assert (before.report.model_version, before.report.lost_version) == ("1", None)
    assert (after.report.model_name, after.report.new_lists, after.report.lost_version) == ("popularity", 2, "1")
    assert {source for of_viewer in after.lists.values() for _, source in of_viewer} == {"popular"}
