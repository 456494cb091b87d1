"""The recommender's versions in the registry: which one is in use, and how they compare."""

from collections.abc import Sequence

from jobs.config import Settings
from jobs.errors import WrongUsageError
from jobs.recommender.evaluation.comparison import GAIN, MEASURE_NAMES
from jobs.recommender.evaluation.estimate import Estimate
from jobs.recommender.evaluation.trial import in_words
from jobs.recommender.learning.recipe import (
    COMPARED_WITH_TAG,
    EXPERIMENT,
    GAIN_OVER_CHAMPION,
    RECIPE_TAG,
    REGISTERED_MODEL,
    Recipe,
)
from jobs.storage import tracking


def promote(settings: Settings, which: str) -> str:
    """Makes the version champion if its training found it better than the champion; says what was done.

    Raises `WrongUsageError` and `tracking.TrackingUnavailableError`.
    """
    tracking.connect(settings, EXPERIMENT)
    version, champion = _version(which), tracking.registered(REGISTERED_MODEL, tag=RECIPE_TAG)
    if champion and champion.version == version.version:
        return f"Version {version.version} is the champion already."
    measure = GAIN_OVER_CHAMPION if champion else GAIN
    gain = version.metrics.get(f"{measure}_low")
    compared_with = version.tags.get(COMPARED_WITH_TAG)
    if champion and compared_with != champion.version:
        raise WrongUsageError(
            f"Version {version.version} was not compared with the champion, version {champion.version}: "
            "`playhead train` compares a new one. `playhead model rollback` brings the last champion back."
        )
    if gain is None or gain <= 0:
        raise WrongUsageError(
            f"Version {version.version} was not found better than what is in use: on the same test days its gain "
            f"in nDCG@10 is {_figure(version, measure)}, which may be nothing. `playhead train` on more data makes "
            "another."
        )
    tracking.crown(REGISTERED_MODEL, version.version)
    return f"Version {version.version} is the champion. `playhead recommend` makes all lists with it."


def roll_back(settings: Settings) -> str:
    """Makes the champion before the champion again; says what was done. Raises as `promote`."""
    tracking.connect(settings, EXPERIMENT)
    done = tracking.roll_back(REGISTERED_MODEL)
    if done is None:
        raise WrongUsageError("There was no champion before this one: nothing to go back to.")
    was, is_now = done
    return (
        f"Version {is_now} is the champion again, version {was} is not. `playhead recommend` makes all lists with it."
    )


def compared(settings: Settings, versions: Sequence[str]) -> dict[str, list[str]]:
    """What versions were made of, what they learnt from, each figure of their tests; the versions are in each list in
    the order in which they were asked for.

    Raises as `promote`.
    """
    tracking.connect(settings, EXPERIMENT)
    found = [_version(which) for which in versions]
    recipes = [Recipe.of_text(version.tags[RECIPE_TAG]) for version in found]
    data = sorted({tag for version in found for tag in version.tags if tag.startswith("data.")})
    return {
        "version": [version.version for version in found],
        "model": [recipe.contender for recipe in recipes],
        "parameters": [in_words(recipe.parameters) for recipe in recipes],
        "half-life, days": [str(recipe.half_life_days or "") for recipe in recipes],
        **{name.removeprefix("data."): [version.tags.get(name, "") for version in found] for name in data},
        "gain over the champion then": [_figure(version, GAIN_OVER_CHAMPION) for version in found],
        **{title: [_figure(version, name) for version in found] for name, title in MEASURE_NAMES.items()},
    }


def _version(which: str) -> tracking.Registered:
    found = tracking.registered(REGISTERED_MODEL, which, RECIPE_TAG)
    if found is None:
        raise WrongUsageError(f"There is no version {which} of {REGISTERED_MODEL}. `playhead train` makes one.")
    return found


def _figure(version: tracking.Registered, name: str) -> str:
    mean, low, high = (version.metrics.get(part) for part in (name, f"{name}_low", f"{name}_high"))
    return "" if mean is None or low is None or high is None else str(Estimate(mean, low, high))
