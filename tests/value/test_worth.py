import doctest
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from jobs.errors import WrongUsageError
from jobs.privacy.keys import PseudonymKey
from jobs.value import worth
from jobs.value.worth import in_words, pseudonyms_of

ROW: dict[str, Any] = {
    "month_start_date": date(2026, 5, 1),
    "as_of_date": date(2026, 5, 31),
    "country": "FR",
    "region": "FR-PAC",
    "plan": "basic",
    "whole_months_subscribed": 7,
    "currency": "USD",
    "revenue": Decimal("9.99"),
    "price_value": 9.99,
    "remaining_months": 12.5,
    "serving_cost": 25.0,
    "training_share": 0.004,
    "demand_hours": 3.0,
    **{
        f"{part}{end}": 100.0
        for part in ("direct_value", "teaching_value", "demand_value")
        for end in ("", "_low", "_high")
    },
    "value": 300.0,
    "value_low": 250.0,
    "value_high": 1350.5,
    "assumptions": {
        "discount_rate": 0.1,
        "horizon_months": 24.0,
        "serving_cost": 2.0,
        "quality_value": 0.02,
        "exchange_rate": 1.0,
        "ndcg_gain": 0.12,
        "ndcg_gain_low": 0.09,
        "ndcg_gain_high": 0.15,
        "ndcg_gain_days": 7.0,
        "ndcg_gain_viewers": 1234.0,
    },
}


def test_the_latest_month_that_is_over_is_told_of_first() -> None:
    assert doctest.testmod(worth).failed == 0


def test_the_sum_and_its_interval_come_first() -> None:
    assert in_words(ROW)[0] == (
        "May 2026, as known on 31 May: a subscriber of the plan basic in FR-PAC, for 7 whole months. Over the next 24 "
        "months they are worth an estimated 300.00 USD (95 % interval 250.00 to 1,350.50): what they are expected to "
        "pay, less what it costs to serve them, and what their data adds."
    )


def test_the_demand_they_show_stands_beside_the_sum() -> None:
    assert [part[:12] for part in in_words(ROW)[1:5]] == [
        "1. What they",
        "2. What it c",
        "3. What thei",
        "Beside the s",
    ]


def test_each_assumption_is_said() -> None:
    text = " ".join(in_words(ROW))
    for assumption in (
        "next 24 months",
        "10% a year",
        "are assumed to cost 2.00 USD for each of those months",
        "In the 7 days since it was chosen, lists made for 1,234 viewers",
        "Each 0.01 of that is assumed to be worth 0.02 USD a month to each subscriber who gets such lists",
    ):
        assert assumption in text


def test_what_data_adds_is_not_told_before_it_was_measured() -> None:
    assert in_words(ROW | {"teaching_value": None})[3].startswith("3. What their data adds: not estimated")


def test_who_has_left_is_said_to_have_left() -> None:
    text = in_words(ROW | {"remaining_months": 0.0, "price_value": None})[1]
    assert text.endswith("They paid 9.99 USD for the month up to 31 May, and have left: nothing more is expected.")


def test_a_profile_that_several_accounts_have_is_not_guessed() -> None:
    key = PseudonymKey(1, bytes(32))
    alone = key.pseudonym("profile", "1")
    seen = pl.LazyFrame({"profile_key": ["1 of a", "1 of b"], "profile_id_key": [alone, alone]})
    assert pseudonyms_of(seen.head(1), key, "1") == ["1", alone, "1 of a"]
    with pytest.raises(WrongUsageError, match="Several accounts have a profile of that id"):
        pseudonyms_of(seen, key, "1")
