"""A world of two tastes in which popularity is a poor guide, and what training makes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
from mlflow.entities import Run
from mlflow.tracking import MlflowClient
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.gold import INTERACTIONS, PROFILE_FEATURES, QUALITY_RESULTS, RECOMMENDATIONS, TITLE_FEATURES
from jobs.contracts.silver import CONSENTS, TITLES
from jobs.errors import WrongUsageError
from jobs.recommender.evaluation.measures import GAIN
from jobs.recommender.learning.contenders import EASE, POPULARITY
from jobs.recommender.learning.recipe import (
    COMPARED_WITH_TAG,
    EXPERIMENT,
    GAIN_OVER_CHAMPION,
    RECIPE_TAG,
    REGISTERED_MODEL,
    Recipe,
)
from jobs.recommender.learning.registry import compared, promote, roll_back
from jobs.recommender.learning.season import NotEnoughDataError, Season
from jobs.recommender.learning.train import TrainingReport, train
from jobs.recommender.serving.recommendation_report import RecommendationReport
from jobs.run.pipeline import run_recommend
from jobs.run.publication import publish
from jobs.run.workspace import Workspace
from jobs.storage import tracking
from jobs.storage.tracking import CHALLENGER, CHAMPION
from tests.factories import NOON, make_rows, make_workspace
from tests.recommender.first_choices import first_choices

# So many that ten of a taste liked both of any two titles, also of what validation learns from.
VIEWERS, TITLES_OF_A_TASTE, DAYS = 160, 12, 10
FIRST_DAY = date(2026, 6, 1)
TODAY = FIRST_DAY + timedelta(days=365)
# Who did not agree to personalisation, and who took it back.
NEVER_AGREED, TOOK_IT_BACK = "viewer-0", "viewer-1"


OF = first_choices()


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
                    "account_key": f"account-{viewer}",
                    "title_id": f"{'ab'[viewer % 2]}-{own[day]}",
                    "watched_seconds": 3600.0,
                    "is_completed": day == 0,
                    "country": "CA",
                }
            )
    return rows


def hits_for_everyone() -> list[dict[str, object]]:
    """Half of the viewers watch two hits, and on the last days the other half does: popularity could not be better."""
    rows = []
    for viewer in range(VIEWERS):
        saw_the_hits_early = viewer % 2 == 0
        for day in range(6 if saw_the_hits_early else DAYS):
            is_hit = day < 2 if saw_the_hits_early else day >= 6
            rows.append(
                {
                    "session_date": FIRST_DAY + timedelta(days=day),
                    "profile_key": f"viewer-{viewer}",
                    "account_key": f"account-{viewer}",
                    "title_id": f"hit-{day // 2 % 2}" if is_hit else f"only-of-{viewer}-{day}",
                    "watched_seconds": 3600.0,
                    "country": "CA",
                }
            )
    return rows


def consents() -> list[dict[str, object]]:
    agreed = {
        "key_epoch": 1,
        "purpose": "personalisation",
        "granted_at": NOON - timedelta(days=30),
        "withdrawn_at": None,
    }
    rows = [{"profile_key": f"viewer-{n}", **agreed} for n in range(VIEWERS) if f"viewer-{n}" != NEVER_AGREED]
    return [row | {"withdrawn_at": NOON} if row["profile_key"] == TOOK_IT_BACK else row for row in rows]


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return lake_of(spark, tmp_path_factory.mktemp("training"), two_tastes())


@pytest.fixture(autouse=True)
def _connected(work: Workspace) -> None:
    """Some tests train in another home, and MLflow's client goes where it went last."""
    tracking.connect(work.settings, EXPERIMENT)


