"""What the feed says that accounts paid, counted by itself: what the revenue of subscribers is held against."""

from datetime import date, timedelta

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.gold import REVENUE_OF_FEED
from jobs.expressions.countries import known_country
from jobs.expressions.periods import first_of_next_month
from jobs.storage.spark_schema import in_columns_of

# Each period's revenue is rounded to the cent.
_CENT = 0.01


def fed_in_month(subscriptions: DataFrame, rates: DataFrame, month: date, as_of: date) -> DataFrame:
    """One row an account that the feed has a period of in the month: its `country`, `fed_low` and `fed_high`.

    Nothing of `paid_in_month` is used. Each period costs price × exchange rate × its share of the month, and where
    those of a plan do not overlap, that is what is paid, give or take a cent a period. Where they do, it is at most the
    sum of all, and at least the lowest price for as long as the longest of them. Who pays in a currency that `rates` do
    not have is left out.
    """
    first, until = F.lit(month).cast("timestamp"), F.lit(as_of + timedelta(days=1)).cast("timestamp")
    micros = F.unix_micros(F.least("ended_at", until)) - F.unix_micros(F.greatest("started_at", first))
    share = micros / ((first_of_next_month(month) - month) / timedelta(microseconds=1))
    earlier = Window.partitionBy("_account", "plan").orderBy("started_at").rowsBetween(Window.unboundedPreceding, -1)
    ended_before = F.max(F.coalesce("ended_at", until)).over(earlier)
    of_plan = (
        subscriptions.transform(_as_last_told)
        .withColumn("_overlaps", F.col("started_at") < ended_before)
        .withColumn("_share", share)
        .where(F.col("_share") > 0)
        .join(F.broadcast(rates), on="currency", how="left")
        .withColumn("_price", F.col("price").cast("double") * F.col("exchange_rate"))
        .groupBy("_account", "plan")
        .agg(
            F.max("account_key").alias("account_key"),
            F.max(known_country()).alias("country"),
            F.bool_and(F.col("exchange_rate").isNotNull()).alias("_is_in_known_money"),
            F.coalesce(F.bool_or("_overlaps"), F.lit(False)).alias("_overlaps"),
            F.sum(F.col("_price") * F.col("_share")).alias("_sum"),
            (F.min("_price") * F.max("_share")).alias("_least"),
            (_CENT * F.count("*")).alias("_cents"),
        )
    )
    least = F.when(F.col("_overlaps"), F.col("_least")).otherwise(F.col("_sum"))
    return (
        of_plan.groupBy("_account")
        .agg(
            F.max("account_key").alias("account_key"),
            F.max("country").alias("country"),
            F.bool_and("_is_in_known_money").alias("_is_in_known_money"),
            F.sum(least - F.col("_cents")).alias("fed_low"),
            F.sum(F.col("_sum") + F.col("_cents")).alias("fed_high"),
        )
        .where("_is_in_known_money")
        .select("account_key", "country", "fed_low", "fed_high")
    )


def revenue_of_feed(values: DataFrame, fed: DataFrame, month: date) -> DataFrame:
    """One row a country: how many accounts the feed has, and of how many `values` say something else or nothing."""
    told = values.select("account_key", F.col("country").alias("_country"), "revenue")
    revenue = F.col("revenue").cast("double")
    is_as_fed = F.coalesce(revenue.between(F.col("fed_low"), F.col("fed_high")), F.lit(False))
    return (
        fed.join(told, on="account_key", how="full")
        .groupBy(F.coalesce("country", "_country", F.lit("?")).alias("country"))
        .agg(
            F.count("fed_high").alias("accounts"),
            F.count_if(~is_as_fed).alias("accounts_outside"),
            F.coalesce(F.sum("revenue"), F.lit(0)).alias("revenue_of_subscribers"),
            F.coalesce(F.sum("fed_low"), F.lit(0.0)).alias("revenue_of_feed_low"),
            F.coalesce(F.sum("fed_high"), F.lit(0.0)).alias("revenue_of_feed_high"),
        )
        .withColumn("month_start_date", F.lit(month))
        .transform(in_columns_of, REVENUE_OF_FEED)
    )


def _as_last_told(subscriptions: DataFrame) -> DataFrame:
    """One row a period, as the latest key epoch tells it, with whose it is: `_account`, and that epoch's `account_key`.

    Periods of an earlier epoch without a link are of nobody who is known.
    """
    latest = subscriptions.agg(F.max("key_epoch").alias("_latest_epoch"))
    account = F.coalesce("account_link", "account_key")
    told = F.struct("account_key", "plan", "price", "currency", "country", "ended_at")
    keys = F.max_by("account_key", "key_epoch").over(Window.partitionBy("_account"))
    return (
        subscriptions.join(F.broadcast(latest), how="cross")
        .where(F.col("account_link").isNotNull() | (F.col("key_epoch") == F.col("_latest_epoch")))
        .groupBy(account.alias("_account"), "started_at")
        .agg(F.max_by(told, "key_epoch").alias("_"), F.max("key_epoch").alias("key_epoch"))
        .select("_account", "started_at", "key_epoch", "_.*")
        .withColumn("account_key", keys)
    )
