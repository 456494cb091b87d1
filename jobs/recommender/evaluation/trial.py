"""A model tried on data that it has not seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pyspark.sql import DataFrame

from jobs.recommender.evaluation.membership_attack import attack
from jobs.recommender.evaluation.metrics import LIST_LENGTH
from jobs.recommender.evaluation.model_quality import ModelQuality, model_quality
from jobs.recommender.evaluation.parameters import described, in_words
from jobs.recommender.evaluation.viewer_quality import viewer_quality
from jobs.recommender.learning.contenders import Contender
from jobs.recommender.models import Recommender


@dataclass(frozen=True)
class Trial:
    """What lists are judged by: whom they are made for, what those went on to like, and what was learnt from.

    `preferences` and `viewers` are as models take them; `relevant` has `profile_key` and `title_id`. `known` is what
    viewers had liked before, also those that nothing was learnt from. `outsiders` (`profile_key`) are the viewers that
    `preferences` has nothing of on purpose.
    """

    preferences: DataFrame
    known: DataFrame
    viewers: DataFrame
    relevant: DataFrame
    catalogue_size: int
    outsiders: DataFrame | None = None


@dataclass(frozen=True)
class Result:
    """What one model reached with one choice of parameters; `of_viewers` are its rows of `viewer_quality`.

    `membership_auc`: how well it can be told whom the model learnt from; null where it was not tried.
    """

    contender: str
    parameters: Any
    quality: ModelQuality
    of_viewers: DataFrame
    membership_auc: float | None = None

    def __str__(self) -> str:
        return f"{self.contender} ({in_words(described(self.parameters))}): nDCG@10 {self.quality.ndcg:.4f}"


def tried(model: Recommender, contender: str, parameters: Any, trial: Trial) -> Result:
    lists = model.recommend(trial.viewers, LIST_LENGTH).persist()
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
