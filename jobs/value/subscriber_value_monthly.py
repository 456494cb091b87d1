"""`gold.subscriber_value_monthly`: what a subscriber is worth, in three parts that are added up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import REVENUE_BY_REGION, SUBSCRIBER_VALUE_MONTHLY
from jobs.gold.sessions.viewing_sessions import is_play
from jobs.recommender.evaluation.estimate import Estimate
from jobs.storage.spark_schema import in_columns_of
from jobs.value.life_table import running_month
from jobs.value.revenue import paid_last

_ENDS = ("", "_low", "_high")
# The unit in which quality is valued: a hundredth of nDCG.
_HUNDREDTH = 0.01


@dataclass(frozen=True)
class Assumptions:
    """The settings of `jobs.config.Settings` that the estimates rest on."""

    currency: str
    discount_rate: float
    horizon_months: int
    quality_value: float
    exchange_rates: Mapping[str, float]


def subscribers(paid: DataFrame, tenures: DataFrame, places: DataFrame) -> DataFrame:
    """One row an account that paid for a part of the month: `revenue`, its last plan, where, and since when.

    `price_value` is the price of all periods that go on; of who may still renew, that of the last one.
    """
    latest = tenures.groupBy("account_key").agg(
        F.max_by("months", "started_at").alias("_months"), F.max_by("has_left", "started_at").alias("has_left")
    )
    return (
        paid.groupBy("account_key")
        .agg(
            F.sum("revenue").cast("decimal(18,2)").alias("revenue"),
            F.sum(F.when(F.col("is_running"), F.col("price_value"))).alias("_running_price"),
            F.max_by("price_value", paid_last()).alias("_last_price"),
            *(F.max_by(name, paid_last()).alias(name) for name in ("plan", "country", "exchange_rate")),
        )
        .join(latest, on="account_key", how="left")
        .join(places, on="account_key", how="left")
        .withColumn("price_value", F.coalesce("_running_price", F.when(~F.col("has_left"), F.col("_last_price"))))
        .withColumn("whole_months_subscribed", F.floor("_months").cast("int"))
        .withColumn("running_month", running_month(F.coalesce("_months", F.lit(0.0))))
        .drop("_months", "_running_price", "_last_price")
    )


def places(sessions: DataFrame) -> DataFrame:
    """One row an account: the `region` in which it watched most. Of equal ones, the last by name."""
    watched = sessions.where(is_play()).groupBy("account_key", "region").agg(F.sum("watched_seconds").alias("_seconds"))
    most = F.max_by("region", F.struct("_seconds", "region"))
    return watched.where(F.col("region").isNotNull()).groupBy("account_key").agg(most.alias("region"))


def training_shares(preferences: DataFrame, sessions: DataFrame) -> DataFrame:
    """One row an account that the recommender learns from: `training_share` of all that it learns of the month."""
    accounts = sessions.select("profile_key", "account_key").distinct()
    strengths = (
        preferences.drop("account_key")
        .join(accounts, on="profile_key", how="inner")
        .groupBy("account_key")
        .agg(F.sum("strength").alias("_strength"))
    )
    whole = strengths.agg(F.sum("_strength").alias("_all_strength"))
    return strengths.join(F.broadcast(whole), how="cross").select(
        "account_key", (F.col("_strength") / F.col("_all_strength")).alias("training_share")
    )


def subscriber_value_monthly(
    of_month: DataFrame,
    remaining: DataFrame,
    training: DataFrame,
    demand: DataFrame,
    month: date,
    as_of: date,
    gain: Estimate | None,
    assumed: Assumptions,
) -> DataFrame:
    """One row an account of `subscribers`, with its three parts and their sum.

    - direct: what it paid, and price × `remaining_months`, by plan and running month.
    - teaching: its share of what was learnt × subscribers × the gain of personal lists over popular titles, in
      hundredths of nDCG@10, × `quality_value`.
    - demand: see `jobs.value.demand_value`.

    The ends of the sum are the sums of the ends: the true interval is not wider.
    """
    number = of_month.agg(F.count("*").alias("_subscribers"))
    by_tenure = remaining.withColumnRenamed("months", "_tenure")
    longest = remaining.agg(F.max("months").alias("_longest"))
    has_left = F.coalesce("has_left", F.lit(True))
    joined = (
        of_month.join(F.broadcast(number), how="cross")
        .join(F.broadcast(longest), how="cross")
        .withColumn("_tenure", F.least("running_month", "_longest"))
        .join(F.broadcast(by_tenure), on=["plan", "_tenure"], how="left")
        .join(training, on="account_key", how="left")
        .join(demand, on="account_key", how="left")
    )
    quality = {end: _worth_of(gain, end, assumed) for end in _ENDS}
    parts: dict[str, Column] = {}
    for end in _ENDS:
        months = F.when(has_left, F.lit(0.0)).otherwise(F.col(f"remaining_months{end}"))
        parts[f"direct_value{end}"] = F.col("revenue").cast("double") + F.coalesce(
            F.col("price_value") * months, F.lit(0.0)
        )
        parts[f"teaching_value{end}"] = F.coalesce("training_share", F.lit(0.0)) * F.col("_subscribers") * quality[end]
        parts[f"demand_value{end}"] = F.coalesce(f"demand_value{end}", F.lit(0.0))
    sums = {
        f"value{end}": F.col(f"direct_value{end}")
        + F.coalesce(f"teaching_value{end}", F.lit(0.0))
        + F.col(f"demand_value{end}")
        for end in _ENDS
    }
    return (
        joined.withColumns(parts)
        .withColumns(sums)
        .withColumns(
            {
                "month_start_date": F.lit(month),
                "as_of_date": F.lit(as_of),
                "currency": F.lit(assumed.currency),
                "remaining_months": F.when(has_left, F.lit(0.0)).otherwise(F.col("remaining_months")),
                "assumptions": _assumptions(gain, assumed),
            }
        )
        .transform(in_columns_of, SUBSCRIBER_VALUE_MONTHLY)
    )


def revenue_by_region(values: DataFrame, paid: DataFrame, places: DataFrame, month: date) -> DataFrame:
    """One row a place: what the subscribers' rows say that was paid, and what the periods say."""
    place = F.concat_ws(" ", F.coalesce("country", F.lit("?")), F.coalesce("region", F.lit("?"))).alias("place")
    of_subscribers = values.groupBy(place).agg(F.sum("revenue").alias("revenue_of_subscribers"))
    country = paid.groupBy("account_key").agg(F.max_by("country", paid_last()).alias("country"))
    of_subscriptions = (
        paid.drop("country")
        .join(country, on="account_key", how="inner")
        .join(places, on="account_key", how="left")
        .groupBy(place)
        .agg(F.sum("revenue").alias("revenue_of_subscriptions"))
    )
    return (
        of_subscribers.join(of_subscriptions, on="place", how="full")
        .withColumn("month_start_date", F.lit(month))
        .transform(in_columns_of, REVENUE_BY_REGION)
    )


def _worth_of(gain: Estimate | None, end: str, assumed: Assumptions) -> Column:
    """What the personal lists are worth for one subscriber and month; null where no model was measured."""
    if gain is None:
        return F.lit(None).cast("double")
    hundredths = {"": gain.mean, "_low": gain.low, "_high": gain.high}[end] / _HUNDREDTH
    return F.lit(max(hundredths, 0.0) * assumed.quality_value)


def _assumptions(gain: Estimate | None, assumed: Assumptions) -> Column:
    of_all = {
        "discount_rate": assumed.discount_rate,
        "horizon_months": float(assumed.horizon_months),
        "quality_value": assumed.quality_value,
        **{f"exchange_rate_{currency}": rate for currency, rate in assumed.exchange_rates.items()},
    }
    if gain is not None:
        of_all |= {"ndcg_gain": gain.mean, "ndcg_gain_low": gain.low, "ndcg_gain_high": gain.high}
    pairs = [F.lit(part) for pair in of_all.items() for part in pair]
    return F.create_map(*pairs, F.lit("exchange_rate"), F.col("exchange_rate"))
