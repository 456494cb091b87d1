"""`gold.recommendations`: each viewer's list, by the champion for who agreed to it, else of what is popular."""

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.config import Settings
from jobs.contracts.gold import (
    INTERACTIONS,
    PROFILE_FEATURES,
    RECOMMENDATIONS,
    RECOMMENDED_LISTS,
    TITLE_FEATURES,
    UNCONSENTED_ROWS,
)
from jobs.contracts.silver import CONSENTS, PROFILES, SEEN_PROFILES, TITLES
from jobs.expressions.age_classes import least_age
from jobs.privacy.consenting_profiles import PERSONALISATION, consenting_profiles
from jobs.privacy.consents_of_profiles import consents_of_profiles
from jobs.privacy.unconsented_rows import unconsented_rows
from jobs.recommender.evaluation.metrics import LIST_LENGTH
from jobs.recommender.learning.contenders import POPULARITY
from jobs.recommender.learning.known_titles import known_titles
from jobs.recommender.learning.learnable import learnable
from jobs.recommender.learning.preferences import preferences
from jobs.recommender.learning.recipe import EXPERIMENT, RECIPE_TAG, REGISTERED_MODEL, Recipe
from jobs.recommender.learning.stored_model import load_model
from jobs.recommender.learning.viewers import viewers
from jobs.recommender.models import Recommender
from jobs.recommender.models.popularity import PopularityParameters, fit_popularity
from jobs.recommender.models.top_lists import top_lists
from jobs.recommender.serving.age_limits import with_age_limits
from jobs.recommender.serving.candidates import (
    PERSONAL,
    POPULAR,
    available,
    most_relevant,
    new_candidates,
    one_of_each,
    relevant,
)
from jobs.recommender.serving.due_lists import due_profiles, with_basis
from jobs.recommender.serving.personal_lists import lists_without_consent
from jobs.recommender.serving.reasons import with_reasons
from jobs.recommender.serving.recommended_lists import recommended_lists
from jobs.recommender.serving.variety import list_variety, varied_lists
from jobs.storage import tracking
from jobs.storage.candidates import Candidate
from jobs.storage.lake import Lake, PublishedLake
from jobs.storage.spark_schema import in_columns_of
from jobs.wording import counted

# Before those are taken out that are not offered in the viewer's country.
CANDIDATES_PER_VIEWER = 60
# Of the rest, so many are compared with each other for variety.
COMPARED_PER_VIEWER = 40
POPULAR_FOR_DAYS = 30


@dataclass(frozen=True)
class RecommendationReport:
    """Which model made the lists, how many are new, and how varied those are: as they are, and by score alone."""

    model_name: str
    model_version: str
    new_lists: int
    variety: float | None = None
    variety_before: float | None = None
    has_changed: bool = True

    def __str__(self) -> str:
        if not self.has_changed:
            return "recommend: nothing new: no viewer did anything since, and the model is the same."
        made = f"recommend: {counted(self.new_lists, 'new list')}"
        if self.model_name == POPULARITY:
            return f"{made} of popular titles: no model has beaten those yet."
        if self.variety is None or self.variety_before is None:
            return f"{made} by {self.model_name} version {self.model_version}."
        varied = f" Variety {self.variety:.2f}, {self.variety_before:.2f} by score alone."
        return f"{made} by {self.model_name} version {self.model_version}.{varied}"


@dataclass(frozen=True)
class _Champion:
    name: str
    version: str
    half_life_days: int | None
    model: Recommender | None


