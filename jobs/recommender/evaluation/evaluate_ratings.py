"""All models on a file of ratings, side by side, as published comparisons have them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.errors import PlayheadError
from jobs.recommender.evaluation.estimate import Estimate
from jobs.recommender.evaluation.model_quality import quality_gain
from jobs.recommender.evaluation.rating_error import RatingError, rating_error
from jobs.recommender.evaluation.ratings_file import read_ratings
from jobs.recommender.evaluation.splits import split_stratified, split_viewers
from jobs.recommender.evaluation.trial import Result, Trial, best_in_validation, held, on_test
from jobs.recommender.learning.contenders import Contender, contenders
from jobs.recommender.learning.learnable import learnable
from jobs.recommender.learning.viewers import viewers
from jobs.storage.query_settings import suit_queries
from jobs.wording import counted

logger = logging.getLogger(__name__)

Protocol = Literal["stratified", "time", "users"]
LEARNT_SHARE = 0.75
# A viewer whom chance spared in the test must not be spared in validation, too.
_TEST_SEED, _VALIDATION_SEED = 42, 43


class NobodyToTestError(PlayheadError):
    """The split leaves nobody who is known and went on to rate something."""


@dataclass(frozen=True)
class Evaluation:
    """What came of it: a result a model, each tested with the parameters that did best in validation.

    `gains` are of each model's nDCG over that of the first one, popularity.
    """

    ratings: int
    learnt: int
    viewers: int
    results: Sequence[Result]
    gains: Sequence[Estimate]
    explicit: RatingError

    @property
    def title(self) -> str:
        return (
            f"{counted(self.viewers, 'user')} tested, {self.learnt:,} of {counted(self.ratings, 'rating')} learnt from"
        )


def evaluate_ratings(
    spark: SparkSession,
    path: Path,
    item_column: str | None,
    protocol: Protocol,
    of: Sequence[Contender] | None = None,
) -> Evaluation:
    """Every rating counts as a liking, a high one for more; what a viewer rated before is not recommended again.

    Parameters are chosen on a part of what is learnt from, split off by the same protocol; the test is seen once.
    Explicit ALS knows only whom it learnt from: it also learns from what tested users are known by.
    Raises `jobs.errors.WrongUsageError` and `NobodyToTestError`.
    """
    logger.info("evaluate: reading %s …", path)
    suit_queries(spark, None)
    likings = read_ratings(spark, path, item_column).transform(_likings).localCheckpoint()
    parts = _split(likings, protocol, _TEST_SEED)
    validation, test = held(_trial(_split(parts.learnt, protocol, _VALIDATION_SEED))), held(_trial(parts))
    results: list[Result] = []
    for contender in contenders() if of is None else of:
        logger.info("evaluate: %s, %d to choose from …", contender.name, len(contender.choices))
        best = best_in_validation(contender, validation, lambda result: logger.info("  in validation, %s", result))
        results.append(on_test(contender, best.parameters, test))
        logger.info("  on the test, %s", results[-1])
    logger.info("evaluate: explicit ALS …")
    return Evaluation(
        ratings=likings.count(),
        learnt=parts.learnt.count(),
        viewers=results[0].quality.viewers,
        results=results,
        gains=[quality_gain(result.of_viewers, results[0].of_viewers) for result in results],
        explicit=rating_error(parts.of_all, parts.tested),
    )


def _likings(ratings: DataFrame) -> DataFrame:
    """As models learn from them, and the rating: strength = (1 + rating / the highest of all) / 2."""
    highest = ratings.agg(F.max("rating").alias("_highest"))
    return ratings.crossJoin(F.broadcast(highest)).select(
        "profile_key",
        F.col("profile_key").alias("account_key"),
        "title_id",
        "rating",
        ((1 + F.coalesce(F.try_divide("rating", "_highest"), F.lit(0.0))) / 2).alias("strength"),
        F.lit(None).cast("string").alias("country"),
        F.col("rated_on").alias("liked_on"),
    )


class _Split(NamedTuple):
    """What models learn from, what they know of the tested when they recommend, and what those are tested on."""

    learnt: DataFrame
    known: DataFrame
    tested: DataFrame

    @property
    def of_all(self) -> DataFrame:
        """What is known of anybody."""
        return self.learnt if self.known is self.learnt else self.learnt.unionByName(self.known)


def _split(likings: DataFrame, protocol: Protocol, seed: int) -> _Split:
    """By time, the first three quarters of all ratings are learnt from, to the end of that day.

    By users, three quarters of them are learnt from; the others are known by three quarters of their own ratings.
    """
    if protocol == "stratified":
        learnt, tested = split_stratified(likings, LEARNT_SHARE, seed)
        return _Split(learnt, learnt, tested)
    if protocol == "users":
        learnt, of_others = split_viewers(likings, LEARNT_SHARE, seed)
        return _Split(learnt, *split_stratified(of_others, LEARNT_SHARE, seed))
    days = likings.agg(F.percentile_approx("liked_on", LEARNT_SHARE).alias("until")).head()
    assert days is not None, "an aggregate without groups has one row"
    learnt = likings.where(F.col("liked_on") <= days.until)
    return _Split(learnt, learnt, likings.where(F.col("liked_on") > days.until))


def _trial(parts: _Split) -> Trial:
    known = parts.known.select("profile_key", "country").distinct()
    relevant = parts.tested.select("profile_key", "title_id").join(known, on="profile_key", how="left_semi")
    relevant = relevant.localCheckpoint()
    if relevant.isEmpty():
        raise NobodyToTestError("Nobody who is known rated anything after the split. Try --protocol stratified.")
    asked = known.join(relevant, on="profile_key", how="left_semi")
    return Trial(
        preferences=parts.learnt.transform(learnable),
        known=parts.of_all,
        viewers=viewers(asked, parts.known, parts.known).localCheckpoint(),
        relevant=relevant,
        catalogue_size=parts.learnt.select("title_id").distinct().count(),
    )
