"""By how much personal lists beat what the others are served, on days that had no part in choosing who makes them."""

from dataclasses import dataclass
from datetime import date, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import FEWEST_VIEWERS
from jobs.recommender.evaluation.estimate import Estimate
from jobs.recommender.evaluation.model_quality import quality_gain
from jobs.recommender.evaluation.trial import tried
from jobs.recommender.learning.contenders import POPULARITY, contenders, made_by
from jobs.recommender.learning.learnable import learnable
from jobs.recommender.learning.preferences import preferences
from jobs.recommender.learning.recipe import Recipe
from jobs.recommender.learning.season import Season
from jobs.recommender.models.likings import suited
from jobs.recommender.models.popularity import PopularityParameters, fit_popularity

# What `playhead recommend` gives who did not agree to personal lists: popular of late, in their country.
SERVED_TO_OTHERS = PopularityParameters(half_life_days=30, by_country=True)


@dataclass(frozen=True)
class MeasuredGain:
    """The gain in nDCG@10, viewer by viewer, over so many `viewers` and `days`."""

    estimate: Estimate
    viewers: int
    days: int


def gain_since(
    interactions: DataFrame, agreed: DataFrame, recipe: Recipe, learnt_to: date, newest: date
) -> MeasuredGain | None:
    """Of those who `agreed` and so get personal lists; null while there is no day, or fewer than `FEWEST_VIEWERS`.

    A model becomes champion because it did well on its test days: there it looks better than it is. What is counted
    here is what viewers liked from the day after `learnt_to` up to `newest`, and had not met before. `interactions` are
    those of all viewers: what is popular is what all of them like. The champion is made again by its recipe, from the
    days that it learnt from.
    """
    since, until = learnt_to + timedelta(days=1), newest + timedelta(days=1)
    of_agreed = interactions.join(agreed, on="profile_key", how="left_semi").localCheckpoint()
    earlier = F.col("session_date") < F.lit(since)
    if newest < since or of_agreed.where(earlier).isEmpty():
        return None
    trial = Season(of_agreed, since, until, {}).validation(recipe.half_life_days)
    if trial.viewers.count() < FEWEST_VIEWERS:
        return None
    contender, parameters = made_by(recipe, contenders())
    ((_, champion),) = contender.fit(suited(trial.preferences), [parameters])
    liked = preferences(interactions.where(earlier), recipe.half_life_days).transform(learnable)
    popular = fit_popularity(liked.localCheckpoint(), SERVED_TO_OTHERS, with_rare=True)
    personal = tried(champion, recipe.contender, parameters, trial)
    others = tried(popular, POPULARITY, SERVED_TO_OTHERS, trial)
    gain = quality_gain(personal.of_viewers, others.of_viewers)
    return MeasuredGain(gain, personal.quality.viewers, (newest - learnt_to).days)
