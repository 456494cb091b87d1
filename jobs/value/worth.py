"""`playhead worth`: one subscriber's row, part by part, in words."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from jobs.config import Settings
from jobs.contracts.gold import SUBSCRIBER_VALUE_MONTHLY, VIEWING_SESSIONS
from jobs.contracts.silver import SEEN_PROFILES
from jobs.contracts.table import Table
from jobs.errors import WrongUsageError
from jobs.privacy.keys import PseudonymKey
from jobs.privacy.profile_keys import profile_keys
from jobs.storage.stored_tables import open_published, rows_of, stored_rows

Row = dict[str, Any]
# What was given, its pseudonym as an id alone, and as the profile of an account.
_OF_ONE_PROFILE = 3


def worth(settings: Settings, key: PseudonymKey, profile: str) -> list[str]:
    """Paragraphs that explain what the subscriber behind a profile is worth, as estimated for the latest month.

    `profile` is the profile's id, or its pseudonym. The month is the latest one that is over, else the latest, in
    which it watched and its account paid. Raises `WrongUsageError` where there is none.
    """
    # Rows of earlier versions are sums of other parts.
    values = _published(settings, SUBSCRIBER_VALUE_MONTHLY).filter(pl.col("serving_cost").is_not_null())
    months = dict(values.select("month_start_date", "as_of_date").collect().iter_rows())
    if not months:
        raise _nothing_valued()
    sessions = _published(settings, VIEWING_SESSIONS)
    pseudonyms = pseudonyms_of(stored_rows(settings, SEEN_PROFILES), key, profile)
    for month in preferred(months):
        days = [month + timedelta(days=day) for day in range((months[month] - month).days + 1)]
        watching = sessions.filter(pl.col("session_date").is_in(days), pl.col("profile_key").is_in(pseudonyms))
        if accounts := watching.collect()["account_key"].unique().to_list():
            of_month = values.filter(pl.col("month_start_date") == month, pl.col("account_key").is_in(accounts))
            if rows := of_month.collect().to_dicts():
                return in_words(rows[0])
    raise WrongUsageError(
        f"No subscriber with that profile watched anything from {min(months):%B %Y} to {max(months):%B %Y} and paid "
        "for it. Give the profile's id as the source has it, or its whole pseudonym."
    )


def pseudonyms_of(seen: pl.LazyFrame | None, key: PseudonymKey, profile: str) -> list[str]:
    """What the profile's rows may be under, whether `profile` is its id or its pseudonym.

    Raises `WrongUsageError` where it is the id of profiles of several accounts.
    """
    found = [profile, *profile_keys(seen, key, [profile])]
    if len(found) > _OF_ONE_PROFILE:
        raise WrongUsageError(
            "Several accounts have a profile of that id. Give the whole pseudonym of the one you mean."
        )
    return found


def preferred(months: Mapping[date, date]) -> list[date]:
    """Months by the day that they are known up to, the one to tell of first: the latest that is over.

    >>> preferred({date(2026, 5, 1): date(2026, 5, 31), date(2026, 6, 1): date(2026, 6, 2)})
    [datetime.date(2026, 5, 1), datetime.date(2026, 6, 1)]
    """

    def is_over(month: date) -> bool:
        return (months[month] + timedelta(days=1)).month != month.month

    return sorted(months, key=lambda month: (is_over(month), month), reverse=True)


def in_words(row: Row) -> list[str]:
    """A paragraph a part of the value, and what it rests on."""
    assumed = dict(row["assumptions"])
    horizon = f"{assumed['horizon_months']:.0f}"
    return [
        f"{row['month_start_date']:%B %Y}, as known on {row['as_of_date']:%-d %B}: a subscriber of the plan "
        f"{row['plan']} in {row['region'] or row['country'] or 'a place that is not known'}, for "
        f"{row['whole_months_subscribed'] or 0} whole months. Over the next {horizon} months they are worth an "
        f"estimated {_money(row, 'value')} {_interval(row, 'value')}: what they are expected to pay, less what it "
        "costs to serve them, and what their data adds.",
        _pays(row, assumed, horizon),
        _costs(row, assumed),
        _adds(row, assumed),
        f"Beside the sum, the demand they show: {_money(row, 'demand_value')} {_interval(row, 'demand_value')}. They "
        f"watched {row['demand_hours'] or 0:,.1f} hours of titles whose cost is known. Of what each title cost in the "
        "month in their country, their part is their part of all hours that it was watched there. It says which titles "
        "they are paid for, and is no money that anybody gets from them.",
        f"Amounts are in {row['currency']}"
        + (
            f", at {assumed['exchange_rate']:g} for a unit of the money that they pay in."
            if assumed.get("exchange_rate") not in (None, 1.0)
            else "."
        )
        + " An interval says how far the estimate may be off because only so many people were observed. Other "
        "assumptions give other values: see Settings in the README.",
    ]


def _pays(row: Row, assumed: dict[str, float], horizon: str) -> str:
    paid = (
        f"1. What they are expected to pay: {_money(row, 'direct_value')} {_interval(row, 'direct_value')}. "
        f"They paid {row['revenue']:,.2f} {row['currency']} for the month up to {row['as_of_date']:%-d %B}"
    )
    if not row["remaining_months"]:
        return f"{paid}, and have left: nothing more is expected."
    return (
        f"{paid}; that is past, and not in the sum. From now on it is {row['price_value']:,.2f} for each month that "
        f"they stay. The next {horizon} months count as {row['remaining_months']:.1f}: each by the chance that they "
        f"still subscribe then, and by {assumed['discount_rate']:.0%} a year less for being later. The chance is from "
        "how long others stayed, those with the same plan where ten or more of them have left, and from how long this "
        "one is there: who has renewed has that renewal behind them."
    )


def _costs(row: Row, assumed: dict[str, float]) -> str:
    return (
        f"2. What it costs to serve them: {_money(row, 'serving_cost')}. Delivery, payments and support are assumed to "
        f"cost {assumed['serving_cost']:,.2f} {row['currency']} for each of those months. Titles are not in it: they "
        "cost the same with one subscriber more."
    )


def _adds(row: Row, assumed: dict[str, float]) -> str:
    if row["teaching_value"] is None:
        return (
            "3. What their data adds: not estimated, because it is not measured yet by how much personal lists are "
            "better than what is popular. `playhead train` chooses a model for them, where one is better; on the days "
            "after that, `playhead audience` measures by how much."
        )
    gain = f"{assumed['ndcg_gain']:.3f} ({assumed['ndcg_gain_low']:.3f} to {assumed['ndcg_gain_high']:.3f})"
    return (
        f"3. What their data adds: {_money(row, 'teaching_value')} {_interval(row, 'teaching_value')}. Of what "
        f"the recommender learns from the month, {row['training_share'] or 0:.2%} comes from them. In the "
        f"{assumed['ndcg_gain_days']:.0f} days since it was chosen, lists made for {assumed['ndcg_gain_viewers']:,.0f} "
        f"viewers reached an nDCG@10 that is {gain} above that of what is popular, which the others get: they have "
        "what people go on to like nearer to the top. Each 0.01 of that is assumed to be worth "
        f"{assumed['quality_value']:g} {row['currency']} a month to each subscriber who gets such lists; their share "
        "of that counts for as long as they are expected to stay."
    )


def _money(row: Row, name: str) -> str:
    return f"{row[name]:,.2f} {row['currency']}"


def _interval(row: Row, name: str) -> str:
    return f"(95 % interval {row[f'{name}_low']:,.2f} to {row[f'{name}_high']:,.2f})"


def _published(settings: Settings, table: Table) -> pl.LazyFrame:
    stored = open_published(settings, table)
    if stored is None:
        raise _nothing_valued()
    return rows_of(stored, table)


def _nothing_valued() -> WrongUsageError:
    return WrongUsageError(
        "No subscriber was valued yet. `playhead audience` does it, where gold has sessions and silver subscriptions."
    )
