"""The cases beside the project, all in one home and one run: what the tables say of them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.contracts.gold import (
    INTERACTIONS,
    RECOMMENDATION_OUTCOMES,
    SEARCH_DAILY,
    TITLE_ENGAGEMENT_DAILY,
    TITLE_MOMENTS,
    TITLE_PROGRESS,
    VIEWING_SESSIONS,
)
from jobs.contracts.silver import TITLES
from jobs.recommender.learning.preferences import preferences
from jobs.run.pipeline import run_cycle, run_insights
from jobs.run.workspace import Workspace
from tests.factories import make_workspace
from tests.gold.sessions.test_cases import CASES, fits


@pytest.fixture(scope="module")
def work(spark: SparkSession, shared_cases: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = make_workspace(spark, tmp_path_factory.mktemp("cases") / "home")
    for number in (*CASES, "04", "13"):
        (case,) = shared_cases.glob(f"{number}-*")
        shutil.copytree(case / "inbox", work.settings.inbox, dirs_exist_ok=True)
    run_cycle(work)
    run_insights(work)
    return work


@pytest.mark.parametrize("number", CASES)
def test_sessions(work: Workspace, shared_cases: Path, number: str) -> None:
    (case,) = shared_cases.glob(f"{number}-*")
    expected = json.loads((case / "expected.json").read_text())
    key = "session_id" if "by_session" in expected else "title_id"
    of_case: dict[str, dict[str, Any]] = expected.get("by_session") or expected["by_title"]
    stored_as = {name: work.linkage_key.link("play", name) if key == "session_id" else name for name in of_case}
    is_of_case = F.col(key).isin(list(stored_as.values()))
    sessions = work.lake.published().read(VIEWING_SESSIONS).where(is_of_case).collect()
    for name, values in of_case.items():
        of_name = [session for session in sessions if session[key] == stored_as[name]]
        assert len(of_name) == values.get("plays", 1)
        for session in of_name:
            wrong = {
                measure: session[measure]
                for measure, value in values.items()
                if measure != "plays" and not fits(session[measure], value)
            }
            assert wrong == {}, f"{name} should have {values}"


def test_three_viewers_finished_the_film_and_liked_it_alike(work: Workspace) -> None:
    gold = work.lake.published()
    progress = gold.read(TITLE_PROGRESS).where("title_id = 'c04-film' AND completed_at IS NOT NULL")
    assert progress.select("profile_key").distinct().count() == 3
    strengths = preferences(gold.read(INTERACTIONS)).where("title_id = 'c04-film'").collect()
    assert [row.strength for row in strengths] == [pytest.approx(1.0, abs=0.01)] * 3


@pytest.mark.parametrize("title", ["c04-film", "c05-e4"])
def test_nobody_left(work: Workspace, title: str) -> None:
    moments = work.lake.published().read(TITLE_MOMENTS).where(F.col("title_id") == title)
    assert moments.where("plays_covering > 0").count() > 0
    assert moments.where("exits > 0").count() == 0


def test_what_played_while_somebody_hovered_over_it_is_no_play(work: Workspace) -> None:
    gold = work.lake.published()
    assert gold.read(TITLE_ENGAGEMENT_DAILY).where("title_id = 'c13-film'").count() == 0
    assert gold.read(INTERACTIONS).where("title_id = 'c13-film'").count() == 0
    (search,) = gold.read(SEARCH_DAILY).where("event_date = DATE'2026-11-10'").collect()
    assert search.played_share == 0
    (row,) = gold.read(RECOMMENDATION_OUTCOMES).where("shown_row = 'trending'").collect()
    assert (row.shown, row.played) == (1, 0)


def test_every_title_of_the_cases_is_described(work: Workspace) -> None:
    assert work.lake.read(TITLES).count() > len(CASES)
