"""The models that compete, and among which parameters each is searched."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame

from jobs.recommender.learning.recipe import Recipe
from jobs.recommender.models import Recommender
from jobs.recommender.models.blend import BlendParameters, blended
from jobs.recommender.models.ease import EaseParameters, LinearTitles, fit_ease, title_products
from jobs.recommender.models.implicit_als import AlsParameters, fit_als
from jobs.recommender.models.item_similarity import SimilarityParameters, fit_item_similarity
from jobs.recommender.models.likings import Likings
from jobs.recommender.models.popularity import PopularityParameters, fit_popularity
from jobs.recommender.models.title_pairs import HeldPairs, held_pairs, title_pairs

POPULARITY, RECENT_POPULARITY = "popularity", "recent popularity"
ITEM_SIMILARITY, IMPLICIT_ALS, EASE = "item similarity", "implicit ALS", "EASE"
BLEND = "EASE and ALS"
Fits = Callable[[DataFrame | Likings, Sequence[Any]], Iterator[tuple[Any, Recommender]]]


@dataclass(frozen=True)
class Contender:
    """A kind of model. `fit` gives the model of each choice in turn; what they have in common it learns once.

    It learns in the driver from `Likings`, in Spark from rows.
    """

    name: str
    choices: Sequence[Any]
    fit: Fits


def contenders() -> list[Contender]:
    """The baselines first. Few choices each, around what is known to do well: the search ends in minutes."""
    return [
        Contender(POPULARITY, [PopularityParameters()], _each(fit_popularity)),
        Contender(RECENT_POPULARITY, [PopularityParameters(days, True) for days in (7, 30)], _each(fit_popularity)),
        Contender(
            ITEM_SIMILARITY,
            [SimilarityParameters(10.0, 30), SimilarityParameters(10.0, 100), SimilarityParameters(30.0, 100)],
            _of_pairs,
        ),
        Contender(
            IMPLICIT_ALS,
            [AlsParameters(16, 10.0, 0.1), AlsParameters(64, 10.0, 0.1), AlsParameters(64, 4.0, 0.3)],
            _each(fit_als),
        ),
        Contender(EASE, [EaseParameters(ridge) for ridge in (50.0, 200.0, 500.0)], _of_products),
        Contender(BLEND, [BlendParameters(ridge, 16, 10.0, 0.3, 0.5) for ridge in (200.0, 500.0)], _of_both),
    ]


def made_by(recipe: Recipe, of: Sequence[Contender]) -> tuple[Contender, Any]:
    """Which of them made it, and with which parameters."""
    contender = next(contender for contender in of if contender.name == recipe.contender)
    return contender, type(contender.choices[0])(**recipe.parameters)


def _each(fit: Callable[[DataFrame | Likings, Any], Recommender]) -> Fits:
    def fits(preferences: DataFrame | Likings, choices: Sequence[Any]) -> Iterator[tuple[Any, Recommender]]:
        for choice in choices:
            yield choice, fit(preferences, choice)

    return fits


def _of_pairs(
    preferences: DataFrame | Likings, choices: Sequence[SimilarityParameters]
) -> Iterator[tuple[SimilarityParameters, Recommender]]:
    with _pairs(preferences) as pairs:
        for choice in choices:
            yield choice, fit_item_similarity(pairs, choice)


def _of_products(
    preferences: DataFrame | Likings, choices: Sequence[EaseParameters]
) -> Iterator[tuple[EaseParameters, LinearTitles]]:
    with _pairs(preferences) as pairs:
        products = title_products(pairs)
    for choice in choices:
        yield choice, fit_ease(products, choice)


def _of_both(
    preferences: DataFrame | Likings, choices: Sequence[BlendParameters]
) -> Iterator[tuple[BlendParameters, Recommender]]:
    """Choices that tell ALS the same share its fit."""
    factors = {als: fit_als(preferences, als) for als in dict.fromkeys(choice.als for choice in choices)}
    linear = _of_products(preferences, [choice.ease for choice in choices])
    for choice, (_, weights) in zip(choices, linear, strict=True):
        yield choice, blended(weights, factors[choice.als], choice.als_weight)


@contextmanager
def _pairs(preferences: DataFrame | Likings) -> Iterator[DataFrame | HeldPairs]:
    if isinstance(preferences, Likings):
        yield held_pairs(preferences)
        return
    pairs = title_pairs(preferences).persist()
    yield pairs
    pairs.unpersist()
