"""When a version becomes champion: training and `playhead model promote` ask here."""

from dataclasses import dataclass

from jobs.recommender.evaluation.estimate import Estimate


@dataclass(frozen=True)
class Comparison:
    """What a version gains in nDCG@10 on its test days: over popularity, and over the recipe of the champion.

    The champion may have learnt from the test days: its recipe, which had not, stands for it. `champion` is its
    version, null where there was none. `over_champion` is null then, and where the same recipe made the version.
    """

    over_popularity: Estimate
    champion: str | None = None
    is_of_its_recipe: bool = False
    over_champion: Estimate | None = None


@dataclass(frozen=True)
class Standing:
    """Whether a version is to be champion, and why, in words that follow its number."""

    is_champion: bool
    why: str


def standing(compared: Comparison) -> Standing:
    """Whether the version becomes champion.

    It does if it is better than popularity and, where there is a champion, than that one's recipe on the same test
    days, both beyond the 95 % interval; or made by that recipe, from newer data.
    """
    if compared.over_popularity.low <= 0:
        return Standing(
            False, f"is not the champion: its gain over popularity, {compared.over_popularity}, may be none."
        )
    if compared.champion is None:
        return Standing(True, f"is the champion: its gain over popularity is {compared.over_popularity}.")
    if compared.is_of_its_recipe:
        return Standing(True, f"is the new champion: made as version {compared.champion} was, from newer data.")
    gain = compared.over_champion
    if gain is None or gain.low <= 0:
        return Standing(False, f"is not the champion: its gain over version {compared.champion}, {gain}, may be none.")
    return Standing(True, f"is the new champion: its gain over version {compared.champion} is {gain}.")
