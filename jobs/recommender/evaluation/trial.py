"""A model tried on data that it has not seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame

from jobs.recommender.evaluation.membership_attack import attack
from jobs.recommender.evaluation.metrics import LIST_LENGTH
from jobs.recommender.evaluation.model_quality import ModelQuality, model_quality
from jobs.recommender.evaluation.parameters import described, in_words
from jobs.recommender.evaluation.viewer_quality import viewer_quality
from jobs.recommender.learning.contenders import Contender
from jobs.recommender.models import Recommender, Rows
from jobs.recommender.models.likings import MOST_LIKINGS_IN_DRIVER, Likings, suited


@dataclass(frozen=True)
class Trial:
    """What lists are judged by: whom they are made for, what those went on to like, and what was learnt from.

    `preferences` and `viewers` are as models take them; `relevant` has `profile_key` and `title_id`. `known` is what
    viewers had liked before, also those that nothing was learnt from. `outsiders` (`profile_key`) are the viewers that
    `preferences` has nothing of on purpose. All of it is in Spark, or all of it in the driver.
    """

    preferences: DataFrame | Likings
    known: Rows
    viewers: Rows
    relevant: Rows
    catalogue_size: int
    outsiders: Rows | None = None


@dataclass(frozen=True)
class Result:
    """What one model reached with one choice of parameters; `of_viewers` are its rows of `viewer_quality`.

    `membership_auc`: how well it can be told whom the model learnt from; null where it was not tried.
    """

    contender: str
    parameters: Any
    quality: ModelQuality
    of_viewers: Rows
    membership_auc: float | None = None

    def __str__(self) -> str:
        return f"{self.contender} ({in_words(described(self.parameters))}): nDCG@10 {self.quality.ndcg:.4f}"


def held(trial: Trial) -> Trial:
    """In the driver, if what it learns from and what it knows are few enough for that (`suited`)."""
    if isinstance(trial.known, pa.Table):
        return trial
    learnt = suited(trial.preferences)
    if not isinstance(learnt, Likings) or trial.known.count() > MOST_LIKINGS_IN_DRIVER:
        return trial
    return replace(
        trial,
        preferences=learnt,
        known=trial.known.select("profile_key", "title_id").toArrow(),
        viewers=trial.viewers.toArrow(),
        relevant=trial.relevant.toArrow(),
        outsiders=None if trial.outsiders is None else trial.outsiders.toArrow(),
    )


def tried(model: Recommender, contender: str, parameters: Any, trial: Trial) -> Result:
    lists = model.recommend(trial.viewers, LIST_LENGTH)
    if isinstance(lists, pa.Table):
        of_viewers = viewer_quality(lists, trial.relevant, trial.known)
        return Result(contender, parameters, model_quality(of_viewers, lists, trial.catalogue_size), of_viewers)
    lists = lists.persist()
    of_viewers = viewer_quality(lists, trial.relevant, trial.known).localCheckpoint()
    quality = model_quality(of_viewers, lists, trial.catalogue_size)
    lists.unpersist()
    return Result(contender, parameters, quality, of_viewers)


def best_in_validation(contender: Contender, validation: Trial, on_result: Callable[[Result], None]) -> Result:
    """Tries all choices; the result with the largest nDCG, the first of several."""
    results = []
    for parameters, model in contender.fit(validation.preferences, contender.choices):
        results.append(tried(model, contender.name, parameters, validation))
        on_result(results[-1])
    return max(results, key=lambda result: result.quality.ndcg)


def on_test(contender: Contender, parameters: Any, test: Trial) -> Result:
    """Fits with these parameters on all that the test allows, judges it there and, with outsiders, attacks it."""
    ((_, model),) = contender.fit(test.preferences, [parameters])
    result = tried(model, contender.name, parameters, test)
    if test.outsiders is None:
        return result
    return replace(result, membership_auc=attack(model, test.viewers, test.outsiders))
