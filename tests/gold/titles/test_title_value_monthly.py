from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from expectations.gate import Gate
from jobs.contracts.gold import (
    HOURS_BY_MONTH,
    TITLE_ENGAGEMENT_DAILY,
    TITLE_PROGRESS,
    TITLE_VALUE_MONTHLY,
    VIEWING_SESSIONS,
)
from jobs.contracts.silver import SUBSCRIPTIONS, TITLES
from jobs.errors import GateFailedError
from jobs.gold.demand.hours_by_month import hours_by_month
from jobs.gold.titles.title_value_monthly import title_value_monthly
from tests.factories import NOON, make_rows

MAY, JUNE, NEWEST = date(2026, 5, 1), date(2026, 6, 1), date(2026, 6, 10)


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def play(started_at: datetime, account: str, title: str, country: str | None = "FR", **others: Any) -> dict[str, Any]:
    """An hour of a title whose runtime is known."""
    return {
        "session_id": f"{account}, {title}, {started_at}",
        "session_date": started_at.date(),
        "started_at": started_at,
        "account_key": account,
        "profile_key": f"viewer of {account}",
        "title_id": title,
        "country": country,
        "watched_seconds": 3600.0,
        "has_completed_on": None,
        "has_seen": 0.5,
        **others,
    }


def seen(month: int, day: int) -> dict[str, Any]:
    return {"has_completed_on": date(2026, month, day), "has_seen": 1.0}


