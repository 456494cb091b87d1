"""`published.subscriber_value_monthly`: what subscribers of a region are worth."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.published import SUBSCRIBER_VALUE_MONTHLY
from jobs.expressions.countries import known_country
from jobs.published.cells import CELL
from jobs.published.folding import fold_small

_PARTS = ("direct_value", "teaching_value", "demand_value", "value", "value_low", "value_high")


def subscriber_value_monthly(values: DataFrame) -> DataFrame:
    """One row a region and month, from `gold.subscriber_value_monthly`; regions of few subscribers are `OTHER`.

    The ends of a mean's interval are the means of the ends: what is wrong for one subscriber is wrong for all.
    """
    country = known_country()
    cells = values.select(
        F.col("month_start_date").alias("period_start_date"),
        F.lit(SUBSCRIBER_VALUE_MONTHLY.name).alias("table_name"),
        F.array(country, F.coalesce("region", country)).alias("labels"),
        F.col("account_key").alias("profile_key"),
        "*",
    )
    means = {"value_low": "value_mean_low", "value_high": "value_mean_high"}
    return (
        cells.drop("country", "region")
        .join(fold_small(cells).select(*CELL, "released").distinct(), on=list(CELL), how="inner")
        .groupBy(
            "month_start_date",
            F.col("released")[0].alias("country"),
            F.col("released")[1].alias("region"),
        )
        .agg(
            F.count("*").alias("subscribers"),
            F.max("currency").alias("currency"),
            F.sum("revenue").cast("double").alias("revenue_total"),
            *(F.avg(part).alias(means.get(part, f"{part}_mean")) for part in _PARTS),
        )
        .select(*SUBSCRIBER_VALUE_MONTHLY.column_names)
    )
