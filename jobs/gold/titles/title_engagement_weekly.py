"""`gold.title_engagement_weekly`: the public ranking, as Netflix computes its own."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.gold import FIRST_DAYS, TITLE_ENGAGEMENT_WEEKLY
from jobs.expressions.periods import week_start

SEASON = "season"
_WEEK = ("week_start_date", "ranked_id")
_RANKED = ("kind", "title_id", "series_id", "season_number")


def title_engagement_weekly(daily: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a film or season and week, from `gold.title_engagement_daily`.

    views = hours viewed / runtime hours; of a season, the hours of its episodes / the runtime of all that are out by
    the end of the week or were played in it, both of the episodes whose runtime is known. `weekly_rank` orders those of
    one kind by views; equal views share a rank, and what has no runtime has none. `views_91_days` is right in the weeks
    for which `daily` holds the `FIRST_DAYS` before, too.
    Source: https://www.netflix.com/tudum/top10/about.
    """
    described = titles.transform(_as_ranked)
    since_release = F.datediff("session_date", "released_on")
    in_first_days = since_release.between(0, FIRST_DAYS - 1)
    so_far = Window.partitionBy("ranked_id").orderBy("week_start_date")
    by_views = Window.partitionBy("week_start_date", "kind").orderBy(F.desc("_rounded_views"))
    first_days_reach_into_it = F.datediff("week_start_date", "released_on") < FIRST_DAYS
    weekly = (
        daily.withColumn("_title_id", F.col("title_id"))
        .drop("title_id")
        .join(
            described.select("_title_id", "ranked_id", "released_on", *_RANKED),
            on="_title_id",
            how="left",
        )
        .withColumn("ranked_id", F.coalesce("ranked_id", "_title_id"))
        .withColumn("title_id", F.when(~F.col("kind").eqNullSafe(SEASON), F.col("_title_id")))
        .withColumn("week_start_date", week_start("session_date"))
        .groupBy(*_WEEK, *_RANKED, "released_on")
        .agg(
            F.sum("watched_hours").alias("hours_viewed"),
            F.collect_set("_title_id").alias("_played"),
            *_sums("", F.lit(True)),
            *_sums("_first", in_first_days),
        )
    )
    return (
        weekly.join(weekly.transform(_runtimes_of_seasons, described), on=list(_WEEK), how="left")
        .withColumns({"views": _views(""), "_first_views": _views("_first")})
        # Sums of the same hours in another order differ in their last digit: such views are equal.
        .withColumn("_rounded_views", F.round("views", 6))
        .withColumn("weekly_rank", F.when(F.col("views").isNotNull(), F.rank().over(by_views)))
        .withColumn("views_91_days", F.when(first_days_reach_into_it, F.sum("_first_views").over(so_far)))
        .select(*TITLE_ENGAGEMENT_WEEKLY.column_names)
    )


def _as_ranked(titles: DataFrame) -> DataFrame:
    """One row a title with what it is ranked as: an episode as its season, which is out once its first episode is."""
    is_of_season = (F.col("kind") == "episode") & F.col("series_id").isNotNull()
    season = F.concat_ws(", season ", "series_id", "season_number")
    return titles.select(
        F.col("title_id").alias("_title_id"),
        "runtime_seconds",
        "release_date",
        F.when(is_of_season, season).otherwise(F.col("title_id")).alias("ranked_id"),
        F.when(is_of_season, F.lit(SEASON)).otherwise(F.col("kind")).alias("kind"),
        F.when(~is_of_season, F.col("title_id")).alias("title_id"),
        F.when(is_of_season, F.col("series_id")).alias("series_id"),
        F.when(is_of_season, F.col("season_number")).alias("season_number"),
    ).withColumn("released_on", F.min("release_date").over(Window.partitionBy("ranked_id")))


def _sums(name: str, counts: Column) -> tuple[Column, Column]:
    has_runtime = F.col("views").isNotNull()
    return (
        F.sum(F.when(counts, F.col("views"))).alias(f"{name}_views_of_titles"),
        F.sum(F.when(counts & has_runtime, F.col("watched_hours"))).alias(f"{name}_hours"),
    )


def _views(name: str) -> Column:
    of_season = F.try_divide(f"{name}_hours", "_runtime_hours")
    return F.when(F.col("kind") == SEASON, of_season).otherwise(F.col(f"{name}_views_of_titles"))


def _runtimes_of_seasons(weekly: DataFrame, described: DataFrame) -> DataFrame:
    """`_runtime_hours` of the episodes that are released by the end of the week, or were played in it."""
    was_released = F.col("release_date").isNull() | (F.col("release_date") <= F.date_add("week_start_date", 6))
    is_out = was_released | F.array_contains("_played", F.col("_title_id"))
    return (
        weekly.where(F.col("kind") == SEASON)
        .select(*_WEEK, "_played")
        .join(
            described.select("_title_id", "ranked_id", "release_date", "runtime_seconds"), on="ranked_id", how="inner"
        )
        .where(is_out)
        .groupBy(*_WEEK)
        .agg((F.sum("runtime_seconds") / 3600).alias("_runtime_hours"))
    )
