from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.recommender.evaluation.estimate import Estimate
from jobs.recommender.learning.gain_since import MeasuredGain
from jobs.storage.local_rows import local_rows
from jobs.value.drawn import REPLICATES, Drawn
from jobs.value.expected_worth import Prospects, monthly_gain
from jobs.value.subscriber_value_monthly import (
    Assumptions,
    places,
    subscriber_value_monthly,
    subscribers,
    training_shares,
    with_personal_lists,
)
from tests.factories import make_rows

MAY, END = date(2026, 5, 1), date(2026, 5, 31)
EARLIER, LATER = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 20, tzinfo=UTC)
PAID = (
    "account_key string, plan string, country string, started_at timestamp, currency string, price_value double, "
    "exchange_rate double, revenue decimal(18,2), is_running boolean"
)
DEMAND = (
    "account_key string, demand_hours double, demand_value double, demand_value_low double, demand_value_high double"
)
ASSUMED = Assumptions("USD", 0.1, 24, 2.0, 0.02, {"USD": 1.0, "EUR": 1.1})
GAIN = MeasuredGain(Estimate(0.20, 0.15, 0.30), viewers=80, days=7)


def always(*months: float) -> Drawn:
    """So many months by running month, in each replicate too."""
    return Drawn(np.array(months), np.tile(months, (REPLICATES, 1)))


def of_month(spark: SparkSession) -> DataFrame:
    """`stays` has changed to another plan on the 20th; `left` has left."""
    paid = [
        ("stays", "basic", "FR", EARLIER, "EUR", 11.0, 1.1, Decimal("6.00"), False),
        ("stays", "premium", "FR", LATER, "EUR", 22.0, 1.1, Decimal("8.00"), True),
        ("left", "basic", "US", EARLIER, "USD", 10.0, 1.0, Decimal("3.00"), False),
    ]
    tenures = [("stays", 5.9, False, EARLIER), ("left", 0.3, True, EARLIER)]
    watched = [("stays", "FR-IDF", 600.0), ("stays", "FR-PAC", 900.0), ("stays", None, 5000.0)]
    sessions: list[dict[str, Any]] = [
        {"session_id": f"s{n}", "account_key": who, "region": region, "watched_seconds": seconds}
        for n, (who, region, seconds) in enumerate(watched)
    ]
    browsed = {"session_id": "preview", "account_key": "stays", "region": "FR-BRE", "is_preview": True}
    sessions.append(browsed | {"watched_seconds": 9000.0})
    return subscribers(
        local_rows(spark, paid, PAID),
        local_rows(spark, tenures, "account_key string, months double, has_left boolean, started_at timestamp"),
        places(make_rows(spark, VIEWING_SESSIONS, sessions)),
    )


def values(spark: SparkSession, gain: MeasuredGain | None) -> dict[str, Row]:
    demand = [("stays", 3.0, 40.0, 30.0, 50.0)]
    training = [("stays", 0.75), ("left", 0.25)]
    rows = subscriber_value_monthly(
        of_month(spark),
        local_rows(spark, training, "account_key string, training_share double"),
        local_rows(spark, demand, DEMAND),
        Prospects(
            {"premium": always(9, 9, 9, 9, 9, 10), "basic": always(5)},
            monthly_gain(gain.estimate if gain else None, 2, 0.02),
            2.0,
        ),
        MAY,
        END,
        gain,
        ASSUMED,
    ).collect()
    return {row.account_key: row for row in rows}


@pytest.fixture(scope="module")
def valued(spark: SparkSession) -> dict[str, Row]:
    return values(spark, GAIN)


# They will pay 22 × 10, and cost 2 × 10. What is learnt: 3/4 of 2 subscribers × 20 hundredths × 0.02, × 10 months.
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("revenue", Decimal("14.00")),
        ("plan", "premium"),
        ("region", "FR-PAC"),
        ("whole_months_subscribed", 5),
        ("remaining_months", 10.0),
        ("direct_value", 220.0),
        ("serving_cost", 20.0),
        ("teaching_value", 6.0),
        ("demand_value", 40.0),
        ("demand_value_high", 50.0),
        ("value", 206.0),
    ],
)
def test_a_subscriber_who_goes_on(valued: dict[str, Row], name: str, expected: Any) -> None:
    assert valued["stays"][name] == (pytest.approx(expected) if isinstance(expected, float) else expected)


