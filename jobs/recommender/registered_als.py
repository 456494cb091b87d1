"""The recommender in MLflow: the ALS model and, beside it, the numbers of its viewers and titles."""

from dataclasses import dataclass

from pyspark.ml.recommendation import ALSModel
from pyspark.sql import SparkSession

from jobs import tracking
from jobs.recommender.implicit_als import FittedAls

EXPERIMENT = "playhead-recommender"
REGISTERED_MODEL = "playhead-recommender"
_PROFILE_NUMBERS, _TITLE_NUMBERS = "numbers/profile_numbers", "numbers/title_numbers"


@dataclass(frozen=True)
class ChampionAls:
    """The registered model that lists are made with."""

    name: str
    version: str
    als: FittedAls


def register_als(als: FittedAls) -> str:
    """Logs the model with the current run; returns the new version. Raises `tracking.TrackingUnavailableError`."""
    numbers = {_PROFILE_NUMBERS: als.profile_numbers, _TITLE_NUMBERS: als.title_numbers}
    return tracking.register(als.model, REGISTERED_MODEL, numbers)


def load_champion_als(spark: SparkSession) -> ChampionAls | None:
    """The champion, or None while no model has beaten the baseline. Raises `tracking.TrackingUnavailableError`."""
    champion = tracking.load_champion(REGISTERED_MODEL)
    if champion is None:
        return None
    (model,) = champion.model.stages
    assert isinstance(model, ALSModel), "the registered model is one ALS stage"
    profile_numbers, title_numbers = (
        tracking.rows_beside(spark, champion, path) for path in (_PROFILE_NUMBERS, _TITLE_NUMBERS)
    )
    return ChampionAls(champion.name, champion.version, FittedAls(model, profile_numbers, title_numbers))
