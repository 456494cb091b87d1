"""Popularity: everyone gets what most people liked, of late and in their country where that is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.recommender.models import Rows
from jobs.recommender.models.block_lists import LISTS, blocks, unseen_lists
from jobs.recommender.models.first_rows import first_rows
from jobs.recommender.models.half_life import half_life_weight
from jobs.recommender.models.likings import Likings

# A country with fewer accounts than this gets what is popular everywhere.
FEWEST_ACCOUNTS_OF_A_COUNTRY = SMALLEST_GROUP
# What few liked in a country stands behind all that many did, and by what it is everywhere.
_FAR_BEHIND = 1e-6
# Of the most popular titles so many are ranked: more than any list needs, and than anybody has seen of them.
RANKED_TITLES = 3_000
_EVERYWHERE = "everywhere"
_RANKED = pa.schema(
    {"place": pa.string(), "popular": pa.list_(pa.string()), "scores": pa.map_(pa.string(), pa.float64())}
)


@dataclass(frozen=True)
class PopularityParameters:
    """After `half_life_days` a liking counts half; without it, and without `by_country`, all count the same."""

    half_life_days: int | None = None
    by_country: bool = False


@dataclass(frozen=True)
class PopularTitles:
    """`ranked` has a row a place, a country or everywhere: `popular` titles, best first, and each one's `scores`."""

    ranked: Rows

    def recommend(self, viewers: Rows, count: int) -> Rows:
        if isinstance(viewers, pa.Table):
            ranked = self.ranked if isinstance(self.ranked, pa.Table) else self.ranked.toArrow()
            lists = [_lists_of_block(block, ranked, count) for block in blocks(viewers)]
            return pa.Table.from_batches([batch for of_block in lists for batch in of_block], LISTS)
        ranked = self.ranked
        if isinstance(ranked, pa.Table):
            ranked = viewers.sparkSession.createDataFrame(ranked)
        return _joined(viewers, ranked, count)


def _joined(viewers: DataFrame, ranked: DataFrame, count: int) -> DataFrame:
    places = F.broadcast(ranked)
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


def _lists_of_block(block: pa.RecordBatch, ranked: pa.Table, count: int) -> Iterator[pa.RecordBatch]:
    """Of the viewers of each place in turn; who is of a country that has no titles of its own gets those of all."""
    of_places = zip(ranked["popular"], ranked["scores"], strict=True)
    titles_of = dict(zip(ranked["place"].to_pylist(), of_places, strict=True))
    asked = np.array(block["country"].to_pylist(), dtype=object)
    place = np.array([country if country in titles_of else _EVERYWHERE for country in asked], dtype=object)
    for name, (popular, scores) in titles_of.items():
        of_place = block.filter(pa.array(place == name))
        score_of = dict(scores.as_py())
        in_order = [score_of.get(title, 0.0) for title in popular.as_py()]
        yield unseen_lists(of_place, popular.values, np.tile(np.array(in_order), (len(of_place), 1)), count)


def fit_popularity(
    preferences: DataFrame | Likings, parameters: PopularityParameters, with_rare: bool = False
) -> PopularTitles:
    """Scores are numbers of accounts that liked a title; age counts from the newest liking of all.

    What fewer than ten liked in a place is not ranked there. A list that is to be full needs it where few people watch:
    `with_rare`, it stands behind all else, and nothing tells how many liked it.
    """
    if isinstance(preferences, Likings):
        assert not with_rare, "lists that are served come from Spark's rows"
        return PopularTitles(_ranked_in_driver(preferences, parameters))
    return PopularTitles(_ranked_in_spark(preferences, parameters, with_rare))


def _ranked_in_driver(likings: Likings, parameters: PopularityParameters) -> pa.Table:
    age = likings.liked_on.max(initial=0) - likings.liked_on
    weights = 0.5 ** (age / parameters.half_life_days) if parameters.half_life_days else np.ones(len(age))
    places = {_EVERYWHERE: np.ones(len(age), dtype=bool)}
    if parameters.by_country:
        places |= dict(_large_countries(likings))
    ranked, popular, scores = [], [], []
    for place, of_place in places.items():
        titles, number = likings.titles.places[of_place], len(likings.titles.different)
        score = np.bincount(titles, weights[of_place], minlength=number)
        supported = np.flatnonzero(np.bincount(titles, minlength=number) >= SMALLEST_GROUP)
        best = supported[np.argsort(-score[supported], kind="stable")][:RANKED_TITLES]
        if not len(best):
            continue
        ranked.append(place)
        popular.append([likings.titles.different[title] for title in best])
        scores.append(list(zip(popular[-1], score[best].tolist(), strict=True)))
    columns = {"place": ranked, "popular": popular, "scores": scores}
    return pa.table(columns, schema=_RANKED)


def _large_countries(likings: Likings) -> Iterator[tuple[str, NDArray[np.bool]]]:
    """Each country with enough accounts, and which likings are of it."""
    for place, country in enumerate(likings.countries.different):
        of_country = likings.countries.places == place
        if len(np.unique(likings.accounts.places[of_country])) >= FEWEST_ACCOUNTS_OF_A_COUNTRY:
            yield country, of_country


def _ranked_in_spark(preferences: DataFrame, parameters: PopularityParameters, with_rare: bool) -> DataFrame:
    weight = half_life_weight(F.col("_newest"), F.col("liked_on"), parameters.half_life_days)
    newest = preferences.agg(F.max("liked_on").alias("_newest"))
    likings = preferences.crossJoin(F.broadcast(newest)).select(
        "account_key", "title_id", "country", weight.alias("weight"), F.lit(_EVERYWHERE).alias("place")
    )
    if parameters.by_country:
        likings = likings.unionByName(likings.transform(_of_countries))
    return (
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
        .localCheckpoint()
    )


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
