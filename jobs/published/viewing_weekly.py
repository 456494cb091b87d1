"""What is told of a week's viewing: of titles, of the hours of the day, of genres. All of it follows from the parts."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.published import GENRE_DEMAND_WEEKLY, OTHER, TITLE_VIEWING_WEEKLY, VIEWING_CLOCK_WEEKLY
from jobs.expressions.labels import is_sensitive
from jobs.expressions.licences import is_offered
from jobs.gold.demand.genre_demand_daily import distinct_labels

_VIEWS_PLACES = 1


def title_viewing_weekly(parts: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a title: views = watched hours / runtime hours. Titles without a name in the catalogue go by their id."""
    views = F.round(F.try_divide(F.col("watched_hours") * 3600, F.col("runtime_seconds")), _VIEWS_PLACES)
    return (
        parts.groupBy(*TITLE_VIEWING_WEEKLY.key)
        .agg(F.max("viewers").alias("viewers"), F.sum("watched_hours").alias("watched_hours"))
        .join(
            titles.where(F.col("title_id") != OTHER).select("title_id", "name", "kind", "runtime_seconds"),
            on="title_id",
            how="left",
        )
        .withColumns({"name": F.coalesce("name", "title_id"), "views": views})
        .select(*TITLE_VIEWING_WEEKLY.column_names)
    )


def viewing_clock_weekly(parts: DataFrame) -> DataFrame:
    """One row a part of a title."""
    return parts.select(*VIEWING_CLOCK_WEEKLY.column_names)


def genre_demand_weekly(titles_released: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a genre of the titles that have rows of their own; sensitive ones are told together as `OTHER`.

    demand_share and supply_share are its parts of their hours and of all hours on offer; those of a title are shared
    equally among its genres. demand_supply_ratio holds like against like: its part of the hours of those titles alone
    that were on offer on a day of the week. None says more than `titles_released` and the catalogue, which anybody may
    have.
    """
    genres = titles.select(
        "title_id",
        "kind",
        "runtime_seconds",
        "licence_start",
        "licence_end",
        distinct_labels(F.col("genres")).alias("genres"),
    )
    unknown = distinct_labels(F.lit(None).cast("array<string>"))
    watched = titles_released.where(F.col("title_id") != OTHER).select("week_start_date", "title_id", "watched_hours")
    days = (
        watched.select("week_start_date")
        .distinct()
        .withColumn("day", F.explode(F.sequence("week_start_date", F.date_add("week_start_date", 6))))
    )
    on_offer = genres.crossJoin(F.broadcast(days)).where(is_offered("day"))
    of_offered = on_offer.select("week_start_date", "title_id", F.lit(True).alias("_is_offered")).distinct()
    demand = (
        watched.join(genres.select("title_id", "genres"), on="title_id", how="left")
        .join(of_offered, on=["week_start_date", "title_id"], how="left")
        .withColumn("genres", F.coalesce("genres", unknown))
        .withColumn("_offered_hours", F.when(F.col("_is_offered"), F.col("watched_hours")))
        .transform(_hours_of_genres, "watched_hours", "_offered_hours")
        .withColumn("demand_share", _share_of_week("watched_hours"))
        .withColumn("offered_demand_share", _share_of_week("_offered_hours"))
    )
    supply = (
        on_offer.withColumn("supply_hours", F.col("runtime_seconds") / 3600)
        .transform(_hours_of_genres, "supply_hours")
        .withColumn("supply_share", _share_of_week("supply_hours"))
    )
    return (
        demand.join(supply, on=list(GENRE_DEMAND_WEEKLY.key), how="left")
        .withColumn("demand_supply_ratio", F.try_divide("offered_demand_share", "supply_share"))
        .select(*GENRE_DEMAND_WEEKLY.column_names)
    )


def _hours_of_genres(rows: DataFrame, *hours: str) -> DataFrame:
    parts = ((F.col(name) / F.size("genres")).alias(name) for name in hours)
    of_genre = rows.select("week_start_date", *parts, F.explode("genres").alias("genre"))
    genre = F.when(is_sensitive(F.col("genre")), OTHER).otherwise(F.col("genre"))
    sums = (F.coalesce(F.sum(name), F.lit(0.0)).alias(name) for name in hours)
    return of_genre.withColumn("genre", genre).groupBy(*GENRE_DEMAND_WEEKLY.key).agg(*sums)


def _share_of_week(hours: str) -> Column:
    return F.try_divide(hours, F.sum(hours).over(Window.partitionBy("week_start_date")))
