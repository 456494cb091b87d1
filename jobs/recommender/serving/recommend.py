"""`gold.recommendations`: each viewer's list, by the champion for who agreed to it, else of what is popular."""

import tempfile
from dataclasses import dataclass, replace
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
from jobs.privacy.consenting_profiles import PERSONALISATION, consenting_profiles
from jobs.privacy.consents_of_profiles import consents_of_profiles
from jobs.privacy.unconsented_rows import unconsented_rows
from jobs.recommender.evaluation.metrics import LIST_LENGTH
from jobs.recommender.learning.contenders import POPULARITY
from jobs.recommender.learning.known_titles import known_titles
from jobs.recommender.learning.preferences import preferences
from jobs.recommender.learning.recipe import EXPERIMENT, RECIPE_TAG, Recipe
from jobs.recommender.learning.registry import in_use
from jobs.recommender.learning.stored_model import load_model
from jobs.recommender.learning.viewers import viewers
from jobs.recommender.models import Recommender
from jobs.recommender.models.top_lists import top_lists
from jobs.recommender.serving.age_limits import with_age_limits
from jobs.recommender.serving.candidates import (
    PERSONAL,
    available,
    most_relevant,
    new_candidates,
    one_of_each,
    relevant,
)
from jobs.recommender.serving.due_lists import due_profiles, with_basis
from jobs.recommender.serving.personal_lists import lists_without_consent
from jobs.recommender.serving.popular_works import popular_works
from jobs.recommender.serving.reasons import with_reasons
from jobs.recommender.serving.recommendation_report import RecommendationReport
from jobs.recommender.serving.recommended_lists import recommended_lists
from jobs.recommender.serving.variety import list_variety, varied_lists
from jobs.recommender.serving.works import by_work, next_titles, unseen_titles, works_done, works_left, works_of
from jobs.storage import tracking
from jobs.storage.candidates import Candidate
from jobs.storage.lake import Lake, PublishedLake
from jobs.storage.spark_schema import in_columns_of

# Before those are taken out that are not offered in the viewer's country, and episodes of one series become one.
CANDIDATES_PER_VIEWER = 100
# Of the rest, so many are compared with each other for variety.
COMPARED_PER_VIEWER = 40


@dataclass(frozen=True)
class _Champion:
    name: str
    version: str
    half_life_days: int | None
    model: Recommender | None
    age_days: int | None = None
    lost: str | None = None


