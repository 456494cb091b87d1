"""What data adds follows what the champion gains since it was chosen: from MLflow to the subscribers' rows."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.gold import INTERACTIONS, SUBSCRIBER_VALUE_MONTHLY, VIEWING_SESSIONS
from jobs.contracts.silver import CONSENTS, SUBSCRIPTIONS
from jobs.recommender.learning.recipe import EXPERIMENT, LEARNT_TO_TAG, RECIPE_TAG, REGISTERED_MODEL
from jobs.run.pipeline import run_value
from jobs.run.publication import publish
from jobs.run.workspace import Workspace
from jobs.storage import tracking
from tests.factories import make_rows, make_workspace
from tests.recommender.learning.test_gain_since import LEARNT_TO, NEWEST, RECIPE, VIEWERS, watched

# All agreed to personal lists but the last four.
LISTENERS = VIEWERS - 4


@pytest.fixture(scope="module")
def values(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    work = make_workspace(spark, tmp_path_factory.mktemp("data_value") / "home")
    evening = datetime(2026, 5, 26, 20, tzinfo=UTC)
    begins = datetime(2026, 2, 1, tzinfo=UTC)
    sessions = [
        {"session_id": f"s{n}", "account_key": f"a{n}", "profile_key": f"p{n}", "session_date": NEWEST}
        | {"started_at": evening, "watched_seconds": 3600.0, "session_source": "events"}
        for n in range(VIEWERS)
    ]
    paid = [
        {"account_key": f"a{n}", "plan": "basic", "price": Decimal("10.00"), "currency": "USD", "country": "CA"}
        | {"key_epoch": 1, "started_at": begins, "ended_at": None}
        for n in range(VIEWERS)
    ]
    agreed = [
        {"profile_key": f"p{n}", "purpose": "personalisation", "granted_at": begins, "key_epoch": 1}
        for n in range(LISTENERS)
    ]
    work.lake.replace_dates(VIEWING_SESSIONS, make_rows(spark, VIEWING_SESSIONS, sessions), [NEWEST])
    done = make_rows(spark, INTERACTIONS, watched(True))
    work.lake.replace_dates(INTERACTIONS, done, [LEARNT_TO, NEWEST])
    work.lake.append(CONSENTS, make_rows(spark, CONSENTS, agreed), "load-1")
    work.lake.upsert(SUBSCRIPTIONS, make_rows(spark, SUBSCRIPTIONS, paid))
    publish(work.lake, [VIEWING_SESSIONS, INTERACTIONS], "gold", datetime.now(UTC))
    _make_champion(work, tmp_path_factory.mktemp("model"))
    run_value(work)
    return work.lake.published().read(SUBSCRIBER_VALUE_MONTHLY).collect()


def _make_champion(work: Workspace, folder: Path) -> None:
    (folder / "model").write_text("made again by its recipe")
    tracking.connect(work.settings, EXPERIMENT)
    with tracking.tracked_run("registered", {}, {}):
        tags = {RECIPE_TAG: RECIPE.text, LEARNT_TO_TAG: str(LEARNT_TO)}
        tracking.make_champion(REGISTERED_MODEL, tracking.register_files(folder, REGISTERED_MODEL, tags))


def test_all_that_the_lists_are_worth_is_handed_out_month_by_month(values: list[Row]) -> None:
    """To those who get lists × 0.02 for each hundredth of the gain; among those whose viewing was learnt from."""
    gain = values[0].assumptions["ndcg_gain"]
    assert gain > 0
    handed_out = sum(row.teaching_value / row.remaining_months for row in values)
    assert handed_out == pytest.approx(LISTENERS * 0.02 * gain / 0.01)


def test_who_did_not_agree_adds_nothing(values: list[Row]) -> None:
    assert sorted(row.account_key for row in values if row.teaching_value == 0) == ["a76", "a77", "a78", "a79"]


def test_it_is_said_of_how_many_viewers_and_days_the_gain_is(values: list[Row]) -> None:
    assumed = values[0].assumptions
    assert (assumed["ndcg_gain_viewers"], assumed["ndcg_gain_days"]) == (LISTENERS, 2)