def recommend(
    lake: Lake, published: PublishedLake, settings: Settings, today: date
) -> tuple[RecommendationReport, list[Candidate]]:
    """Makes new lists for viewers with new activity; for all, where the model is another one.

    Raises `tracking.TrackingUnavailableError`.
    """
    tracking.connect(settings, EXPERIMENT)
    champion = _champion(lake)
    lake.suit_queries(INTERACTIONS)
    as_of = day_of_lists(published.read(PROFILE_FEATURES), today)
    interactions = published.read(INTERACTIONS).where(F.col("session_date") <= F.lit(as_of)).persist()
    titles = lake.read(TITLES).localCheckpoint()
    consents = lake.read(CONSENTS).transform(consents_of_profiles, lake.read(SEEN_PROFILES))
    agreed = consenting_profiles(consents, PERSONALISATION, as_of)
    profiles = (
        published.read(PROFILE_FEATURES)
        .transform(with_age_limits, lake.read(PROFILES), interactions, titles)
        .transform(with_basis, interactions, agreed)
        .withColumn("as_of_date", F.lit(as_of))
    )
    stored = published.read(RECOMMENDATIONS)
    due = due_profiles(profiles, stored, titles, champion.name, champion.version).localCheckpoint()
    gone = stored.join(profiles, on="profile_key", how="left_anti")
    new_lists = due.count()
    if not new_lists and gone.isEmpty():
        interactions.unpersist()
        return RecommendationReport(champion.name, champion.version, 0, has_changed=False), []

    was_met = (F.col("plays") > 0) | F.col("rating_score_mean").isNotNull()
    known = published.read(TITLE_FEATURES).where(was_met)
    candidates = (
        _candidates(champion, due, interactions, titles, known, as_of)
        .transform(most_relevant, COMPARED_PER_VIEWER)
        .localCheckpoint()
    )
    varied = varied_lists(candidates, LIST_LENGTH).localCheckpoint()
    lists = (
        with_reasons(varied, interactions.where("is_completed"), titles)
        .withColumn("model_name", F.lit(champion.name))
        .withColumn("model_version", F.lit(champion.version))
        .transform(in_columns_of, RECOMMENDATIONS)
        .localCheckpoint()
    )
    kept = stored.join(due.select("profile_key"), on="profile_key", how="left_anti")
    kept = kept.join(profiles, on="profile_key", how="left_semi")
    replaced = stored.join(kept, on=list(RECOMMENDATIONS.key), how="left_anti").select(*RECOMMENDATIONS.key)
    summary = recommended_lists(lists.unionByName(kept), profiles, titles)
    keys = replaced.unionByName(lists.select(*RECOMMENDATIONS.key)).distinct().localCheckpoint()
    by_score = candidates.where(F.col("source") == PERSONAL).transform(top_lists, LIST_LENGTH)
    agreed_today = consenting_profiles(consents, PERSONALISATION, today)
    without = lists.unionByName(kept).transform(lists_without_consent, agreed_today)
    waiting = [
        Candidate(RECOMMENDATIONS, lake.at_hand(lists), keys=keys),
        Candidate(RECOMMENDED_LISTS, lake.at_hand(summary)),
        Candidate(UNCONSENTED_ROWS, lake.at_hand(unconsented_rows(RECOMMENDATIONS, without))),
    ]
    report = RecommendationReport(
        champion.name, champion.version, new_lists, list_variety(varied), list_variety(by_score)
    )
    interactions.unpersist()
    return report, waiting


def _champion(lake: Lake) -> _Champion:
    found = tracking.registered(REGISTERED_MODEL, tag=RECIPE_TAG)
    if found is None:
        return _Champion(POPULARITY, "none", None, None)
    recipe = Recipe.of_text(found.tags[RECIPE_TAG])
    with tempfile.TemporaryDirectory(prefix="playhead-model-") as folder:
        model = load_model(lake.spark, tracking.model_files(found, Path(folder)))
    return _Champion(found.name, found.version, recipe.half_life_days, model)


def _candidates(
    champion: _Champion, due: DataFrame, interactions: DataFrame, titles: DataFrame, known: DataFrame, as_of: date
) -> DataFrame:
    """Of each viewer who is due, with what the title is about and what the reason needs to know of the viewer.

    Who did not agree to personalisation gets what is popular in the country, and so does who liked nothing yet.
    """
    liked = preferences(interactions, champion.half_life_days).localCheckpoint()
    asked = viewers(due, liked, interactions.transform(known_titles)).localCheckpoint()
    personal = due.where("is_personal").select("profile_key")
    by_country = PopularityParameters(POPULAR_FOR_DAYS, by_country=True)
    popular = fit_popularity(liked.transform(learnable).localCheckpoint(), by_country, with_rare=True)
    sources = [popular.recommend(asked, CANDIDATES_PER_VIEWER).transform(relevant, POPULAR)]
    sources += _popular_by_age(due, liked, asked, titles)
    if champion.model:
        agreed = asked.join(personal, on="profile_key", how="left_semi")
        sources.append(champion.model.recommend(agreed, CANDIDATES_PER_VIEWER).transform(relevant, PERSONAL))
        sources.append(new_candidates(due.where("is_personal"), titles, known, as_of))
    found = sources[0]
    for source in sources[1:]:
        found = found.unionByName(source)
    return found.transform(one_of_each).transform(available, due, titles)


def _popular_by_age(due: DataFrame, liked: DataFrame, asked: DataFrame, titles: DataFrame) -> list[DataFrame]:
    """What is popular of the titles for an age: of those that all like, a child may see too few."""
    limited = due.where(~F.col("takes_unrated")).select("profile_key", "highest_age")
    sources = []
    for age in sorted(row.highest_age for row in limited.select("highest_age").distinct().collect()):
        suitable = titles.where(least_age("maturity") <= age).select("title_id")
        popular = fit_popularity(
            liked.join(suitable, on="title_id", how="left_semi"),
            PopularityParameters(POPULAR_FOR_DAYS, by_country=True),
        )
        of_age = asked.join(limited.where(F.col("highest_age") == age), on="profile_key", how="left_semi")
        sources.append(popular.recommend(of_age, CANDIDATES_PER_VIEWER).transform(relevant, POPULAR))
    return sources


def day_of_lists(profiles: DataFrame, today: date) -> date:
    """The last day of which anything is known: what is offered on it may be recommended.

    It is not after today: one device whose clock is wrong does not end everybody's licences. Today without a profile.
    """
    found = profiles.agg(F.max("as_of_date").alias("as_of_date")).head()
    return min(found.as_of_date or today, today) if found else today
