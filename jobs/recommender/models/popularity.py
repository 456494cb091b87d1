"""Popularity: everyone gets what most people liked, of late and in their country where that is asked for."""

from dataclasses import dataclass

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.recommender.models.first_rows import first_rows
from jobs.recommender.models.half_life import half_life_weight

# A country with fewer accounts than this gets what is popular everywhere.
FEWEST_ACCOUNTS_OF_A_COUNTRY = SMALLEST_GROUP
# What few liked in a country stands behind all that many did, and by what it is everywhere.
_FAR_BEHIND = 1e-6
# Of the most popular titles so many are ranked: more than any list needs, and than anybody has seen of them.
RANKED_TITLES = 3_000
_EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class PopularityParameters:
    """After `half_life_days` a liking counts half; without it, and without `by_country`, all count the same."""

    half_life_days: int | None = None
    by_country: bool = False


@dataclass(frozen=True)
class PopularTitles:
    """`ranked` has a row a place, a country or everywhere: `popular` titles, best first, and each one's `scores`."""

    ranked: DataFrame

    def recommend(self, viewers: DataFrame, count: int) -> DataFrame:
        places = F.broadcast(self.ranked)
        of_country = viewers.join(places.withColumnRenamed("place", "country"), on="country", how="left")
        elsewhere = places.where(F.col("place") == _EVERYWHERE).select(
            F.col("popular").alias("_popular"), F.col("scores").alias("_scores")
        )
        unseen = F.array_except(F.coalesce("popular", "_popular"), "seen_titles")
        return (
            of_country.crossJoin(elsewhere)
            .withColumn("scores", F.coalesce("scores", "_scores"))
            .select("profile_key", "scores", F.posexplode(F.slice(unseen, 1, count)).alias("_place", "title_id"))
            .select(
                "profile_key",
                "title_id",
                F.coalesce(F.try_element_at("scores", F.col("title_id")), F.lit(0.0)).alias("score"),
                (F.col("_place") + 1).alias("rank"),
            )
        )


def fit_popularity(preferences: DataFrame, parameters: PopularityParameters, with_rare: bool = False) -> PopularTitles:
    """Scores are numbers of accounts that liked a title; age counts from the newest liking of all.

    What fewer than ten liked in a place is not ranked there. A list that is to be full needs it where few people watch:
    `with_rare`, it stands behind all else, and nothing tells how many liked it.
    """
    weight = half_life_weight(F.col("_newest"), F.col("liked_on"), parameters.half_life_days)
    newest = preferences.agg(F.max("liked_on").alias("_newest"))
    likings = preferences.crossJoin(F.broadcast(newest)).select(
        "account_key", "title_id", "country", weight.alias("weight"), F.lit(_EVERYWHERE).alias("place")
    )
    if parameters.by_country:
        likings = likings.unionByName(likings.transform(_of_countries))
    ranked = (
        likings.groupBy("place", "title_id")
        .agg(F.sum("weight").alias("score"), F.count("*").alias("_accounts"))
        .transform(_rare_behind if with_rare else _without_rare)
        .transform(first_rows, RANKED_TITLES, ["place"], [F.desc("score"), "title_id"])
        .groupBy("place")
        .agg(F.sort_array(F.collect_list(F.struct("rank", "title_id", "score"))).alias("_ranked"))
        .select(
            "place",
            F.col("_ranked.title_id").alias("popular"),
            F.map_from_arrays("_ranked.title_id", "_ranked.score").alias("scores"),
        )
    )
    return PopularTitles(ranked.localCheckpoint())


def with_everywhere(popular: PopularTitles) -> PopularTitles:
    """After what is popular in a country, what is elsewhere: lists are full where few people watch few titles."""
    elsewhere = popular.ranked.where(F.col("place") == _EVERYWHERE).select(F.col("popular").alias("_elsewhere"))
    both = F.slice(F.array_union("popular", "_elsewhere"), 1, RANKED_TITLES)
    ranked = popular.ranked.crossJoin(elsewhere).withColumn("popular", both).drop("_elsewhere")
    return PopularTitles(ranked.localCheckpoint())


def _of_countries(likings: DataFrame) -> DataFrame:
    large = (
        likings.groupBy("country")
        .agg(F.count_distinct("account_key").alias("_accounts"))
        .where(F.col("_accounts") >= FEWEST_ACCOUNTS_OF_A_COUNTRY)
    )
    in_large = likings.join(F.broadcast(large), on="country", how="left_semi")
    return in_large.withColumn("place", F.col("country"))


def _without_rare(scored: DataFrame) -> DataFrame:
    return scored.where(F.col("_accounts") >= SMALLEST_GROUP)


def _rare_behind(scored: DataFrame) -> DataFrame:
    told = F.when(F.col("_accounts") >= SMALLEST_GROUP, F.col("score")).otherwise(F.lit(0.0))
    everywhere = F.max(F.when(F.col("place") == _EVERYWHERE, F.col("_told"))).over(Window.partitionBy("title_id"))
    is_country = F.col("place") != _EVERYWHERE
    return scored.withColumn("_told", told).withColumn(
        "score", F.col("_told") + F.when(is_country, _FAR_BEHIND * everywhere).otherwise(F.lit(0.0))
    )