def lake_of(spark: SparkSession, home: Path, rows: list[dict[str, object]]) -> Workspace:
    work = make_workspace(spark, home)
    last_day = FIRST_DAY + timedelta(days=DAYS - 1)
    profiles = [
        {
            "profile_key": key,
            "country": "CA",
            "as_of_date": last_day,
            "genre_shares": {"genre-" + "ab"[number % 2]: 1.0},
        }
        for number, key in enumerate(f"viewer-{n}" for n in range(VIEWERS))
    ]
    titles = [
        {"title_id": f"{taste}-{n}", "name": f"{taste.upper()} {n}", "kind": "film", "genres": [f"genre-{taste}"]}
        for taste in "ab"
        for n in range(TITLES_OF_A_TASTE)
    ]
    never_seen = {"title_id": "new", "name": "New", "kind": "film", "genres": ["genre-a"]}
    played = [{"title_id": title["title_id"]} for title in titles]
    work.lake.append(INTERACTIONS, make_rows(spark, INTERACTIONS, rows), "load-1")
    work.lake.append(PROFILE_FEATURES, make_rows(spark, PROFILE_FEATURES, profiles), "load-1")
    work.lake.append(TITLE_FEATURES, make_rows(spark, TITLE_FEATURES, played), "load-1")
    work.lake.append(TITLES, make_rows(spark, TITLES, [*titles, never_seen]), "load-1")
    work.lake.append(CONSENTS, make_rows(spark, CONSENTS, consents()), "load-1")
    publish(work.lake, [INTERACTIONS, PROFILE_FEATURES, TITLE_FEATURES], "load-1", NOON)
    return work


@pytest.fixture(scope="module")
def before(work: Workspace) -> RecommendationReport:
    return run_recommend(work)


@pytest.fixture(scope="module")
def trained(work: Workspace, before: RecommendationReport) -> TrainingReport:
    return train(work.lake, work.settings, TODAY, OF)


@pytest.fixture(scope="module")
def learnt_from(work: Workspace, trained: TrainingReport) -> dict[str, str]:
    """What the training read, by the names that its run has for it."""
    return {f"data.{table.full_name}": str(work.lake.version(table)) for table in (INTERACTIONS, CONSENTS)}


@pytest.fixture(scope="module")
def first_aliases(trained: TrainingReport) -> list[str]:
    client = MlflowClient()
    found = [client.get_model_version_by_alias(REGISTERED_MODEL, alias) for alias in (CHAMPION, CHALLENGER)]
    return [str(version.version) for version in found]


@pytest.fixture(scope="module")
def recommended(work: Workspace, trained: TrainingReport) -> RecommendationReport:
    return run_recommend(work)


@pytest.fixture(scope="module")
def lists(work: Workspace, recommended: RecommendationReport) -> DataFrame:
    return work.lake.published().read(RECOMMENDATIONS).persist()


@pytest.fixture(scope="module")
def run(trained: TrainingReport) -> Run:
    client = MlflowClient()
    version = client.get_model_version(REGISTERED_MODEL, str(trained.version))
    return client.get_run(str(version.run_id))


@pytest.fixture(scope="module")
def parent(run: Run) -> Run:
    return MlflowClient().get_run(run.data.tags["mlflow.parentRunId"])


def test_before_any_training_everyone_gets_what_is_popular(before: RecommendationReport) -> None:
    assert before == RecommendationReport("popularity", "none", new_lists=VIEWERS, variety=before.variety)


def test_a_model_of_tastes_beats_popularity_where_tastes_differ(trained: TrainingReport) -> None:
    assert trained.result_of(EASE).quality.ndcg > 1.2 * trained.result_of(POPULARITY).quality.ndcg


def test_what_beats_popularity_is_champion_and_challenger(trained: TrainingReport, first_aliases: list[str]) -> None:
    assert (trained.is_champion, first_aliases) == (True, [trained.version] * 2)


def test_the_run_says_what_it_learnt_from(run: Run, learnt_from: dict[str, str]) -> None:
    expected = learnt_from | {
        "model": EASE,
        "engine": "driver",
        "regularisation": "50.0",
        "data.first_date": "2026-06-01",
        "data.validate_from": "2026-06-07",
        "data.test_from": "2026-06-09",
        "data.last_date": "2026-06-10",
    }
    assert {name: run.data.params.get(name) for name in expected} == expected


def test_the_run_has_each_figure_of_the_test_with_its_interval(run: Run, trained: TrainingReport) -> None:
    quality = trained.result_of(EASE).quality.estimates
    for measure, estimate in quality.items():
        found = [run.data.metrics.get(name) for name in (measure, f"{measure}_low", f"{measure}_high")]
        assert found == [estimate.mean, estimate.low, estimate.high]
    assert run.data.metrics["ndcg_gain_low"] > 0


def test_the_run_says_how_well_it_can_be_told_whom_the_model_learnt_from(run: Run, trained: TrainingReport) -> None:
    """With the interval of so few outsiders, about one viewer in ten, it may be that nothing can be told."""
    auc = trained.result_of(EASE).membership_auc
    assert auc is not None
    assert run.data.metrics["membership_auc"] == auc
    assert 0.2 < auc < 0.8


