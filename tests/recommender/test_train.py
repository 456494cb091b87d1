"""A world of two tastes in which popularity is a poor guide, and what training makes of it."""

from datetime import date, timedelta
from pathlib import Path

import mlflow
import numpy as np
import pytest
from mlflow.entities import Run
from mlflow.tracking import MlflowClient
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.gold.publish import publish
from jobs.pipeline import run_recommend
from jobs.recommender.implicit_als import AlsParameters
from jobs.recommender.recommend import RecommendationReport
from jobs.recommender.registered_als import REGISTERED_MODEL
from jobs.recommender.train import NotEnoughDataError, TrainingReport, train
from jobs.tables.gold import INTERACTIONS, PROFILE_FEATURES, QUALITY_RESULTS, RECOMMENDATIONS
from jobs.tables.silver import TITLES
from jobs.tracking import CHAMPION
from jobs.workspace import Workspace
from tests.factories import NOON, make_rows, make_workspace

VIEWERS, TITLES_OF_A_TASTE, DAYS = 40, 15, 10
FIRST_DAY = date(2026, 6, 1)
PARAMETERS = AlsParameters(rank=4, iterations=5)


def two_tastes() -> list[dict[str, object]]:
    """Viewers watch one title a day, of their own taste alone; both tastes are equally popular."""
    stream = np.random.default_rng(7)
    rows = []
    for viewer in range(VIEWERS):
        own = stream.permutation(TITLES_OF_A_TASTE)
        for day in range(DAYS):
            rows.append(
                {
                    "session_date": FIRST_DAY + timedelta(days=day),
                    "profile_key": f"viewer-{viewer}",
                    "title_id": f"{'ab'[viewer % 2]}-{own[day]}",
                    "watched_seconds": 3600.0,
                    "is_completed": day == 0,
                    "country": "FR",
                }
            )
    return rows


def hits_for_everyone() -> list[dict[str, object]]:
    """Half of the viewers watch two hits, and on the test days the other half does: popularity could not be better."""
    rows = []
    for viewer in range(VIEWERS):
        saw_the_hits_early = viewer % 2 == 0
        for day in range(8 if saw_the_hits_early else DAYS):
            is_hit = day < 2 if saw_the_hits_early else day >= 8
            rows.append(
                {
                    "session_date": FIRST_DAY + timedelta(days=day),
                    "profile_key": f"viewer-{viewer}",
                    "title_id": f"hit-{day % 2}" if is_hit else f"only-of-{viewer}-{day}",
                    "watched_seconds": 3600.0,
                }
            )
    return rows


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = make_workspace(spark, tmp_path_factory.mktemp("training"))
    rows = two_tastes()
    work.lake.append(INTERACTIONS, make_rows(spark, INTERACTIONS, rows), "load-1")
    profiles = [{"profile_key": key, "country": "FR"} for key in sorted({str(row["profile_key"]) for row in rows})]
    titles = [{"title_id": f"{taste}-{n}", "kind": "film"} for taste in "ab" for n in range(TITLES_OF_A_TASTE)]
    work.lake.append(PROFILE_FEATURES, make_rows(spark, PROFILE_FEATURES, profiles), "load-1")
    work.lake.append(TITLES, make_rows(spark, TITLES, titles), "load-1")
    publish(work.lake, [INTERACTIONS, PROFILE_FEATURES], "load-1", NOON)
    return work


@pytest.fixture(scope="module")
def before(work: Workspace) -> RecommendationReport:
    return run_recommend(work)


@pytest.fixture(scope="module")
def trained(work: Workspace, before: RecommendationReport) -> TrainingReport:
    return train(work.lake, work.settings, PARAMETERS)


@pytest.fixture(scope="module")
def run(trained: TrainingReport) -> Run:
    client = MlflowClient()
    version = client.get_model_version(REGISTERED_MODEL, trained.version)
    return client.get_run(str(version.run_id))


