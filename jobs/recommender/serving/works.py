"""Works: a film, or a whole series. A list has one entry a work: the title of it that its viewer comes to next."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.recommender.models.first_rows import first_rows
from jobs.recommender.serving.age_limits import AGE_LIMIT
from jobs.recommender.serving.offered import OFFER, is_offered


def works_of(titles: DataFrame) -> DataFrame:
    """One row a title that is no trailer: its `work_id`, its `place` there from 1, and whether it `is_special`.

    Places go by season and episode. Specials, which are season 0, come last; a title without a season is of the first.
    """
    # A title may have the id of a series.
    work = F.coalesce(F.concat(F.lit("series:"), "series_id"), F.col("title_id"))
    season = F.coalesce("season_number", F.lit(1))
    in_order = Window.partitionBy("work_id").orderBy(
        "is_special", "_season", *(F.asc_nulls_last(name) for name in ("episode_number", "release_date")), "title_id"
    )
    return (
        titles.where(F.col("kind") != "trailer")
        .withColumns({"work_id": work, "_season": season, "is_special": season == 0})
        .select("title_id", "work_id", "is_special", F.row_number().over(in_order).alias("place"))
    )


def by_work(rows: DataFrame, works: DataFrame) -> DataFrame:
    """Rows with a `title_id`, which becomes their work's: of a series, all that was said of its episodes."""
    return (
        rows.join(works.select("title_id", "work_id"), on="title_id", how="inner")
        .withColumn("title_id", F.col("work_id"))
        .drop("work_id")
    )


def unseen_titles(wanted: DataFrame, works: DataFrame, known: DataFrame) -> DataFrame:
    """All titles of the works `wanted` (`profile_key`, `work_id`) that the viewer has not seen, with their place.

    `is_behind` are those before the last one that the viewer has seen. Of a work of which a title is on the viewer's
    list there are none: it needs no recommending.
    """
    met = known.join(works, on="title_id", how="inner")
    last = F.when(F.col("is_seen") & ~F.col("is_special"), F.col("place"))
    reached = met.groupBy("profile_key", "work_id").agg(
        F.max(last).alias("_last_place"), F.bool_or(~F.col("is_seen")).alias("_is_listed")
    )
    return (
        wanted.join(reached, on=["profile_key", "work_id"], how="left")
        .where(~F.coalesce("_is_listed", F.lit(False)))
        .join(works, on="work_id", how="inner")
        .join(known, on=["profile_key", "title_id"], how="left_anti")
        .withColumn("is_behind", F.coalesce(F.col("place") < F.col("_last_place"), F.lit(False)))
        .select("profile_key", "work_id", "title_id", "place", "is_behind")
    )


def next_titles(unseen: DataFrame) -> DataFrame:
    """Of each viewer and work the title after the last one seen, or, where none is, the first of those before it."""
    first = first_rows(unseen, 1, ["profile_key", "work_id"], ["is_behind", "place"])
    return first.drop("rank", "place", "is_behind")


def works_done(works: DataFrame, known: DataFrame) -> DataFrame:
    """One row a viewer and work of which nothing is left to recommend: all is seen, or a title is listed."""
    of_work = works.groupBy("work_id").agg(F.count("*").alias("_titles"))
    return (
        known.join(works.select("title_id", "work_id"), on="title_id", how="inner")
        .groupBy("profile_key", "work_id")
        .agg(F.count("*").alias("_known"), F.bool_or(~F.col("is_seen")).alias("_is_listed"))
        .join(of_work, on="work_id", how="inner")
        .where(F.col("_is_listed") | (F.col("_known") == F.col("_titles")))
        .select("profile_key", "work_id")
    )


def works_left(profiles: DataFrame, works: DataFrame, known: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a profile: `works_left`, how many of `works` it may be offered that it has not seen all of, nor listed.

    What is on offer is looked up once for all of one country and age limit.
    """
    offers_to = F.to_json(F.struct("as_of_date", "country", *AGE_LIMIT)).alias("_offers_to")
    viewers = profiles.select("profile_key", offers_to)
    kinds_of_viewers = profiles.select("as_of_date", "country", *AGE_LIMIT, offers_to).distinct()
    offered = (
        kinds_of_viewers.crossJoin(works.select("title_id", "work_id").join(titles.select(*OFFER), on="title_id"))
        .where(is_offered())
        .select("_offers_to", "work_id", "title_id")
        .localCheckpoint()
    )
    of_work = offered.groupBy("_offers_to", "work_id").agg(F.count("*").alias("_titles"))
    met = (
        known.join(works.select("title_id", "work_id"), on="title_id", how="inner")
        .join(viewers, on="profile_key", how="inner")
        .join(offered.withColumn("_is_offered", F.lit(True)), on=["_offers_to", "work_id", "title_id"], how="left")
        .groupBy("profile_key", "_offers_to", "work_id")
        .agg(F.count("_is_offered").alias("_met"), F.bool_or(~F.col("is_seen")).alias("_is_listed"))
    )
    done = (
        met.join(of_work, on=["_offers_to", "work_id"], how="inner")
        .where(F.col("_is_listed") | (F.col("_met") == F.col("_titles")))
        .groupBy("profile_key")
        .agg(F.count("*").alias("_done"))
    )
    return (
        viewers.join(of_work.groupBy("_offers_to").agg(F.count("*").alias("_offered")), on="_offers_to", how="left")
        .join(done, on="profile_key", how="left")
        .select("profile_key", (F.coalesce("_offered", F.lit(0)) - F.coalesce("_done", F.lit(0))).alias("works_left"))
    )
