"""What subscribers are worth, from gold's sessions and silver's subscriptions, to the words about one of them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession
from typer.testing import CliRunner

from jobs.cli.commands import app
from jobs.config import Settings
from jobs.contracts.gold import INTERACTIONS, SUBSCRIBER_VALUE_MONTHLY, TITLE_VALUE_MONTHLY, VIEWING_SESSIONS
from jobs.contracts.published import SUBSCRIBER_VALUE_MONTHLY as RELEASED
from jobs.contracts.silver import SUBSCRIPTIONS
from jobs.errors import WrongUsageError
from jobs.run.pipeline import run_publish, run_value
from jobs.run.publication import publish
from jobs.run.workspace import Workspace
from jobs.value.worth import worth
from tests.factories import copied_workspace, make_rows, make_workspace

MAY, LAST_DAY = date(2026, 5, 1), date(2026, 5, 31)
PEOPLE = 96
SEEN = ("session_date", "profile_key", "title_id", "watched_seconds")
PRICES = [Decimal("9.99"), Decimal("13.37"), Decimal("4.49")]


def account(number: int) -> str:
    return f"account-{number}"


def watched(work: Workspace, number: int) -> dict[str, Any]:
    """One play on the last day of May; every third account is in another region."""
    return {
        "session_id": f"s{number}",
        "account_key": account(number),
        "profile_key": work.key.pseudonym("profile", f"viewer-{number}"),
        "title_id": "film",
        "session_date": LAST_DAY,
        "started_at": datetime(2026, 5, 31, 20, tzinfo=UTC),
        "watched_seconds": 3600.0 * (1 + number % 3),
        "country": "FR",
        "region": "FR-PAC" if number % 3 == 0 else "FR-IDF",
        "session_source": "events",
    }


def subscribed(number: int) -> dict[str, Any]:
    """From a day of May on, for one of three prices; one in four left in the second half."""
    begins = datetime(2026, 5, 1 + number % 9, 6, 30, tzinfo=UTC)
    return {
        "account_key": account(number),
        "plan": "basic",
        "price": PRICES[number % 3],
        "currency": "EUR",
        "country": "FR",
        "key_epoch": 1,
        "started_at": begins,
        "ended_at": begins + timedelta(days=15) if number % 4 == 0 else None,
    }


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = make_workspace(spark, tmp_path_factory.mktemp("value") / "home")
    sessions = [watched(work, number) for number in range(PEOPLE)]
    seen = [
        {name: row[name] for name in ("session_date", "profile_key", "title_id", "watched_seconds")} for row in sessions
    ]
    cost = {"month_start_date": MAY, "title_id": "film", "country": "FR", "licence_currency": "USD"}
    tables = {
        VIEWING_SESSIONS: (sessions, [LAST_DAY]),
        INTERACTIONS: (seen, [LAST_DAY]),
        TITLE_VALUE_MONTHLY: ([cost | {"monthly_licence_cost": 470.0}], [MAY]),
    }
    for table, (rows, dates) in tables.items():
        work.lake.replace_dates(table, make_rows(spark, table, rows), dates)
    publish(work.lake, list(tables), "gold", datetime.now(UTC))
    work.lake.upsert(SUBSCRIPTIONS, make_rows(spark, SUBSCRIPTIONS, [subscribed(number) for number in range(PEOPLE)]))
    run_value(work)
    run_publish(work)
    return work


@pytest.fixture(scope="module")
def values(work: Workspace) -> list[Row]:
    return work.lake.published().read(SUBSCRIBER_VALUE_MONTHLY).collect()


def test_revenue_adds_up_to_the_cent(values: list[Row]) -> None:
    """Counted again in Python: price × rate × the seconds of May that were paid for."""
    seconds_of_may = Decimal(31 * 24 * 3600)
    expected = Decimal(0)
    for number in range(PEOPLE):
        period = subscribed(number)
        ends = period["ended_at"] or datetime(2026, 6, 1, tzinfo=UTC)
        seconds = Decimal(int((ends - period["started_at"]).total_seconds()))
        expected += round(period["price"] * Decimal("1.1") * seconds / seconds_of_may, 2)
    assert sum(row.revenue for row in values) == expected


def test_each_subscriber_has_one_row(values: list[Row]) -> None:
    assert sorted(row.account_key for row in values) == sorted(account(number) for number in range(PEOPLE))


def test_the_sum_is_of_what_they_will_pay_and_cost(values: list[Row]) -> None:
    """Nobody measured a model, and the demand they show is no part of it."""
    assert [row.value for row in values] == pytest.approx([row.direct_value - row.serving_cost for row in values])


def test_who_has_left_is_worth_nothing_any_more(values: list[Row]) -> None:
    """One in four."""
    assert sum(row.value == 0 for row in values) == PEOPLE / 4


def test_all_parts_of_what_a_title_cost_are_handed_out(values: list[Row]) -> None:
    assert sum(row.demand_value for row in values) == pytest.approx(470.0)


def test_a_region_is_released_to_two_digits(work: Workspace, values: list[Row]) -> None:
    """Of 64 subscribers; 32 of the other region are too few, by themselves and as all others."""
    (row,) = work.lake.published().read(RELEASED).collect()
    assert (row.region, row.subscribers) == ("FR-IDF", 60)
    of_region = [value for value in values if value.region == "FR-IDF"]
    assert row.revenue_total == float(f"{sum(value.revenue for value in of_region):.1e}")
    assert row.value_mean == float(f"{sum(value.value for value in of_region) / len(of_region):.1e}")


@pytest.mark.parametrize("name", ["viewer-1", "pseudonym"])
def test_worth_explains_each_part(work: Workspace, values: list[Row], name: str) -> None:
    row = next(value for value in values if value.account_key == account(1))
    asked = work.key.pseudonym("profile", "viewer-1") if name == "pseudonym" else name
    text = "\n".join(worth(work.settings, work.key, asked))
    for figure in (row.value, row.direct_value, row.demand_value):
        assert f"{figure:,.2f} USD (95 % interval" in text
    assert f"They paid {row.revenue} USD" in text
    assert f"2. What it costs to serve them: {row.serving_cost:,.2f} USD" in text
    assert "not measured yet by how much personal lists are better" in text


def test_worth_names_nobody(work: Workspace) -> None:
    text = "\n".join(worth(work.settings, work.key, "viewer-1"))
    assert [name for name in ("viewer-1", account(1), work.key.pseudonym("profile", "viewer-1")) if name in text] == []


@pytest.mark.parametrize(("given", "says"), [("viewer-1\n", "What their data adds"), ("", "Which profile?")])
def test_worth_reads_the_profile_from_standard_input(
    work: Workspace, monkeypatch: pytest.MonkeyPatch, given: str, says: str
) -> None:
    monkeypatch.setenv("PLAYHEAD_HOME", str(work.settings.home))
    told = CliRunner().invoke(app, ["worth"], input=given)
    assert says in told.stdout + str(told.exception)


def test_worth_takes_nobody_on_the_command_line(work: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYHEAD_HOME", str(work.settings.home))
    assert CliRunner().invoke(app, ["worth", "viewer-1"]).exit_code == 2


def test_worth_of_a_stranger_says_what_to_give(work: Workspace) -> None:
    with pytest.raises(WrongUsageError, match="No subscriber with that profile watched anything from May 2026"):
        worth(work.settings, work.key, "nobody")


def test_a_missing_exchange_rate_is_named(work: Workspace, tmp_path: Path) -> None:
    other = Workspace(Settings(home=tmp_path / "home", exchange_rates={"USD": 1.0}))
    other.lake = copied_workspace(work, tmp_path / "home").lake
    later = watched(work, 1) | {"session_id": "june", "session_date": date(2026, 6, 1)}
    rows = make_rows(other.lake.spark, VIEWING_SESSIONS, [later])
    other.lake.replace_dates(VIEWING_SESSIONS, rows, [date(2026, 6, 1)])
    publish(other.lake, [VIEWING_SESSIONS], "gold", datetime.now(UTC))
    with pytest.raises(WrongUsageError, match="no exchange rate for EUR"):
        run_value(other)
