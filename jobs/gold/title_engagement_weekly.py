"""`gold.title_engagement_weekly`: the public ranking, as Netflix computes its own."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.tables.gold import TITLE_ENGAGEMENT_WEEKLY

# Netflix's list of its most popular titles counts the views of a title's first 91 days: thirteen weeks.
FIRST_DAYS = 91


def title_engagement_weekly(daily: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a title and week, from `gold.title_engagement_daily`.

    views = hours viewed / runtime hours. `weekly_rank` orders the titles of one kind by views; equal views share a
    rank, and a title without runtime has none. `views_91_days` is right in the weeks for which `daily` holds the
    `FIRST_DAYS` before, too.
    Source: https://www.netflix.com/tudum/top10/about.
    """
    since_release = F.datediff("session_date", "release_date")
    in_first_days = since_release.between(0, FIRST_DAYS - 1)
    so_far = Window.partitionBy("title_id").orderBy("week_start_date")
    by_views = Window.partitionBy("week_start_date", "kind").orderBy(F.desc("_rounded_views"))
    first_days_reach_into_it = F.datediff("week_start_date", "release_date") < FIRST_DAYS
    return (
        daily.join(titles.select("title_id", "kind", "release_date"), on="title_id", how="left")
        .withColumn("week_start_date", F.to_date(F.date_trunc("week", "session_date")))
        .groupBy("week_start_date", "title_id", "kind", "release_date")
        .agg(
            F.sum("watched_hours").alias("hours_viewed"),
            F.sum("views").alias("views"),
            F.sum(F.when(in_first_days, F.col("views"))).alias("_first_views"),
        )
        # Sums of the same hours in another order differ in their last digit: such views are equal.
        .withColumn("_rounded_views", F.round("views", 6))
        .withColumn("weekly_rank", F.when(F.col("views").isNotNull(), F.rank().over(by_views)))
        .withColumn("views_91_days", F.when(first_days_reach_into_it, F.sum("_first_views").over(so_far)))
        .select(*TITLE_ENGAGEMENT_WEEKLY.column_names)
    )
