"""Subscriber value: what each subscriber is worth, month by month."""

import logging
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.config import Settings
from jobs.contracts.gold import (
    INTERACTIONS,
    REVENUE_OF_FEED,
    SUBSCRIBER_VALUE_MONTHLY,
    TITLE_VALUE_MONTHLY,
    VIEWING_SESSIONS,
)
from jobs.contracts.published import MONTH, RELEASES
from jobs.contracts.silver import CONSENTS, SEEN_PROFILES, SUBSCRIPTIONS
from jobs.errors import WrongUsageError
from jobs.expressions.periods import first_of_month, month_start
from jobs.gold.sessions.newest_date import newest_full_date
from jobs.gold.subscribers.tenures import tenures
from jobs.privacy.consenting_profiles import PERSONALISATION, consenting_profiles
from jobs.privacy.consents_of_profiles import consents_of_profiles
from jobs.recommender.learning.gain_since import MeasuredGain, gain_since
from jobs.recommender.learning.preferences import preferences
from jobs.recommender.learning.recipe import EXPERIMENT, LEARNT_TO_TAG, RECIPE_TAG, Recipe
from jobs.recommender.learning.registry import in_use
from jobs.storage import tracking
from jobs.storage.candidates import Candidate
from jobs.storage.lake import Lake, PublishedLake
from jobs.storage.local_rows import local_rows
from jobs.value.demand_value import demand_values
from jobs.value.drawn import Drawn
from jobs.value.expected_worth import Prospects, monthly_gain
from jobs.value.feed_revenue import fed_in_month, revenue_of_feed
from jobs.value.life_table import LifeTable, ends_by_month, remaining_months
from jobs.value.revenue import paid_in_month
from jobs.value.subscriber_value_monthly import (
    Assumptions,
    places,
    subscriber_value_monthly,
    subscribers,
    training_shares,
    with_personal_lists,
)

logger = logging.getLogger(__name__)

# From fewer it cannot be told how long others stay: of nobody who left, everybody stays for ever.
FEWEST_LEAVERS = 10


@dataclass(frozen=True)
class Month:
    """A month by its first day, and the last day of it that is known of."""

    start: date
    as_of: date

    @property
    def days(self) -> list[date]:
        return [self.start + timedelta(days=day) for day in range((self.as_of - self.start).days + 1)]


def build_subscriber_value(lake: Lake, gold: PublishedLake, settings: Settings, today: date) -> list[Candidate]:
    """Values the subscribers of the months that are not valued up to their last day, or not released.

    They follow what gold has published, and what the recommender's champion gains on the days since it was chosen.
    Raises `tracking.TrackingUnavailableError`, and `WrongUsageError` where there is an exchange rate for nobody.
    """
    lake.suit_queries(VIEWING_SESSIONS)
    newest = newest_full_date(gold.dates(VIEWING_SESSIONS), today)
    months = _months_to_value(gold, newest)
    gain = _measured_gain(lake, gold, settings, newest) if months else None
    return [candidate for month in months for candidate in _of_month(lake, gold, settings, month, gain)]


def _months_to_value(gold: PublishedLake, newest: date) -> list[Month]:
    """Those with sessions, up to `newest` where they go on."""
    first = month_start("session_date").alias("month_start_date")
    as_of = F.least(F.last_day("month_start_date"), F.lit(newest)).alias("as_of_date")
    months = gold.read(VIEWING_SESSIONS).where(F.col("session_date") <= F.lit(newest)).select(first).distinct()
    valued = gold.read(SUBSCRIBER_VALUE_MONTHLY).select("month_start_date", "as_of_date").distinct()
    month_before = first_of_month(first_of_month(newest) - timedelta(days=1))
    released = gold.read(RELEASES).where((F.col("period") == MONTH) & (F.col("period_start_date") >= month_before))
    # What is released stays; before that, a new model or another setting counts.
    is_settled = valued.where(F.col("month_start_date") < month_before).unionByName(
        valued.join(released, on=F.col("month_start_date") == F.col("period_start_date"), how="left_semi")
    )
    due = months.select("month_start_date", as_of).join(
        is_settled, on=["month_start_date", "as_of_date"], how="left_anti"
    )
    return [Month(row.month_start_date, row.as_of_date) for row in due.orderBy("month_start_date").collect()]


def _measured_gain(lake: Lake, gold: PublishedLake, settings: Settings, newest: date) -> MeasuredGain | None:
    """By how much personal lists are better than what the others get; None while nothing tells."""
    tracking.connect(settings, EXPERIMENT)
    champion = in_use().champion
    if champion is None:
        return None
    known = gold.read(INTERACTIONS).where(F.col("session_date") <= F.lit(newest))
    recipe, learnt_to = Recipe.of_text(champion.tags[RECIPE_TAG]), date.fromisoformat(champion.tags[LEARNT_TO_TAG])
    return gain_since(known, _agreed(lake, newest), recipe, learnt_to, newest)


def _agreed(lake: Lake, day: date) -> DataFrame:
    """One row a profile that gets personal lists."""
    consents = lake.read(CONSENTS).transform(consents_of_profiles, lake.read(SEEN_PROFILES))
    return consenting_profiles(consents, PERSONALISATION, day)


