"""`gold.hours_by_month`: whether the titles of a month have all hours of its dates, and all of the demand."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import HOURS_BY_MONTH
from jobs.expressions.periods import month_start


def hours_by_month(values: DataFrame, engagement: DataFrame) -> DataFrame:
    """One row a month and country: its hours by date, and by how much the titles' hours and shares are off.

    From `gold.title_value_monthly` and `gold.title_engagement_daily` of the same months. Titles that nobody played have
    no hours.
    """
    key = list(HOURS_BY_MONTH.key)
    by_date = (
        engagement.withColumn("month_start_date", month_start("session_date"))
        .groupBy(*key)
        .agg(F.sum("watched_hours").alias("watched_hours"))
    )
    sums = (F.sum("watched_hours").alias("_hours"), F.sum("demand_share").alias("_shares"))
    by_title = values.where("plays > 0").groupBy(*key).agg(*sums)
    watched = F.col("watched_hours")
    return (
        by_date.join(by_title, on=key, how="full")
        .fillna(0.0)
        .withColumn("titles_off_by", (F.col("_hours") - watched) / F.greatest(watched, F.lit(1.0)))
        .withColumn("shares_off_by", F.col("_shares") - 1)
        .select(*HOURS_BY_MONTH.column_names)
    )
