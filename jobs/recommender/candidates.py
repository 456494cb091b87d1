"""Titles that may come into a viewer's list: from the model, new ones by what they are about, popular ones."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.recommender.offered import is_licensed

PERSONAL, NEW, POPULAR = "personal", "new", "popular"
# New titles that are looked at, the newest ones: viewers × these are built.
NEW_TITLES = 50
# The new title that is most of what a viewer watches stands below the model's best, and above what is half as good.
NEW_WEIGHT = 0.8


def labels() -> Column:
    """What a title is about: its genres and themes."""
    nothing = F.array().cast("array<string>")
    return F.array_union(F.coalesce("genres", nothing), F.coalesce("themes", nothing))


def relevant(lists: DataFrame, source: str) -> DataFrame:
    """Lists as candidates: `relevance` is where the score stands between 0, or the viewer's least, and their best.

    Of a new title it is less.

    Popular titles only fill what is left: their relevance is so low that no likeness of the others makes up for it.
    """
    of_viewer = Window.partitionBy("profile_key")
    best, least = F.max("score").over(of_viewer), F.least(F.min("score").over(of_viewer), F.lit(0.0))
    share = F.coalesce(F.try_divide(F.col("score") - least, best - least), F.lit(0.0))
    relevance = {PERSONAL: share, NEW: NEW_WEIGHT * share, POPULAR: share - 2}[source]
    return lists.select("profile_key", "title_id", "score", relevance.alias("relevance"), F.lit(source).alias("source"))


def new_candidates(profiles: DataFrame, titles: DataFrame, known: DataFrame, as_of: date) -> DataFrame:
    """New titles for each of `profiles`: nobody has played or rated them yet, so only what they are about can speak.

    score = the mean share of the viewer's time that the title's genres have. `known` are the titles that anybody met;
    only what is offered on `as_of` is new.
    """
    newest_first = [F.desc_nulls_last("licence_start"), F.desc_nulls_last("release_date"), F.col("title_id")]
    new = (
        titles.withColumn("as_of_date", F.lit(as_of))
        .where((F.col("kind") != "trailer") & (F.size("genres") > 0) & is_licensed())
        .join(known.select("title_id").distinct(), on="title_id", how="left_anti")
        .orderBy(*newest_first)
        .limit(NEW_TITLES)
        .select("title_id", F.col("genres").alias("_genres"))
    )
    shares = F.transform("_genres", lambda genre: F.coalesce(F.col("genre_shares")[genre], F.lit(0.0)))
    mean = F.aggregate(shares, F.lit(0.0), lambda total, share: total + share) / F.size("_genres")
    return (
        profiles.where(F.col("genre_shares").isNotNull())
        .select("profile_key", "genre_shares")
        .crossJoin(F.broadcast(new))
        .withColumn("score", mean)
        .where(F.col("score") > 0)
        .select("profile_key", "title_id", "score")
        .transform(relevant, NEW)
    )


def one_of_each(candidates: DataFrame) -> DataFrame:
    """Of a title that came from several sources, the most relevant one."""
    best_first = Window.partitionBy("profile_key", "title_id").orderBy(F.desc("relevance"), "source")
    return candidates.withColumn("_place", F.row_number().over(best_first)).where("_place = 1").drop("_place")


def most_relevant(candidates: DataFrame, count: int) -> DataFrame:
    """The `count` most relevant candidates of each viewer."""
    best_first = Window.partitionBy("profile_key").orderBy(F.desc("relevance"), "title_id")
    return (
        candidates.withColumn("_place", F.row_number().over(best_first)).where(F.col("_place") <= count).drop("_place")
    )