def _of_month(
    lake: Lake, gold: PublishedLake, settings: Settings, month: Month, gain: MeasuredGain | None
) -> list[Candidate]:
    subscriptions = lake.read(SUBSCRIPTIONS)
    rates = local_rows(lake.spark, list(settings.exchange_rates.items()), "currency string, exchange_rate double")
    sessions = gold.read_dates(VIEWING_SESSIONS, "session_date", month.days).localCheckpoint()
    paid = paid_in_month(subscriptions, rates, month.start, month.as_of).localCheckpoint()
    costs = _costs(gold.read_dates(TITLE_VALUE_MONTHLY, "month_start_date", [month.start]), rates).localCheckpoint()
    paid = _in_known_money(paid, costs, month)
    of_accounts = tenures(subscriptions, month.as_of).localCheckpoint()
    regions = places(sessions).localCheckpoint()
    agreed = _agreed(lake, month.as_of).localCheckpoint()
    learnt = gold.read_dates(INTERACTIONS, "session_date", month.days).join(agreed, on="profile_key", how="left_semi")
    of_month = subscribers(paid, of_accounts, regions).localCheckpoint()
    listeners = of_month.join(with_personal_lists(sessions, agreed), on="account_key", how="left_semi").count()
    prospects = Prospects(
        _remaining(of_accounts, paid, settings),
        monthly_gain(gain.estimate if gain else None, listeners, settings.quality_value),
        settings.serving_cost,
    )
    values = subscriber_value_monthly(
        of_month,
        training_shares(preferences(learnt), sessions),
        demand_values(sessions, costs),
        prospects,
        month.start,
        month.as_of,
        gain,
        Assumptions(
            currency=settings.value_currency,
            discount_rate=settings.discount_rate,
            horizon_months=settings.horizon_months,
            serving_cost=settings.serving_cost,
            quality_value=settings.quality_value,
            exchange_rates=settings.exchange_rates,
        ),
    ).localCheckpoint()
    fed = fed_in_month(subscriptions, rates, month.start, month.as_of)
    return [
        Candidate(REVENUE_OF_FEED, lake.at_hand(revenue_of_feed(values, fed, month.start))),
        Candidate(SUBSCRIBER_VALUE_MONTHLY, lake.at_hand(values), [month.start]),
    ]


def _costs(title_values: DataFrame, rates: DataFrame) -> DataFrame:
    known = title_values.where(F.col("monthly_licence_cost").isNotNull() & F.col("licence_currency").isNotNull())
    in_currency = known.withColumnRenamed("licence_currency", "currency").join(
        F.broadcast(rates), on="currency", how="left"
    )
    cost = (F.col("monthly_licence_cost") * F.col("exchange_rate")).alias("cost")
    return in_currency.select("title_id", "country", "currency", "exchange_rate", cost)


def _in_known_money(paid: DataFrame, costs: DataFrame, month: Month) -> DataFrame:
    """The periods of those who pay in currencies with an exchange rate; what the others pay cannot be told.

    Titles that cost another money have no cost. Raises `WrongUsageError` where nobody is left.
    """
    unknown = F.col("exchange_rate").isNull()
    found = paid.where(unknown).select("currency", F.lit("pay").alias("who"))
    found = found.unionByName(costs.where(unknown).select("currency", F.lit("cost").alias("who")))
    missing = sorted((row.currency, row.who) for row in found.distinct().collect())
    if not missing:
        return paid
    currencies = ", ".join(dict.fromkeys(currency for currency, _ in missing))
    advice = "Add it to PLAYHEAD_EXCHANGE_RATES, or exchange_rates in playhead.toml."
    others = paid.join(paid.where(unknown).select("account_key"), on="account_key", how="left_anti").localCheckpoint()
    if others.isEmpty() and any(who == "pay" for _, who in missing):
        raise WrongUsageError(
            f"There is no exchange rate for {currencies}, in which subscribers pay or titles cost. {advice}"
        )
    logger.warning(
        "value: %s: no exchange rate for %s. Who pays in it is not valued, and titles that cost it have no cost. %s",
        f"{month.start:%B %Y}",
        currencies,
        advice,
    )
    return others


def _remaining(of_accounts: DataFrame, paid: DataFrame, settings: Settings) -> dict[str, Drawn]:
    """By running month, for each plan that is paid for. A plan that few have left goes by all."""
    ends = ends_by_month(of_accounts).collect()
    plans = sorted(row.plan for row in paid.select("plan").distinct().collect())
    longest = max((row.month for row in ends), default=0)
    remaining = {}
    for plan in plans:
        of_plan = [row for row in ends if row.plan == plan]
        if sum(row.left + row.not_renewed for row in of_plan) < FEWEST_LEAVERS:
            of_plan = ends
        left, not_renewed, censored = np.zeros((3, longest + 1), dtype=np.int64)
        for row in of_plan:
            left[row.month] += row.left
            not_renewed[row.month] += row.not_renewed
            censored[row.month] += row.censored
        table = LifeTable(left, not_renewed, censored)
        remaining[plan] = remaining_months(table, settings.horizon_months, settings.discount_rate)
    return remaining