def recommend(
    lake: Lake, published: PublishedLake, settings: Settings, today: date
) -> tuple[RecommendationReport, list[Candidate]]:
    """Makes new lists for viewers with new activity; for all, where the model is another one.

    Raises `tracking.TrackingUnavailableError`.
    """
    tracking.connect(settings, EXPERIMENT)
    champion = _champion(today)
    report = RecommendationReport(
        champion.name, champion.version, 0, age_days=champion.age_days, lost_version=champion.lost
    )
    lake.suit_queries(INTERACTIONS)
    as_of = day_of_lists(published.read(PROFILE_FEATURES), today)
    interactions = published.read(INTERACTIONS).where(F.col("session_date") <= F.lit(as_of)).persist()
    titles = lake.read(TITLES).localCheckpoint()
    works = works_of(titles).localCheckpoint()
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
    if due.isEmpty() and gone.isEmpty():
        interactions.unpersist()
        return replace(report, has_changed=False), []

    was_met = (F.col("plays") > 0) | F.col("rating_score_mean").isNotNull()
    known = published.read(TITLE_FEATURES).where(was_met)
    liked = preferences(interactions, champion.half_life_days).localCheckpoint()
    seen = interactions.transform(known_titles).localCheckpoint()
    candidates = (
        _candidates(champion, due, liked, seen, titles, works, known, as_of)
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
    liked_works = works.join(works.join(liked, on="title_id", how="left_semi"), on="work_id", how="left_semi")
    left = works_left(profiles, liked_works, seen, titles).localCheckpoint()
    summary = recommended_lists(lists.unionByName(kept), profiles, left, titles)
    keys = replaced.unionByName(lists.select(*RECOMMENDATIONS.key)).distinct().localCheckpoint()
    by_score = candidates.where(F.col("source") == PERSONAL).transform(top_lists, LIST_LENGTH)
    agreed_today = consenting_profiles(consents, PERSONALISATION, today)
    without = lists.unionByName(kept).transform(lists_without_consent, agreed_today)
    waiting = [
        Candidate(RECOMMENDATIONS, lake.at_hand(lists), keys=keys),
        Candidate(RECOMMENDED_LISTS, lake.at_hand(summary)),
        Candidate(UNCONSENTED_ROWS, lake.at_hand(unconsented_rows(RECOMMENDATIONS, without))),
    ]
    without_list = due.join(lists, on="profile_key", how="left_anti")
    report = replace(
        report,
        new_lists=lists.select("profile_key").distinct().count(),
        variety=list_variety(varied),
        variety_before=list_variety(by_score),
        seen_all=left.where("works_left = 0").join(without_list, on="profile_key", how="left_semi").count(),
    )
    interactions.unpersist()
    return report, waiting


def _champion(today: date) -> _Champion:
    now = in_use()
    if now.champion is None:
        return _Champion(POPULARITY, "none", None, None, lost=now.lost)
    recipe = Recipe.of_text(now.champion.tags[RECIPE_TAG])
    with tempfile.TemporaryDirectory(prefix="playhead-model-") as folder:
        model = load_model(tracking.model_files(now.champion, Path(folder)))
    age_days = max((today - now.champion.registered_on).days, 0)
    return _Champion(now.champion.name, now.champion.version, recipe.half_life_days, model, age_days)


def _candidates(
    champion: _Champion,
    due: DataFrame,
    liked: DataFrame,
    seen: DataFrame,
    titles: DataFrame,
    works: DataFrame,
    known: DataFrame,
    as_of: date,
) -> DataFrame:
    """Of each viewer who is due, a title a work, with what it is about and what the reason needs to know of the viewer.

    Who did not agree to personalisation gets what is popular in the country, and so does who liked nothing yet.
    """
    asked = viewers(due, liked, seen).localCheckpoint()
    without_done = asked.transform(_with_works_done, works, seen)
    found = popular_works(due, without_done, liked, titles, works, CANDIDATES_PER_VIEWER)
    if champion.model:
        personal = due.where("is_personal")
        agreed = asked.join(personal, on="profile_key", how="left_semi")
        by_model = champion.model.recommend(agreed, CANDIDATES_PER_VIEWER).transform(relevant, PERSONAL)
        new = new_candidates(personal, titles, known, as_of).withColumn("new_title_id", F.col("title_id"))
        found = found.unionByName(by_model.transform(by_work, works)).unionByName(
            new.transform(by_work, works), allowMissingColumns=True
        )
    else:
        found = found.withColumn("new_title_id", F.lit(None).cast("string"))
    found = found.withColumnRenamed("title_id", "work_id").localCheckpoint()
    wanted = found.select("profile_key", "work_id").distinct()
    next_ones = unseen_titles(wanted, works, seen).transform(available, due, titles).transform(next_titles)
    # A new episode is no reason to begin its series in the middle, nor to call its beginning new.
    is_next = F.coalesce(F.col("new_title_id") == F.col("title_id"), F.lit(True))
    return (
        found.join(next_ones, on=["profile_key", "work_id"], how="inner")
        .where(is_next)
        .drop("work_id", "new_title_id")
        .transform(one_of_each)
    )


def _with_works_done(viewers: DataFrame, works: DataFrame, seen: DataFrame) -> DataFrame:
    """What is popular is ranked by work: among `seen_titles`, the works of which nothing is left to recommend."""
    done = works_done(works, seen).groupBy("profile_key").agg(F.collect_set("work_id").alias("_done"))
    both = F.concat("seen_titles", F.coalesce("_done", F.array().cast("array<string>")))
    return viewers.join(done, on="profile_key", how="left").withColumn("seen_titles", both).drop("_done")


def day_of_lists(profiles: DataFrame, today: date) -> date:
    """The last day of which anything is known: what is offered on it may be recommended.

    It is not after today: one device whose clock is wrong does not end everybody's licences. Today without a profile.
    """
    found = profiles.agg(F.max("as_of_date").alias("as_of_date")).head()
    return min(found.as_of_date or today, today) if found else today