def test_one_account_in_ten_is_recommended_to_and_not_learnt_from(
    season: Callable[[list[dict[str, object]]], Season],
) -> None:
    trial = season(two_tastes()).test(half_life_days=None)
    assert isinstance(trial.preferences, DataFrame)
    assert trial.outsiders is not None
    learnt, outsiders, asked = (
        {row.profile_key for row in rows.select("profile_key").distinct().collect()}
        for rows in (trial.preferences, trial.outsiders, trial.viewers)
    )
    assert learnt.isdisjoint(outsiders)
    assert learnt | outsiders == asked
    assert 0.03 < len(outsiders) / len(asked) < 0.2


def test_the_parent_has_a_run_a_trial_and_the_comparison(parent: Run, trained: TrainingReport) -> None:
    runs = MlflowClient().search_runs(
        [parent.info.experiment_id], f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'"
    )
    assert sorted(str(found.info.run_name) for found in runs) == [
        "EASE: registered",
        "EASE: test",
        "EASE: validation, regularisation 50.0",
        "popularity: test",
        "popularity: validation, by_country False",
    ]
    folder = Path(mlflow.artifacts.download_artifacts(run_id=parent.info.run_id))
    assert (folder / "comparison.png").read_bytes().startswith(b"\x89PNG")
    assert "popularity_bias" in (folder / "comparison.json").read_text()


def test_no_viewer_is_in_what_is_registered(run: Run, trained: TrainingReport) -> None:
    folder = Path(mlflow.artifacts.download_artifacts(run_id=run.info.run_id))
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert not [path.name for path in files if b"viewer-" in path.read_bytes()]


def test_the_champion_makes_all_lists(
    recommended: RecommendationReport, trained: TrainingReport, lists: DataFrame
) -> None:
    made_with = {(row.model_name, row.model_version) for row in lists.collect()}
    assert (recommended.model_version, recommended.new_lists) == (trained.version, VIEWERS)
    assert made_with == {(REGISTERED_MODEL, trained.version)}


def test_lists_leave_out_what_was_finished_and_are_full(lists: DataFrame) -> None:
    finished = {(row["profile_key"], row["title_id"]) for row in two_tastes() if row["is_completed"]}
    assert {(row.profile_key, row.title_id) for row in lists.collect()} & finished == set()
    assert {row["count"] for row in lists.groupBy("profile_key").count().collect()} == {10}


def test_lists_are_of_the_viewers_own_taste(lists: DataFrame) -> None:
    first = lists.where((F.col("rank") == 1) & (F.col("source") == "personal")).collect()
    assert {(int(row.profile_key.split("-")[1]) % 2, row.title_id[0]) for row in first} == {(0, "a"), (1, "b")}


@pytest.mark.parametrize("viewer", [NEVER_AGREED, TOOK_IT_BACK])
def test_without_consent_nothing_is_personal(lists: DataFrame, viewer: str) -> None:
    found = {(row.source, row.reason) for row in lists.where(F.col("profile_key") == viewer).collect()}
    assert found == {("popular", "Popular in Canada")}


def test_who_agreed_is_told_what_they_finished(lists: DataFrame) -> None:
    first = {row["profile_key"]: str(row["title_id"]) for row in two_tastes() if row["is_completed"]}
    rows = lists.where(F.col("source") == "personal").collect()
    taste, number = first["viewer-2"].split("-")
    assert {row.reason for row in rows if row.profile_key == "viewer-2" and row.title_id.startswith("a")} == {
        f"Because you finished “{taste.upper()} {number}”"
    }


def test_a_title_that_nobody_knows_enters_by_its_genre(lists: DataFrame) -> None:
    rows = lists.where(F.col("title_id") == "new").collect()
    assert {row.reason for row in rows} == {"New: genre-a"}
    assert {int(row.profile_key.split("-")[1]) % 2 for row in rows} == {0}


def test_a_second_run_has_nothing_to_do(work: Workspace, lists: DataFrame) -> None:
    version = work.lake.version(RECOMMENDATIONS)
    assert run_recommend(work).new_lists == 0
    assert work.lake.version(RECOMMENDATIONS) == version


def test_what_the_gate_found_in_the_lists_is_kept(work: Workspace, lists: DataFrame) -> None:
    judged = work.lake.read(QUALITY_RESULTS).where(F.col("table_name").startswith("gold.recommend"))
    assert {(row.table_name, row.outcome) for row in judged.collect()} == {
        ("gold.recommendations", "passed"),
        ("gold.recommended_lists", "passed"),
    }


