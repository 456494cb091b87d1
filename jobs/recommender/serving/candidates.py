"""Titles that may come into a viewer's list: from the model, new ones by what they are about, popular ones."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.expressions.licences import is_licensed
from jobs.recommender.models.first_rows import first_rows
from jobs.recommender.serving.age_limits import AGE_LIMIT
from jobs.recommender.serving.offered import OFFER, is_offered

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
    """New titles for each of `profiles`: nobody has met them yet, so only what they are about can speak.

    score = the mean share of the viewer's time that the title's genres have, and that its themes have; of a title with
    both, the mean of the two. `known` are the titles that anybody met; only what is offered on `as_of` is new.
    """
    newest_first = [F.desc_nulls_last("licence_start"), F.desc_nulls_last("release_date"), F.col("title_id")]
    new = (
        titles.withColumn("as_of_date", F.lit(as_of))
        .where((F.col("kind") != "trailer") & (F.size(labels()) > 0) & is_licensed("as_of_date"))
        .join(known.select("title_id").distinct(), on="title_id", how="left_anti")
        .orderBy(*newest_first)
        .limit(NEW_TITLES)
        .select("title_id", "genres", "themes")
    )
    of_genres, of_themes = _mean_share("genres", "genre_shares"), _mean_share("themes", "theme_shares")
    facets = F.array_compact(F.array(of_genres, of_themes))
    return (
        profiles.select("profile_key", "genre_shares", "theme_shares")
        .crossJoin(F.broadcast(new))
        .withColumn("score", _mean(facets))
        .where(F.col("score") > 0)
        .select("profile_key", "title_id", "score")
        .transform(relevant, NEW)
    )


def _mean_share(labels: str, shares: str) -> Column:
    """Of the viewer's time, over the title's labels; null for a title without any."""
    return _mean(F.transform(labels, lambda label: F.coalesce(F.try_element_at(shares, label), F.lit(0.0))))


def _mean(values: Column) -> Column:
    return F.try_divide(F.aggregate(values, F.lit(0.0), lambda total, value: total + value), F.size(values))


def one_of_each(candidates: DataFrame) -> DataFrame:
    """Of a title that came from several sources, the most relevant one."""
    return first_rows(candidates, 1, ["profile_key", "title_id"], [F.desc("relevance"), "source"]).drop("rank")


def most_relevant(candidates: DataFrame, count: int) -> DataFrame:
    """The `count` most relevant candidates of each viewer."""
    return first_rows(candidates, count, ["profile_key"], [F.desc("relevance"), "title_id"]).drop("rank")


def available(candidates: DataFrame, profiles: DataFrame, titles: DataFrame) -> DataFrame:
    """Candidates that the viewer may watch there on `as_of_date`, with what the reason needs to know. No trailers.

    Adds of the profile `as_of_date`, `country`, `genre_shares`, `theme_shares` and `basis`, of the title `genres`,
    `themes` and `labels`.
    """
    of_viewers = profiles.select(
        "profile_key", "as_of_date", "country", "genre_shares", "theme_shares", "basis", *AGE_LIMIT
    )
    catalogue = titles.select(*OFFER, "genres", "themes", labels().alias("labels"))
    return (
        candidates.join(of_viewers, on="profile_key", how="inner")
        .join(catalogue, on="title_id", how="inner")
        .where(is_offered())
    )