NO_RUNTIME = {"has_seen": None}
# 300 for the 30 days of June is 10 a day; 730 for 2026 and 2027 is 1 a day.
LICENCE = {"licence_cost": Decimal("300.00"), "licence_currency": "EUR", "licence_start": JUNE}
TITLE_ROWS = [
    {"title_id": "june", **LICENCE, "licence_end": date(2026, 6, 30)},
    {"title_id": "two years", "licence_start": date(2026, 1, 1), "licence_end": date(2027, 12, 31)}
    | {"licence_cost": Decimal("730.00"), "licence_currency": "USD"},
    {"title_id": "to the 4th", **LICENCE, "licence_end": date(2026, 6, 4)},
    {"title_id": "endless", **LICENCE, "licence_end": None},
    {"title_id": "over", **LICENCE, "licence_start": MAY, "licence_end": date(2026, 5, 31)},
    {"title_id": "trailer", **LICENCE, "kind": "trailer"},
    {"title_id": "no price", **LICENCE, "licence_end": date(2026, 6, 30), "licence_cost": None},
    {"title_id": "unplayed", **LICENCE, "licence_end": date(2026, 6, 30), "countries": ["FR", "DE", "FR"]},
    {"title_id": "unplayed, accelerated", **LICENCE, "licence_end": date(2026, 6, 30)}
    | {"licence_amortisation": "accelerated"},
]
PERIODS: list[dict[str, Any]] = [
    {"account_key": "came in April", "started_at": at(4, 1)},
    {"account_key": "came in May", "started_at": at(5, 20)},
    {"account_key": "came in June", "started_at": at(6, 2)},
    {"account_key": "left and came back", "started_at": at(3, 1), "ended_at": at(4, 1)},
    {"account_key": "left and came back", "started_at": at(6, 5)},
    {"account_key": "came in June", "started_at": at(6, 8)},
]
PLAYS = [
    play(at(6, 2, 12), "came in June", "trailer", "IT"),
    play(at(6, 2, 13), "came in June", "two years"),
    play(at(6, 2, 14), "came in June", "june", **seen(6, 1)),
    play(at(6, 1), "came in June", "june", **seen(6, 1)),
    play(at(6, 9), "came in June", "june", **seen(6, 1)),
    play(at(6, 3), "came in April", "june"),
    play(at(6, 3), "came in April", "june", "DE"),
    play(at(5, 21), "came in May", "over", watched_seconds=0.0),
    play(at(6, 18), "came in May", "june", "DE", **seen(6, 18)),
    play(at(6, 6), "left and came back", "to the 4th", None),
    play(at(6, 4), "left and came back", "endless", **NO_RUNTIME),
    *(play(at(6, 9), "never subscribed", title) for title in ("over", "no price")),
    play(at(5, 30), "came in April", "two years", **seen(5, 30)),
]
FACTS = [
    (JUNE, "trailer", "IT", "first_plays", 0),
    (JUNE, "june", "FR", "plays", 4),
    (JUNE, "june", "FR", "viewers", 2),
    (JUNE, "june", "FR", "watched_hours", 4.0),
    (JUNE, "june", "FR", "demand_share", 4 / 8),
    (JUNE, "june", "DE", "demand_share", 1.0),
    (JUNE, "june", "FR", "completed_views", 1),
    (JUNE, "june", "FR", "licence_currency", "EUR"),
    # Ten days so far; of its six hours four in France.
    (JUNE, "june", "FR", "monthly_licence_cost", 100.0 * 4 / 6),
    (JUNE, "june", "DE", "monthly_licence_cost", 100.0 * 2 / 6),
    (JUNE, "june", "FR", "cost_per_completed_view", 100.0 * 4 / 6),
    (MAY, "two years", "FR", "monthly_licence_cost", 31.0),
    (JUNE, "two years", "FR", "monthly_licence_cost", 10.0),
    (JUNE, "two years", "FR", "cost_per_completed_view", None),
    (MAY, "two years", "FR", "completed_views", 1),
    (JUNE, "to the 4th", "ZZ", "monthly_licence_cost", 300.0),
    (JUNE, "endless", "FR", "monthly_licence_cost", None),
    (JUNE, "over", "FR", "monthly_licence_cost", None),
    (JUNE, "no price", "FR", "monthly_licence_cost", None),
    (JUNE, "unplayed", "FR", "monthly_licence_cost", 50.0),
    (JUNE, "unplayed", "DE", "monthly_licence_cost", 50.0),
    (JUNE, "unplayed", "DE", "licence_currency", "EUR"),
    (JUNE, "unplayed", "DE", "plays", 0),
    (JUNE, "unplayed", "DE", "demand_share", 0.0),
    (JUNE, "unplayed", "DE", "cost_per_completed_view", None),
    # Of 30 + 29 + … + 1 = 465 parts, the first ten days have 30 + 29 + … + 21 = 255.
    (JUNE, "unplayed, accelerated", "ZZ", "monthly_licence_cost", 300.0 * 255 / 465),
    (MAY, "over", "ZZ", "monthly_licence_cost", 300.0),
    (JUNE, "two years", "FR", "first_plays", 1),
    (JUNE, "june", "FR", "first_plays", 0),
    # 29 days after signing up, and nothing played before.
    (JUNE, "june", "DE", "first_plays", 1),
    (MAY, "two years", "FR", "first_plays", 0),
    (JUNE, "to the 4th", "ZZ", "first_plays", 1),
    (JUNE, "june", "FR", "completed_share_by_cohort", {"2026-04": 0.0, "2026-06": 1.0, "unknown": 1.0}),
    (JUNE, "june", "DE", "completed_share_by_cohort", {"2026-04": 0.0, "2026-05": 1.0}),
    (JUNE, "endless", "FR", "completed_share_by_cohort", None),
    (JUNE, "to the 4th", "ZZ", "completed_share_by_cohort", {"2026-06": 0.0}),
]


def value(spark: SparkSession, plays: list[dict[str, Any]], periods: list[dict[str, Any]] = PERIODS) -> DataFrame:
    of_progress = {"has_completed_on": "completed_date", "has_seen": "completion_ratio"}
    progress = {
        tuple(row[name] for name in TITLE_PROGRESS.key): {name: row[name] for name in TITLE_PROGRESS.key}
        | {column: row[name] for name, column in of_progress.items()}
        for row in plays
    }
    return title_value_monthly(
        make_rows(
            spark, VIEWING_SESSIONS, [{name: row[name] for name in row if name not in of_progress} for row in plays]
        ),
        make_rows(spark, TITLE_PROGRESS, list(progress.values())),
        make_rows(spark, TITLES, TITLE_ROWS),
        make_rows(spark, SUBSCRIPTIONS, periods),
        NEWEST,
    )


def played(spark: SparkSession, plays: list[dict[str, Any]], periods: list[dict[str, Any]] = PERIODS) -> list[Row]:
    return value(spark, plays, periods).where("plays > 0").collect()


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[tuple[date, str, str], Row]:
    return {(row.month_start_date, row.title_id, row.country): row for row in value(spark, PLAYS).collect()}


@pytest.mark.parametrize(("month", "title", "country", "name", "expected"), FACTS)
def test_fact(
    found: dict[tuple[date, str, str], Row], month: date, title: str, country: str, name: str, expected: object
) -> None:
    assert found[month, title, country][name] == (pytest.approx(expected) if isinstance(expected, float) else expected)


