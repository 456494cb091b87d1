"""One subscription that nobody expects: the values of all others go on, and nothing is counted twice."""

import json
import logging
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import SUBSCRIBER_VALUE_MONTHLY, VIEWING_SESSIONS
from jobs.contracts.silver import QUARANTINE
from jobs.run.pipeline import run_bronze, run_intake, run_silver, run_value
from jobs.run.publication import publish
from jobs.run.workspace import Workspace
from tests.factories import make_rows, make_workspace

LAST_DAY = date(2026, 5, 31)
PLAIN = {"plan": "basic", "price": 31.0, "currency": "EUR", "country": "FR", "started_at": "2026-05-01T00:00:00Z"}
PERIODS: list[dict[str, Any]] = [
    # So many that the odd lines are few among them.
    *({"account_id": f"plain-{number}"} for number in range(40)),
    {"account_id": "in no money", "currency": "XQX"},
    {"account_id": "in money without a rate", "currency": "SEK"},
    {"account_id": "in two countries"},
    {"account_id": "in two countries", "country": "DE", "plan": "kids", "started_at": "2026-05-02T00:00:00Z"}
    | {"ended_at": "2026-05-03T00:00:00Z"},
    {"account_id": "twice in one plan"},
    {"account_id": "twice in one plan", "started_at": "2026-05-11T00:00:00Z", "country": "DE"},
]
REVENUE = {
    **{f"plain-{number}": Decimal("34.10") for number in range(40)},
    "in two countries": Decimal("35.20"),
    "twice in one plan": Decimal("34.10"),
}


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = make_workspace(spark, tmp_path_factory.mktemp("odd") / "home")
    folder = work.settings.inbox / "subscriptions"
    folder.mkdir(parents=True)
    (folder / "periods.ndjson").write_text("\n".join(json.dumps(PLAIN | period) for period in PERIODS))
    run_intake(work)
    run_bronze(work)
    run_silver(work)
    play = {"session_id": "s", "account_key": work.key.pseudonym("account", "plain-0"), "session_date": LAST_DAY}
    play |= {"started_at": datetime(2026, 5, 31, 20, tzinfo=UTC)}
    work.lake.replace_dates(VIEWING_SESSIONS, make_rows(spark, VIEWING_SESSIONS, [play]), [LAST_DAY])
    publish(work.lake, [VIEWING_SESSIONS], "gold", datetime.now(UTC))
    return work


def test_a_line_in_no_money_is_refused_alone_with_its_reason(work: Workspace) -> None:
    refused = work.lake.read(QUARANTINE).collect()
    assert [(row.reason, row.field, row.line_number) for row in refused] == [("unknown_currency", "currency", 41)]


def test_everybody_else_is_valued_and_pays_for_each_day_once(work: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        run_value(work)
    values = work.lake.published().read(SUBSCRIBER_VALUE_MONTHLY).collect()
    expected = {work.key.pseudonym("account", name): revenue for name, revenue in REVENUE.items()}
    assert {row.account_key: row.revenue for row in values} == expected
    assert "May 2026: no exchange rate for SEK. Who pays in it is not valued" in caplog.text
