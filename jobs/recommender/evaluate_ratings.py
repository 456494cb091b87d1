"""All models on a file of ratings, side by side, as published comparisons have them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.errors import PlayheadError
from jobs.recommender.contenders import Contender, contenders
from jobs.recommender.estimate import Estimate
from jobs.recommender.model_quality import quality_gain
from jobs.recommender.rating_error import RatingError, rating_error
from jobs.recommender.ratings_file import read_ratings
from jobs.recommender.splits import split_stratified
from jobs.recommender.trial import Result, Trial, best_in_validation, on_test
from jobs.recommender.viewers import viewers
from jobs.terminal import counted

Protocol = Literal["stratified", "time"]
LEARNT_SHARE = 0.75
_SEED = 42


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
    say: Callable[[str], None],
    of: Sequence[Contender] | None = None,
) -> Evaluation:
    """Every rating counts as a liking, a high one for more; what a viewer rated before is not recommended again.

    Parameters are chosen on a part of what is learnt from, split off by the same protocol; the test is seen once.
    Raises `jobs.errors.WrongUsageError` and `NobodyToTestError`.
    """
    say(f"evaluate: reading {path} …")
    likings = read_ratings(spark, path, item_column).transform(_likings).localCheckpoint()
    learnt, held_out = _split(likings, protocol)
    fitted, validated = _split(learnt, protocol)
    validation, test = _trial(fitted, validated), _trial(learnt, held_out)
    results: list[Result] = []
    for contender in contenders() if of is None else of:
        say(f"evaluate: {contender.name}, {len(contender.choices)} to choose from …")
        best = best_in_validation(contender, validation, lambda result: say(f"  in validation, {result}"))
        results.append(on_test(contender, best.parameters, test))
        say(f"  on the test, {results[-1]}")
    say("evaluate: explicit ALS …")
    return Evaluation(
        ratings=likings.count(),
        learnt=learnt.count(),
        viewers=results[0].quality.viewers,
        results=results,
        gains=[quality_gain(result.of_viewers, results[0].of_viewers) for result in results],
        explicit=rating_error(learnt, held_out),
    )


def _likings(ratings: DataFrame) -> DataFrame:
    """As models learn from them, and the rating: strength = (1 + rating / the highest of all) / 2."""
    highest = ratings.agg(F.max("rating").alias("_highest"))
    return ratings.crossJoin(F.broadcast(highest)).select(
        "profile_key",
        "title_id",
        "rating",
        ((1 + F.coalesce(F.try_divide("rating", "_highest"), F.lit(0.0))) / 2).alias("strength"),
        F.lit(None).cast("string").alias("country"),
        F.col("rated_on").alias("liked_on"),
    )


def _split(likings: DataFrame, protocol: Protocol) -> tuple[DataFrame, DataFrame]:
    """By time, the first three quarters of all ratings are learnt from, to the end of that day."""
    if protocol == "stratified":
        return split_stratified(likings, LEARNT_SHARE, _SEED)
    days = likings.agg(F.percentile_approx("liked_on", LEARNT_SHARE).alias("until")).head()
    assert days is not None, "an aggregate without groups has one row"
    return likings.where(F.col("liked_on") <= days.until), likings.where(F.col("liked_on") > days.until)


def _trial(learnt: DataFrame, tested: DataFrame) -> Trial:
    known = learnt.select("profile_key", "country").distinct()
    relevant = tested.select("profile_key", "title_id").join(known, on="profile_key", how="left_semi").localCheckpoint()
    if relevant.isEmpty():
        raise NobodyToTestError("Nobody who is known rated anything after the split. Try --protocol stratified.")
    asked = known.join(relevant, on="profile_key", how="left_semi")
    return Trial(
        preferences=learnt,
        viewers=viewers(asked, learnt, learnt).localCheckpoint(),
        relevant=relevant,
        catalogue_size=learnt.select("title_id").distinct().count(),
    )