def test_what_is_neither_played_nor_paid_for_has_no_row(found: dict[tuple[date, str, str], Row]) -> None:
    assert {title for month, title, _ in found if month == MAY} == {"two years", "over"}


def test_the_rows_of_a_month_add_up_to_what_its_titles_cost(found: dict[tuple[date, str, str], Row]) -> None:
    costs = {"june": 100.0, "two years": 10.0, "to the 4th": 300.0, "unplayed": 100.0}
    rows = [row for (month, title, _), row in found.items() if month == JUNE and title in costs]
    assert sum(row.monthly_licence_cost for row in rows) == pytest.approx(sum(costs.values()))


def test_who_plays_nothing_for_thirty_days_did_not_come_for_the_title(spark: SparkSession) -> None:
    signed_up = [{"account_key": account, "started_at": at(5, 2)} for account in ("in time", "too late")]
    plays = [play(at(6, 1, 11), "in time", "june"), play(at(6, 1, 12), "too late", "june")]
    (row,) = played(spark, plays, signed_up)
    assert (row.plays, row.first_plays) == (2, 1)


def test_plays_under_an_earlier_key_keep_their_cohort(spark: SparkSession) -> None:
    periods = [
        {"account_key": account, "key_epoch": epoch, "started_at": at(4, 1)} for epoch, account in enumerate(("a", "b"))
    ]
    (row,) = played(spark, [play(at(6, 1), "a", "june"), play(at(6, 2), "b", "june")], periods)
    assert row.completed_share_by_cohort == {"2026-04": 0.0}


def test_an_account_keeps_its_cohort_under_a_later_key(spark: SparkSession) -> None:
    """What is landed again need not go back to when it signed up."""
    account = {"account_link": "one account"}
    periods = [
        account | {"account_key": "a", "key_epoch": 1, "started_at": at(4, 1), "ended_at": at(5, 1)},
        account | {"account_key": "b", "key_epoch": 2, "started_at": at(5, 1)},
    ]
    (row,) = played(spark, [play(at(6, 1), "a", "june"), play(at(6, 2), "b", "june")], periods)
    assert row.completed_share_by_cohort == {"2026-04": 0.0}


def test_two_evenings_over_the_end_of_a_month_are_one_completed_view_of_the_second(spark: SparkSession) -> None:
    plays = [play(at(5, 31), "came in April", "june"), play(at(6, 1), "came in April", "june", **seen(6, 1))]
    found = {row.month_start_date: row for row in played(spark, plays)}
    assert {month: row.completed_views for month, row in found.items()} == {MAY: 0, JUNE: 1}
    assert found[JUNE].completed_share_by_cohort == {"2026-04": 1.0}


def test_who_sees_it_whole_again_completes_it_again(spark: SparkSession) -> None:
    plays = [play(at(5, 31), "came in April", "june", **seen(5, 31))]
    plays += [play(at(6, day), "came in April", "june", **seen(5, 31), is_completed=day == 9) for day in (8, 9)]
    found = {row.month_start_date: row.completed_views for row in played(spark, plays)}
    assert found == {MAY: 1, JUNE: 1}


@pytest.mark.parametrize(("hours", "share"), [(2.0 + 1 / 3600, 1.0), (2.0, 0.999)], ids=["hours", "share"])
def test_the_gate_holds_months_against_their_dates(
    spark: SparkSession, tmp_path: Path, hours: float, share: float
) -> None:
    by_date = [{"session_date": JUNE + timedelta(days=day), "country": "FR", "watched_hours": 1.0} for day in range(2)]

    def sums(watched_hours: float, demand_share: float) -> DataFrame:
        of_month = {"month_start_date": JUNE, "country": "FR"}
        values = [of_month | {"watched_hours": watched_hours, "demand_share": demand_share}]
        return hours_by_month(
            make_rows(spark, TITLE_VALUE_MONTHLY, values), make_rows(spark, TITLE_ENGAGEMENT_DAILY, by_date)
        )

    gate = Gate(tmp_path, lambda: NOON)
    gate.judge(HOURS_BY_MONTH, sums(2.0, 1.0), "load")
    with pytest.raises(GateFailedError, match="1 of 1 rows"):
        gate.judge(HOURS_BY_MONTH, sums(hours, share), "load")