def test_before_any_training_everyone_gets_what_is_popular(before: RecommendationReport) -> None:
    assert before == RecommendationReport("popularity", "none")


def test_als_beats_popularity_where_tastes_differ(trained: TrainingReport) -> None:
    assert trained.als.ndcg_at_10 > 1.2 * trained.baseline.ndcg_at_10


def test_what_beats_popularity_is_champion(trained: TrainingReport) -> None:
    champion = MlflowClient().get_model_version_by_alias(REGISTERED_MODEL, CHAMPION)
    assert (trained.is_champion, str(champion.version)) == (True, trained.version)


def test_the_run_says_what_it_was_told_and_what_it_learnt_from(run: Run, work: Workspace) -> None:
    expected = {
        "rank": "4",
        "iterations": "5",
        "seed": "7",
        "data.table": "gold.interactions",
        "data.delta_version": str(work.lake.version(INTERACTIONS)),
        "data.first_date": "2026-06-01",
        "data.test_from": "2026-06-09",
        "data.last_date": "2026-06-10",
    }
    assert {name: run.data.params.get(name) for name in expected} == expected


def test_the_run_shows_its_quality_beside_the_baseline(run: Run, trained: TrainingReport) -> None:
    found = {name: run.data.metrics.get(name) for name in ("ndcg_at_10", "baseline_ndcg_at_10", "coverage")}
    assert found == {
        "ndcg_at_10": trained.als.ndcg_at_10,
        "baseline_ndcg_at_10": trained.baseline.ndcg_at_10,
        "coverage": trained.als.coverage,
    }


def test_the_run_has_its_figure(run: Run) -> None:
    figure = Path(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="comparison.png"))
    assert figure.read_bytes().startswith(b"\x89PNG")


def test_the_champion_makes_the_lists_and_leaves_out_what_was_finished(
    work: Workspace, trained: TrainingReport
) -> None:
    report = run_recommend(work)
    lists = work.lake.read(RECOMMENDATIONS).collect()
    finished = {(row["profile_key"], row["title_id"]) for row in two_tastes() if row["is_completed"]}
    assert report == RecommendationReport(REGISTERED_MODEL, trained.version)
    assert {(row.model_name, row.model_version) for row in lists} == {(REGISTERED_MODEL, trained.version)}
    assert len({row.profile_key for row in lists}) == VIEWERS
    assert {(row.profile_key, row.title_id) for row in lists} & finished == set()


def test_what_the_gate_found_in_the_lists_is_kept(work: Workspace, before: RecommendationReport) -> None:
    judged = work.lake.read(QUALITY_RESULTS).where(F.col("table_name") == RECOMMENDATIONS.full_name)
    assert {row.outcome for row in judged.collect()} == {"passed"}


def test_what_does_not_beat_popularity_is_recorded_but_not_crowned(work: Workspace, trained: TrainingReport) -> None:
    work.lake.replace_all(INTERACTIONS, make_rows(work.lake.spark, INTERACTIONS, hits_for_everyone()))
    publish(work.lake, [INTERACTIONS], "load-2", NOON)
    second = train(work.lake, work.settings, PARAMETERS)
    champion = MlflowClient().get_model_version_by_alias(REGISTERED_MODEL, CHAMPION)
    assert second.baseline.ndcg_at_10 == pytest.approx(1.0)
    assert (second.is_champion, second.version != trained.version) == (False, True)
    assert str(champion.version) == trained.version


def test_one_day_is_not_enough(spark: SparkSession, tmp_path: Path) -> None:
    other = make_workspace(spark, tmp_path / "home")
    other.lake.append(INTERACTIONS, make_rows(spark, INTERACTIONS, [{"title_id": "a"}, {"title_id": "b"}]), "load-1")
    publish(other.lake, [INTERACTIONS], "load-1", NOON)
    with pytest.raises(NotEnoughDataError, match="less than two days"):
        train(other.lake, other.settings, PARAMETERS)
