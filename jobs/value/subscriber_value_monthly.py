"""`gold.subscriber_value_monthly`: what a subscriber is worth, part by part, and the demand that they show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType, StructField, StructType

from jobs.contracts.gold import SUBSCRIBER_VALUE_MONTHLY
from jobs.gold.sessions.viewing_sessions import is_play
from jobs.recommender.learning.gain_since import MeasuredGain
from jobs.storage.kernels import map_batches
from jobs.storage.spark_schema import in_columns_of
from jobs.value.expected_worth import COLUMNS, Prospects, worth_kernel
from jobs.value.life_table import running_month
from jobs.value.revenue import paid_last


@dataclass(frozen=True)
class Assumptions:
    """The settings of `jobs.config.Settings` that the estimates rest on."""

    currency: str
    discount_rate: float
    horizon_months: int
    serving_cost: float
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


def with_personal_lists(sessions: DataFrame, agreed: DataFrame) -> DataFrame:
    """One row an account of which somebody who `agreed` to personal lists was there in the sessions."""
    return sessions.join(agreed, on="profile_key", how="left_semi").select("account_key").distinct()


def subscriber_value_monthly(
    of_month: DataFrame,
    training: DataFrame,
    demand: DataFrame,
    prospects: Prospects,
    month: date,
    as_of: date,
    gain: MeasuredGain | None,
    assumed: Assumptions,
) -> DataFrame:
    """One row an account of `subscribers`: `expected_worth` of it, and beside that what `demand_values` says.

    Who has left is worth nothing any more: what they paid is past.
    """
    joined = (
        of_month.join(training, on="account_key", how="left")
        .join(demand, on="account_key", how="left")
        .withColumn("is_staying", ~F.coalesce("has_left", F.lit(True)))
    )
    added = StructType([StructField(name, DoubleType()) for name in COLUMNS])
    worth = map_batches(joined, worth_kernel(prospects), StructType([*joined.schema.fields, *added.fields]))
    ends = ("demand_value", "demand_value_low", "demand_value_high")
    return worth.withColumns(
        {
            "month_start_date": F.lit(month),
            "as_of_date": F.lit(as_of),
            "currency": F.lit(assumed.currency),
            "assumptions": _assumptions(gain, assumed),
            **{name: F.coalesce(name, F.lit(0.0)) for name in ends},
        }
    ).transform(in_columns_of, SUBSCRIBER_VALUE_MONTHLY)


def _assumptions(gain: MeasuredGain | None, assumed: Assumptions) -> Column:
    of_all = {
        "discount_rate": assumed.discount_rate,
        "horizon_months": float(assumed.horizon_months),
        "serving_cost": assumed.serving_cost,
        "quality_value": assumed.quality_value,
        **{f"exchange_rate_{currency}": rate for currency, rate in assumed.exchange_rates.items()},
    }
    if gain is not None:
        found = gain.estimate
        of_all |= {"ndcg_gain": found.mean, "ndcg_gain_low": found.low, "ndcg_gain_high": found.high}
        of_all |= {"ndcg_gain_viewers": float(gain.viewers), "ndcg_gain_days": float(gain.days)}
    pairs = [F.lit(part) for pair in of_all.items() for part in pair]
    return F.create_map(*pairs, F.lit("exchange_rate"), F.col("exchange_rate"))
