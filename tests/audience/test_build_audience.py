"""One world through `run_audience`: what was planted is found."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import mlflow
import pytest
from mlflow.entities import Run
from mlflow.tracking import MlflowClient
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F
from sklearn.metrics import adjusted_rand_score

from jobs.audience import train_churn, train_segments
from jobs.audience.build_audience import EXPERIMENT
from jobs.audience.train_churn import CONSTANT, IDLE_ALONE, MODEL
from jobs.contracts.gold import (
    AUDIENCE,
    AUDIENCE_SEGMENTS,
    CHURN_SIGNALS,
    PROFILE_SEGMENTS,
    QUALITY_RESULTS,
    VIEWING_SESSIONS,
)
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.errors import GateFailedError
from jobs.run.pipeline import run_audience
from jobs.run.workspace import Workspace
from jobs.storage.tracking import CHAMPION
from tests.audience import world
from tests.factories import make_workspace


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = make_workspace(spark, tmp_path_factory.mktemp("audience") / "home")
    world.fill(work)
    return work


@pytest.fixture(scope="module")
def said(work: Workspace) -> str:
    return str(run_audience(work))


@pytest.fixture(scope="module")
def segments(work: Workspace, said: str) -> list[Row]:
    return work.lake.published().read(AUDIENCE_SEGMENTS).orderBy("segment_id").collect()


@pytest.fixture(scope="module")
def members(work: Workspace, said: str) -> dict[str, int]:
    return {row.profile_key: row.segment_id for row in work.lake.published().read(PROFILE_SEGMENTS).collect()}


@pytest.fixture(scope="module")
def runs(said: str) -> list[Run]:
    experiment = mlflow.get_experiment_by_name(EXPERIMENT.name)
    assert experiment is not None
    return list(MlflowClient().search_runs([experiment.experiment_id], max_results=200))


@pytest.fixture(scope="module")
def churn_runs(runs: list[Run]) -> dict[str, Run]:
    return {run.info.run_name: run for run in runs if run.data.params.get("data.as_of_date") == "2026-05-31"}


def test_segments_are_the_planted_tastes(members: dict[str, int]) -> None:
    planted = [world.taste_of(profile) for profile in members]
    assert adjusted_rand_score(list(members.values()), planted) > 0.9


def test_only_who_agreed_to_marketing_is_in_a_segment(work: Workspace, members: dict[str, int]) -> None:
    last_weeks = F.col("session_date") > world.LAST_DAY - timedelta(days=28)
    watched = work.lake.read(VIEWING_SESSIONS).where(last_weeks & (F.col("watched_seconds") > 0))
    seen = {row.profile_key for row in watched.select("profile_key").distinct().collect()}
    agreed = {f"profile-{number}" for number in range(world.CONSENTING)}
    assert set(members) == seen & agreed - {f"profile-{world.CHILD}"}


def test_what_a_child_watches_is_no_sign_of_leaving(work: Workspace, said: str) -> None:
    child = work.lake.read(VIEWING_SESSIONS).where(f"profile_key = 'profile-{world.CHILD}'")
    signals = work.lake.published().read(CHURN_SIGNALS).where(f"account_key = '{world.account(world.CHILD)}'")
    assert child.count() > 0
    found = [(row.days_since_last_play, row.active_days_28) for row in signals.collect()]
    assert set(found) <= {(None, 0)}


def test_a_segment_says_how_many_are_in_it(segments: list[Row], members: dict[str, int]) -> None:
    counts = Counter(members.values())
    assert {row.segment_id: row.profiles for row in segments} == counts
    assert [row.profiles for row in segments] == sorted(counts.values(), reverse=True)
    assert min(counts.values()) >= SMALLEST_GROUP
    assert sum(row.profile_share for row in segments) == pytest.approx(1.0)


def test_names_are_those_of_the_planted_tastes(segments: list[Row], members: dict[str, int]) -> None:
    names = {row.segment_id: row["name"] for row in segments}
    genre_and_device = {(world.TASTES[world.taste_of(profile)], names[segment]) for profile, segment in members.items()}
    assert {name for _, name in genre_and_device} == {"crime, evening, tv", "comedy, afternoon, phone"} | {
        "family, morning, tablet"
    }


def test_descriptions_say_what_sets_segments_apart(segments: list[Row], said: str) -> None:
    for row in segments:
        genre = row["name"].split(", ")[0]
        assert f"more {genre} ({100 * row.genre_shares[genre]:.0f} %" in row.description
    assert "Their stability is 0.9" in said or "Their stability is 1.00" in said


def test_what_a_name_says_is_true_of_the_shares(segments: list[Row]) -> None:
    for row in segments:
        shares = {**row.genre_shares, **row.daypart_shares, **row.device_shares}
        everybody = {
            label: sum(
                other.profile_share * {**other.genre_shares, **other.daypart_shares, **other.device_shares}[label]
                for other in segments
            )
            for label in shares
        }
        assert all(shares[label] > everybody[label] for label in row["name"].split(", "))


def test_every_number_of_clusters_is_a_run_and_the_chosen_model_is_registered(runs: list[Run]) -> None:
    (parent,) = (run for run in runs if run.info.run_name == "segments to 2026-05-31")
    tried = {run.info.run_name for run in runs if run.data.tags.get("mlflow.parentRunId") == parent.info.run_id}
    version = MlflowClient().get_model_version_by_alias(train_segments.REGISTERED_MODEL, CHAMPION)
    assert tried == {f"k-means-{count}" for count in range(2, 9)}
    assert parent.data.metrics["stability"] > 0.9
    assert version.run_id == parent.info.run_id
    assert parent.data.params["data.gold.viewing_sessions"] == "1"


def test_the_model_is_champion_where_people_fade_before_they_leave(churn_runs: dict[str, Run]) -> None:
    losses = {name: churn_runs[name].data.metrics["log_loss"] for name in (MODEL, CONSTANT, IDLE_ALONE)}
    champion = MlflowClient().get_model_version_by_alias(train_churn.REGISTERED_MODEL, CHAMPION)
    assert losses[MODEL] < min(losses[CONSTANT], losses[IDLE_ALONE])
    assert champion.run_id == churn_runs[MODEL].info.run_id
    assert churn_runs["churn, tested to 2026-04-26"].data.metrics["log_loss_gain_low"] > 0


def test_its_probabilities_are_right_in_the_large(churn_runs: dict[str, Run]) -> None:
    found = churn_runs[MODEL].data.metrics
    assert found["expected_share"] == pytest.approx(found["observed_share"], rel=0.25)


@pytest.mark.parametrize(
    ("run", "artifact"),
    [
        ("churn, tested to 2026-04-26", "comparison.png"),
        *((name, "calibration.png") for name in (MODEL, CONSTANT, IDLE_ALONE)),
    ],
)
def test_a_run_has_its_figure(churn_runs: dict[str, Run], run: str, artifact: str) -> None:
    found = mlflow.artifacts.download_artifacts(run_id=churn_runs[run].info.run_id, artifact_path=artifact)
    assert Path(found).read_bytes().startswith(b"\x89PNG")


def test_accounts_that_subscribe_at_the_end_of_a_month_have_a_row_of_it(work: Workspace, said: str) -> None:
    rows = work.lake.published().read(CHURN_SIGNALS).groupBy("as_of_date", "model_version")
    found = {row.as_of_date: (row.model_version, row["count"]) for row in rows.count().collect()}
    ends = [
        date(2025, 12, 31),
        *(date(2026, month, day) for month, day in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31))),
    ]
    champion = MlflowClient().get_model_version_by_alias(train_churn.REGISTERED_MODEL, CHAMPION)
    assert {end: version for end, (version, _) in found.items()} == {
        **dict.fromkeys(ends[:-1]),
        world.LAST_DAY: str(champion.version),
    }
    counts = [found[end][1] for end in ends]
    assert counts == sorted(counts, reverse=True)


def test_months_before_there_was_history_enough_say_how_many_days_are_missing(said: str) -> None:
    assert "2026-04-30, " in said
    assert "what is known begins on 2025-12-15, and 6 more days must be known" in said


def test_what_the_gate_found_is_kept(work: Workspace, said: str) -> None:
    judged = work.lake.read(QUALITY_RESULTS).where(F.col("table_name").isin([t.full_name for t in AUDIENCE]))
    assert {(row.table_name, row.outcome) for row in judged.select("table_name", "outcome").collect()} == {
        (table.full_name, "passed") for table in AUDIENCE
    }


def test_the_gate_stops_a_segment_of_nine(work: Workspace, segments: list[Row]) -> None:
    too_small = work.lake.read(AUDIENCE_SEGMENTS).withColumn("profiles", F.lit(SMALLEST_GROUP - 1).cast("bigint"))
    with pytest.raises(GateFailedError, match=f"profiles: {len(segments)} of {len(segments)} rows"):
        work.gate.judge(AUDIENCE_SEGMENTS, too_small.localCheckpoint(), "load-2")