def test_the_interval_of_the_sum_is_that_of_what_data_adds_where_all_else_is_sure(valued: dict[str, Row]) -> None:
    stays = valued["stays"]
    assert stays.teaching_value_low < stays.teaching_value < stays.teaching_value_high
    assert (stays.value_low, stays.value_high) == pytest.approx(
        (200 + stays.teaching_value_low, 200 + stays.teaching_value_high)
    )


def test_who_has_left_is_worth_nothing_any_more(valued: dict[str, Row]) -> None:
    left = valued["left"]
    assert (left.revenue, left.remaining_months, left.direct_value, left.serving_cost, left.value) == (3, 0, 0, 0, 0)


def test_assumptions_stand_in_the_row(valued: dict[str, Row]) -> None:
    assert valued["stays"].assumptions == {
        "discount_rate": 0.1,
        "horizon_months": 24.0,
        "serving_cost": 2.0,
        "quality_value": 0.02,
        "ndcg_gain": 0.20,
        "ndcg_gain_low": 0.15,
        "ndcg_gain_high": 0.30,
        "ndcg_gain_viewers": 80.0,
        "ndcg_gain_days": 7.0,
        "exchange_rate": 1.1,
        "exchange_rate_USD": 1.0,
        "exchange_rate_EUR": 1.1,
    }


def test_without_a_measured_model_teaching_is_not_known(spark: SparkSession) -> None:
    stays = values(spark, None)["stays"]
    assert (stays.teaching_value, stays.value) == (None, pytest.approx(200.0))


def test_an_account_with_periods_in_two_countries_is_in_one(spark: SparkSession) -> None:
    """It goes on in France; what began later in Germany is over."""
    paid = local_rows(
        spark,
        [
            ("a", "basic", "FR", EARLIER, "EUR", 11.0, 1.1, Decimal("8.00"), True),
            ("a", "basic", "DE", LATER, "EUR", 11.0, 1.1, Decimal("1.00"), False),
        ],
        PAID,
    )
    nowhere = local_rows(spark, [], "account_key string, region string")
    tenures = local_rows(
        spark, [("a", 1.0, False, EARLIER)], "account_key string, months double, has_left boolean, started_at timestamp"
    )
    (row,) = subscribers(paid, tenures, nowhere).collect()
    assert (row.country, row.revenue) == ("FR", Decimal("9.00"))


def test_learning_is_shared_by_the_strength_of_what_was_liked(spark: SparkSession) -> None:
    sessions = [
        {"session_id": "1", "profile_key": "child", "account_key": "family"},
        {"session_id": "2", "profile_key": "parent", "account_key": "family"},
        {"session_id": "3", "profile_key": "single", "account_key": "one"},
    ]
    liked = [("child", "film", 1.0), ("parent", "film", 2.0), ("single", "film", 1.0)]
    rows = training_shares(
        local_rows(spark, liked, "profile_key string, title_id string, strength double"),
        make_rows(spark, VIEWING_SESSIONS, sessions),
    ).collect()
    assert {row.account_key: row.training_share for row in rows} == {"family": 0.75, "one": 0.25}


def test_a_household_gets_personal_lists_where_one_of_it_agreed(spark: SparkSession) -> None:
    sessions = [
        {"session_id": "1", "profile_key": "child", "account_key": "family"},
        {"session_id": "2", "profile_key": "parent", "account_key": "family"},
        {"session_id": "3", "profile_key": "single", "account_key": "one"},
    ]
    agreed = local_rows(spark, [("parent",), ("was not there",)], "profile_key string")
    found = with_personal_lists(make_rows(spark, VIEWING_SESSIONS, sessions), agreed).collect()
    assert [row.account_key for row in found] == ["family"]
