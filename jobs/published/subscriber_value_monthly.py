"""`published.subscriber_value_monthly`: what subscribers of a region are worth."""

from collections.abc import Sequence
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.published import DOMINANCE_PERCENT, FEWEST_SUBSCRIBERS, OTHER, SUBSCRIBER_VALUE_MONTHLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.expressions.countries import known_country
from jobs.published.rounding import in_tens, two_digits

_PARTS = ("direct_value", "serving_cost", "teaching_value", "demand_value", "value", "value_low", "value_high")
_REGION = ("country", "region")
_ROW = ("month_start_date", *_REGION)
# The region of a subscriber, whichever row it is told in.
_OWN = "_own_region"


def subscriber_value_monthly(values: DataFrame, subscriptions: DataFrame, months: Sequence[date]) -> DataFrame:
    """One row a region and month of `months`; regions of fewer than `FEWEST_SUBSCRIBERS` are told together as `OTHER`.

    `values` are the rows of `gold.subscriber_value_monthly` of these months and of all before. A row that differs from
    the same one of an earlier month by few subscribers, who came or went, is held back: the difference of the two would
    be theirs. So is `OTHER` where it differs by few once the regions are added that it has in one of the months and
    that have a row of their own in the other. All figures have two significant digits. The ends of a mean's interval
    are the means of the ends: what is wrong for one subscriber is wrong for all.
    """
    places = {"country": known_country(), "region": F.coalesce("region", known_country())}
    rows = values.transform(_over_epochs, subscriptions).withColumns(places).transform(_folded)
    means = {"value_low": "value_mean_low", "value_high": "value_mean_high"}
    return (
        rows.where(F.col("month_start_date").isin(list(months)))
        .join(rows.transform(_changed_by_few), on=list(_ROW), how="left_anti")
        .join(rows.transform(_crossed_by_few, months), on=list(_ROW), how="left_anti")
        .groupBy(*_ROW)
        .agg(
            F.count("*").alias("subscribers"),
            F.max("currency").alias("currency"),
            F.sum("revenue").cast("double").alias("revenue_total"),
            F.max("revenue").cast("double").alias("_largest_revenue"),
            *(F.avg(part).alias(means.get(part, f"{part}_mean")) for part in _PARTS),
        )
        .where(F.col("subscribers") >= FEWEST_SUBSCRIBERS)
        .where(_nobody_dominates())
        .withColumn("subscribers", two_digits(in_tens(F.col("subscribers"))).cast("bigint"))
        .withColumns({name: two_digits(F.col(name)) for name in _figures()})
        .select(*SUBSCRIBER_VALUE_MONTHLY.column_names)
    )


def _over_epochs(values: DataFrame, subscriptions: DataFrame) -> DataFrame:
    """Each account under its link, which a rotation of the key leaves alone; else all would seem to come and go."""
    links = subscriptions.groupBy("account_key").agg(F.max("account_link").alias("_link"))
    return values.join(links, on="account_key", how="left").withColumn(
        "account_key", F.coalesce("_link", "account_key")
    )


def _folded(values: DataFrame) -> DataFrame:
    """Each subscriber in the row of a region that has enough of them, or in `OTHER`."""
    large = values.groupBy(*_ROW).agg((F.count("*") >= FEWEST_SUBSCRIBERS).alias("_is_large"))
    named = {name: F.when(F.col("_is_large"), F.col(name)).otherwise(OTHER) for name in _REGION}
    return values.join(large, on=list(_ROW), how="inner").withColumns({_OWN: F.struct(*_REGION), **named})


def _changed_by_few(rows: DataFrame) -> DataFrame:
    """The rows that a few subscribers are the whole difference of to a row of the same region in an earlier month.

    Who is in one of the two and not in the other: all of both, less twice those in both.
    """
    sizes = rows.groupBy(*_ROW).agg(F.count("*").alias("_subscribers"))
    earlier = {"month_start_date": "_earlier_month", "_subscribers": "_earlier_subscribers"}
    members = rows.select(*_ROW, "account_key")
    in_both = (
        members.join(members.withColumnRenamed("month_start_date", "_earlier_month"), on=[*_REGION, "account_key"])
        .where(F.col("_earlier_month") < F.col("month_start_date"))
        .groupBy(*_ROW, "_earlier_month")
        .agg(F.count("*").alias("_in_both"))
    )
    differ = F.col("_subscribers") + F.col("_earlier_subscribers") - 2 * F.col("_in_both")
    return (
        in_both.join(sizes, on=list(_ROW), how="inner")
        .join(sizes.withColumnsRenamed(earlier), on=[*_REGION, "_earlier_month"], how="inner")
        .where((differ > 0) & (differ < SMALLEST_GROUP))
        .select(*_ROW)
        .distinct()
    )


def _crossed_by_few(rows: DataFrame, months: Sequence[date]) -> DataFrame:
    """The rows `OTHER` of `months` of which few are the whole difference to an earlier one, with what crossed.

    A region may be in `OTHER` in one month and a row of its own in the other. All regions that are in `OTHER` in either
    are released in both, as sums of rows, and the difference of the sums is of who came and went.
    """
    pair, month = ["month_start_date", "_earlier_month"], F.col("month_start_date")
    all_months = rows.select("month_start_date").distinct()
    pairs = all_months.where(month.isin(list(months))).join(
        all_months.select(month.alias("_earlier_month")), on=F.col("_earlier_month") < month, how="inner"
    )
    members = rows.select(month.alias("_month"), _OWN, "account_key")
    in_other = rows.where(F.col("region") == OTHER).select(month.alias("_month"), _OWN).distinct()
    in_either = in_other.join(pairs, on=F.col("_month").isin(*map(F.col, pair)), how="inner").select(*pair, _OWN)
    return (
        in_either.distinct()
        .withColumn("_month", F.explode(F.array(*pair)))
        .join(members, on=["_month", _OWN], how="inner")
        .groupBy(*pair, "account_key")
        .agg(F.count_distinct("_month").alias("_months"))
        .groupBy(*pair)
        .agg(F.count_if(F.col("_months") == 1).alias("_differ"))
        .where((F.col("_differ") > 0) & (F.col("_differ") < SMALLEST_GROUP))
        .select("month_start_date", *(F.lit(OTHER).alias(name) for name in _REGION))
        .distinct()
    )


def _nobody_dominates() -> Column:
    """Of who pays most, others do not know it within p %, even who pays next most: that is as much at most."""
    others = F.col("revenue_total") - 2 * F.col("_largest_revenue")
    return 100 * others >= DOMINANCE_PERCENT * F.col("_largest_revenue")


def _figures() -> list[str]:
    not_figures = (*_ROW, "subscribers", "currency")
    return [name for name in SUBSCRIBER_VALUE_MONTHLY.column_names if name not in not_figures]