@dataclass(frozen=True)
class Watched:
    """The first title of viewer 4's list, which they have watched now, and the run that followed."""

    title: str
    report: RecommendationReport


@pytest.fixture(scope="module")
def watched(work: Workspace, lists: DataFrame, learnt_from: dict[str, str]) -> Watched:
    last = FIRST_DAY + timedelta(days=DAYS - 1)
    row = {"session_date": last, "profile_key": "viewer-4", "title_id": "a-0", "watched_seconds": 3600.0}
    theirs = lists.where("profile_key = 'viewer-4'").where("rank = 1").collect()[0].title_id
    seen = row | {"title_id": theirs, "is_completed": True, "country": "CA"}
    kept = work.lake.read(INTERACTIONS).where(F.col("session_date") == F.lit(last))
    kept = kept.where(f"NOT (profile_key = 'viewer-4' AND title_id = '{theirs}')")
    work.lake.replace_dates(
        INTERACTIONS, kept.unionByName(make_rows(work.lake.spark, INTERACTIONS, [seen])).localCheckpoint(), [last]
    )
    publish(work.lake, [INTERACTIONS], "load-2", NOON)
    return Watched(theirs, run_recommend(work))


def test_only_who_did_something_gets_a_new_list(work: Workspace, lists: DataFrame, watched: Watched) -> None:
    now = work.lake.published().read(RECOMMENDATIONS)
    assert watched.report.new_lists == 1
    assert now.where(f"profile_key = 'viewer-4' AND title_id = '{watched.title}'").isEmpty()
    others = [rows.where("profile_key <> 'viewer-4'") for rows in (lists, now)]
    assert sorted(others[0].collect()) == sorted(others[1].collect())


@dataclass(frozen=True)
class RolledBack:
    """The second training with the same recipe, and what was said when the first model was put back in its place."""

    second: TrainingReport
    said: str


@pytest.fixture(scope="module")
def rolled_back(work: Workspace, watched: Watched, first_aliases: list[str]) -> RolledBack:
    second = train(work.lake, work.settings, TODAY, OF)
    return RolledBack(second, roll_back(work.settings))


def test_the_same_recipe_on_newer_data_takes_the_champions_place_and_can_be_rolled_back(
    work: Workspace, trained: TrainingReport, rolled_back: RolledBack
) -> None:
    second = rolled_back.second
    assert (second.is_champion, second.version) == (True, str(int(str(trained.version)) + 1))
    assert rolled_back.said.startswith(f"Version {trained.version} is the champion again")
    assert run_recommend(work).model_version == trained.version
    assert promote(work.settings, str(second.version)).startswith(f"Version {second.version} is the champion.")
    assert roll_back(work.settings).startswith(f"Version {trained.version} is the champion again")


@pytest.fixture
def version_with_gains(rolled_back: RolledBack, tmp_path: Path) -> Callable[[float, str], str]:
    """Registers a version that gains over popularity, and at least `least_gain` over the champion of its training."""

    def register(least_gain: float, champion: str) -> str:
        (tmp_path / "weights").touch()
        figures = {name: 0.1 for measure in (GAIN, GAIN_OVER_CHAMPION) for name in (measure, f"{measure}_high")}
        tags = {RECIPE_TAG: Recipe(EASE, {}, None).text, COMPARED_WITH_TAG: champion}
        with tracking.tracked_run("by hand", {}, {}):
            tracking.log_metrics(figures | {f"{GAIN}_low": 0.1, f"{GAIN_OVER_CHAMPION}_low": least_gain})
            return tracking.register_files(tmp_path, REGISTERED_MODEL, tags)

    return register


def test_a_version_that_was_not_found_better_is_not_promoted(
    work: Workspace, trained: TrainingReport, version_with_gains: Callable[[float, str], str]
) -> None:
    version = version_with_gains(-0.1, str(trained.version))
    with pytest.raises(WrongUsageError, match=f"Version {version} is not the champion: .* may be none"):
        promote(work.settings, version)


def test_a_version_that_was_compared_with_another_champion_is_not_promoted(
    work: Workspace, trained: TrainingReport, version_with_gains: Callable[[float, str], str]
) -> None:
    version = version_with_gains(0.1, "99")
    with pytest.raises(WrongUsageError, match=f"Version {version} was not compared with the champion"):
        promote(work.settings, version)


