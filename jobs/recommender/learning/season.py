"""What models are made from, split by time: what was done on the later days is known to nobody who learns."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.errors import PlayheadError
from jobs.recommender.evaluation.membership_attack import OUTSIDERS_ONE_IN
from jobs.recommender.evaluation.trial import Trial
from jobs.recommender.learning.learnable import learnable
from jobs.recommender.learning.preferences import preferences, relevant_titles
from jobs.recommender.learning.viewers import viewers


class NotEnoughDataError(PlayheadError):
    """There is nothing to learn from, or nothing to test on."""


@dataclass(frozen=True)
class Season:
    """What models are made from, and where it is split. `data` is what the runs say of it."""

    interactions: DataFrame
    validate_from: date
    test_from: date
    data: Mapping[str, object]

    def validation(self, half_life_days: int | None) -> Trial:
        return _trial(self._before(self.test_from), self.validate_from, half_life_days)

    def test(self, half_life_days: int | None) -> Trial:
        """One account in ten is recommended to, and not learnt from: so that it can be tried whether that shows."""
        trial = _trial(self.interactions, self.test_from, half_life_days)
        learnt = trial.preferences
        assert isinstance(learnt, DataFrame), "a season is split in Spark"
        is_outsider = F.pmod(F.xxhash64("account_key"), F.lit(OUTSIDERS_ONE_IN)) == 0
        outsiders = learnt.where(is_outsider).select("account_key").distinct()
        profiles = trial.known.join(outsiders, on="account_key", how="left_semi").select("profile_key").distinct()
        return replace(trial, preferences=learnt.where(~is_outsider), outsiders=profiles.localCheckpoint())

    def _before(self, day: date) -> DataFrame:
        return self.interactions.where(F.col("session_date") < F.lit(day))


def _trial(interactions: DataFrame, since: date, half_life_days: int | None) -> Trial:
    """Nothing that viewers did since that date is in what is learnt, nor in what they are known by."""
    earlier = interactions.where(F.col("session_date") < F.lit(since))
    relevant = relevant_titles(interactions.where(F.col("session_date") >= F.lit(since)), earlier).localCheckpoint()
    liked = preferences(earlier, half_life_days).localCheckpoint()
    if liked.isEmpty():
        raise NotEnoughDataError(f"Nobody who agreed to personalisation liked anything before {since}.")
    in_country = earlier.groupBy("profile_key").agg(
        F.max_by("country", F.struct("session_date", "title_id")).alias("country")
    )
    asked = in_country.join(relevant, on="profile_key", how="left_semi")
    return Trial(
        preferences=liked.transform(learnable).localCheckpoint(),
        known=liked,
        viewers=viewers(asked, liked, earlier).localCheckpoint(),
        relevant=relevant,
        catalogue_size=interactions.select("title_id").distinct().count(),
    )
