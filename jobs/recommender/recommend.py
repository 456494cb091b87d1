"""`gold.recommendations`: each viewer's list, by the champion where it knows them, else by what is popular."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs import tracking
from jobs.config import Settings
from jobs.lake import Lake
from jobs.recommender.popularity import popular_candidates, title_popularity
from jobs.recommender.ranking_metrics import LIST_LENGTH
from jobs.recommender.registered_als import EXPERIMENT, load_champion_als
from jobs.recommender.top_lists import top_lists, without_seen
from jobs.recommender.train import CANDIDATES_PER_VIEWER
from jobs.recommender.training_data import preferences
from jobs.tables.contract import in_columns_of
from jobs.tables.gold import INTERACTIONS, PROFILE_FEATURES, RECOMMENDATIONS
from jobs.tables.silver import TITLES

if TYPE_CHECKING:
    from expectations.gate import Gate

POPULARITY = "popularity"


@dataclass(frozen=True)
class RecommendationReport:
    """Which model made the lists."""

    model_name: str
    model_version: str

    def __str__(self) -> str:
        if self.model_name == POPULARITY:
            return "recommend: new lists for every viewer, of popular titles: no model has beaten those yet."
        return f"recommend: new lists for every viewer, by {self.model_name} version {self.model_version}."


def recommend(lake: Lake, settings: Settings, gate: "Gate") -> RecommendationReport:
    """Puts new lists in the place of all old ones, made by one version of one model.

    Raises `jobs.errors.GateFailedError` and `tracking.TrackingUnavailableError`.
    """
    tracking.connect(settings, EXPERIMENT)
    champion = load_champion_als(lake.spark)
    model_name, model_version = (champion.name, champion.version) if champion else (POPULARITY, "none")

    published = lake.published()
    interactions = published.read(INTERACTIONS).persist()
    profiles = published.read(PROFILE_FEATURES).persist()
    titles = lake.read(TITLES)
    popular = popular_candidates(
        profiles, title_popularity(preferences(interactions)), CANDIDATES_PER_VIEWER
    ).withColumn("is_personal", F.lit(False))
    candidates = popular
    if champion:
        personal = champion.als.candidates(profiles, CANDIDATES_PER_VIEWER).withColumn("is_personal", F.lit(True))
        strangers = popular.join(personal.select("profile_key").distinct(), on="profile_key", how="left_anti")
        candidates = personal.unionByName(strangers)

    lists = (
        candidates.transform(without_seen, finished(interactions))
        .transform(available, profiles, titles)
        .transform(top_lists, LIST_LENGTH)
        .withColumn("reason", reason())
        .withColumns(
            {
                "model_name": F.when(F.col("is_personal"), F.lit(model_name)).otherwise(F.lit(POPULARITY)),
                "model_version": F.when(F.col("is_personal"), F.lit(model_version)).otherwise(F.lit("none")),
            }
        )
        .transform(in_columns_of, RECOMMENDATIONS)
        .localCheckpoint()
    )
    gate.judge(RECOMMENDATIONS, lists, f"recommend-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    lake.replace_all(RECOMMENDATIONS, lists)
    for rows in (interactions, profiles):
        rows.unpersist()
    return RecommendationReport(model_name, model_version)


def finished(interactions: DataFrame) -> DataFrame:
    """Pairs of viewer and title that need no recommending: watched to the end, or rated down by the last rating."""
    rated_at = F.when(F.col("rating_score").isNotNull(), F.col("session_date"))
    return (
        interactions.groupBy("profile_key", "title_id")
        .agg(F.bool_or("is_completed").alias("is_completed"), F.max_by("rating_score", rated_at).alias("last_rating"))
        .where(F.col("is_completed") | (F.col("last_rating") < 0))
        .select("profile_key", "title_id")
    )


def available(candidates: DataFrame, profiles: DataFrame, titles: DataFrame) -> DataFrame:
    """Candidates that the viewer's country may watch on the last day of which anything is known, with what says why.

    That day is not after today: one device whose clock is wrong does not end everybody's licences.
    Adds `as_of_date` (that day), `country`, `genres` and `genre_shares`. Trailers are not recommended.
    """
    today = profiles.agg(F.least(F.max("as_of_date"), F.current_date()).alias("as_of_date"))
    viewers = profiles.select("profile_key", "country", "genre_shares").crossJoin(F.broadcast(today))
    catalogue = titles.where(F.col("kind") != "trailer").select(
        "title_id", "genres", "countries", "licence_start", "licence_end"
    )
    is_licensed = (F.col("licence_start").isNull() | (F.col("licence_start") <= F.col("as_of_date"))) & (
        F.col("licence_end").isNull() | (F.col("licence_end") >= F.col("as_of_date"))
    )
    is_in_country = F.col("countries").isNull() | F.coalesce(
        F.array_contains("countries", F.col("country")), F.lit(True)
    )
    return (
        candidates.join(viewers, on="profile_key", how="inner")
        .join(catalogue, on="title_id", how="inner")
        .where(is_licensed & is_in_country)
    )


def reason() -> Column:
    """Why, in words: the viewer's favourite genre among the title's, or that many people like it."""
    watched_genres = F.filter("genres", lambda genre: F.col("genre_shares")[genre].isNotNull())
    by_share = F.array_sort(
        F.transform(
            watched_genres, lambda genre: F.struct((-F.col("genre_shares")[genre]).alias("s"), genre.alias("g"))
        )
    )
    favourite = F.get(by_share, F.lit(0))["g"]
    popular = F.concat(F.lit("Popular in "), F.coalesce("country", F.lit("your country")))
    return F.when(
        F.col("is_personal") & favourite.isNotNull(), F.concat(F.lit("Because you watch "), favourite)
    ).otherwise(popular)