@pytest.mark.usefixtures("rolled_back")
def test_versions_are_compared(work: Workspace, trained: TrainingReport) -> None:
    found = compared(work.settings, [CHAMPION, CHALLENGER])
    assert {len(figures) for figures in found.values()} == {2}
    assert found["nDCG@10"][0] == str(trained.result_of(EASE).quality.estimates["ndcg"])


def test_a_version_that_is_not_there_is_named(work: Workspace, trained: TrainingReport) -> None:
    with pytest.raises(WrongUsageError, match="no version 99"):
        compared(work.settings, ["99"])


def test_where_popular_titles_are_best_nothing_is_registered(spark: SparkSession, tmp_path: Path) -> None:
    other = lake_of(spark, tmp_path / "home", hits_for_everyone())
    found = train(other.lake, other.settings, TODAY, OF)
    assert (found.best, found.version, found.is_champion) == (POPULARITY, None, False)


def test_two_days_are_not_enough(spark: SparkSession, tmp_path: Path) -> None:
    other = make_workspace(spark, tmp_path / "home")
    days: list[dict[str, Any]] = [{"title_id": "a"}, {"title_id": "b", "session_date": date(2026, 6, 2)}]
    other.lake.append(INTERACTIONS, make_rows(spark, INTERACTIONS, days), "load-1")
    publish(other.lake, [INTERACTIONS], "load-1", NOON)
    with pytest.raises(NotEnoughDataError, match="less than 3 days"):
        train(other.lake, other.settings, TODAY, OF)


def test_of_who_agreed_to_nothing_nothing_is_learnt(spark: SparkSession, tmp_path: Path) -> None:
    other = make_workspace(spark, tmp_path / "home")
    days = [{"title_id": "a", "session_date": date(2026, 6, day)} for day in range(1, 6)]
    other.lake.append(INTERACTIONS, make_rows(spark, INTERACTIONS, days), "load-1")
    other.lake.append(
        CONSENTS, make_rows(spark, CONSENTS, [{"purpose": "personalisation", "profile_key": "b"}]), "load-1"
    )
    publish(other.lake, [INTERACTIONS], "load-1", NOON)
    with pytest.raises(NotEnoughDataError, match="Nobody who watched anything agreed to personalisation"):
        train(other.lake, other.settings, TODAY, OF)


@pytest.fixture(scope="module")
def season(spark: SparkSession) -> Callable[[list[dict[str, object]]], Season]:
    def of(rows: list[dict[str, object]]) -> Season:
        interactions = make_rows(spark, INTERACTIONS, rows)
        return Season(interactions, FIRST_DAY + timedelta(days=6), FIRST_DAY + timedelta(days=8), {})

    return of


def liked_otherwise_on(day: date) -> list[dict[str, object]]:
    """The two tastes, but on that day everybody sees little of a title and rates it up."""
    rated = {"watched_seconds": 200.0, "rating_score": 1.0}
    return [row | rated if row["session_date"] == day else row for row in two_tastes()]


def lists_of(season: Season) -> set[tuple[str, str, int]]:
    """What EASE recommends to the viewers of the test, from what the test lets it know."""
    trial = season.test(half_life_days=30)
    ((_, model),) = OF[-1].fit(trial.preferences, OF[-1].choices)
    return {(row.profile_key, row.title_id, row["rank"]) for row in model.recommend(trial.viewers, 10).collect()}


def test_what_happens_in_the_test_changes_no_list(season: Callable[[list[dict[str, object]]], Season]) -> None:
    rows = two_tastes()
    test_from = FIRST_DAY + timedelta(days=8)
    told_otherwise = [
        row | {"watched_seconds": 200.0, "rating_score": 1.0} if row["session_date"] == test_from else row
        for row in rows
    ]
    assert lists_of(season(rows)) == lists_of(season(told_otherwise))


def test_a_planted_leak_of_one_day_is_noticed(season: Callable[[list[dict[str, object]]], Season]) -> None:
    """The same change a day earlier, in what is learnt from, does change lists: the test above can fail."""
    rows = two_tastes()
    day_before = FIRST_DAY + timedelta(days=7)
    told_otherwise = [
        row | {"watched_seconds": 200.0, "rating_score": 1.0} if row["session_date"] == day_before else row
        for row in rows
    ]
    assert lists_of(season(rows)) != lists_of(season(told_otherwise))
