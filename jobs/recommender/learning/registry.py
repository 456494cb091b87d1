"""The recommender's versions in the registry: which one is in use, and how they compare."""

from collections.abc import Sequence
from dataclasses import dataclass

from jobs.config import Settings
from jobs.errors import WrongUsageError
from jobs.recommender.evaluation.estimate import Estimate
from jobs.recommender.evaluation.measures import GAIN, MEASURE_NAMES
from jobs.recommender.evaluation.parameters import in_words
from jobs.recommender.learning.recipe import (
    COMPARED_WITH_TAG,
    EXPERIMENT,
    GAIN_OVER_CHAMPION,
    RECIPE_TAG,
    REGISTERED_MODEL,
    Recipe,
)
from jobs.recommender.learning.standing import Comparison, standing
from jobs.storage import tracking

# What is said of a version without files.
LOST = "is lost: its run was deleted and purged from MLflow, and its files with it"


@dataclass(frozen=True)
class InUse:
    """The champion; or, where its run was purged from MLflow, and its files with it, the version that is `lost`."""

    champion: tracking.Registered | None = None
    lost: str | None = None


def in_use() -> InUse:
    """A version from before there were recipes counts as none. Raises `tracking.TrackingUnavailableError`."""
    found = tracking.registered(REGISTERED_MODEL, tag=RECIPE_TAG)
    if found and not tracking.has_files(found):
        return InUse(lost=found.version)
    return InUse(found)


def promote(settings: Settings, which: str) -> str:
    """Makes the version champion if what its training measured allows it (`standing`); says what was done.

    Raises `WrongUsageError` and `tracking.TrackingUnavailableError`.
    """
    tracking.connect(settings, EXPERIMENT)
    version, champion = _version(which), in_use().champion
    if champion and champion.version == version.version:
        return f"Version {version.version} is the champion already."
    if not tracking.has_files(version):
        raise WrongUsageError(f"Version {version.version} {LOST}. `playhead train` makes another.")
    compared_with = version.tags.get(COMPARED_WITH_TAG)
    if champion and compared_with != champion.version:
        raise WrongUsageError(
            f"Version {version.version} was not compared with the champion, version {champion.version}: "
            "`playhead train` compares a new one. `playhead model rollback` brings the last champion back."
        )
    found = standing(_comparison(version, champion))
    if not found.is_champion:
        raise WrongUsageError(f"Version {version.version} {found.why} `playhead train` on more data makes another.")
    tracking.make_champion(REGISTERED_MODEL, version.version)
    return f"Version {version.version} is the champion. `playhead recommend` makes all lists with it."


def roll_back(settings: Settings) -> str:
    """Makes the champion before the champion again; says what was done. Raises as `promote`."""
    tracking.connect(settings, EXPERIMENT)
    before = tracking.registered(REGISTERED_MODEL, tracking.PREVIOUS)
    if before and not tracking.has_files(before):
        raise WrongUsageError(f"The champion before this one, version {before.version}, {LOST}: nothing to go back to.")
    done = tracking.roll_back(REGISTERED_MODEL)
    if done is None:
        raise WrongUsageError("There was no champion before this one: nothing to go back to.")
    was, is_now = done
    return (
        f"Version {is_now} is the champion again, version {was} is not. `playhead recommend` makes all lists with it."
    )


def compared(settings: Settings, versions: Sequence[str]) -> dict[str, list[str]]:
    """What versions were made of, what they learnt from, each figure of their tests.

    The versions are in each list in the order in which they were asked for. Raises as `promote`.
    """
    tracking.connect(settings, EXPERIMENT)
    found = [_version(which) for which in versions]
    recipes = [Recipe.of_text(version.tags[RECIPE_TAG]) for version in found]
    data = sorted({tag for version in found for tag in version.tags if tag.startswith("data.")})
    return {
        "version": [version.version for version in found],
        "registered on": [str(version.registered_on) for version in found],
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


def _comparison(version: tracking.Registered, champion: tracking.Registered | None) -> Comparison:
    """With the champion, if there is one, as the version's training measured it."""
    over_popularity = _estimate(version, GAIN)
    assert over_popularity, "training measures it of every version that has a recipe"
    if champion is None:
        return Comparison(over_popularity)
    is_of_its_recipe = version.tags[RECIPE_TAG] == champion.tags[RECIPE_TAG]
    return Comparison(over_popularity, champion.version, is_of_its_recipe, _estimate(version, GAIN_OVER_CHAMPION))


def _figure(version: tracking.Registered, name: str) -> str:
    return str(_estimate(version, name) or "")


def _estimate(version: tracking.Registered, name: str) -> Estimate | None:
    mean, low, high = (version.metrics.get(part) for part in (name, f"{name}_low", f"{name}_high"))
    return None if mean is None or low is None or high is None else Estimate(mean, low, high)
