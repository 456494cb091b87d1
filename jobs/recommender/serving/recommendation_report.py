"""What a making of lists came to, in words."""

from dataclasses import dataclass

from jobs.recommender.learning.contenders import POPULARITY
from jobs.recommender.learning.registry import LOST
from jobs.wording import counted

# By then what the champion learnt last counts half, where a model forgets.
OLD_AFTER_DAYS = 30


@dataclass(frozen=True)
class RecommendationReport:
    """Which model made the lists, how many are new, and how varied those are: as they are, and by score alone.

    `seen_all` are viewers without a list for whom nothing is left. `age_days` are days since the model was registered.
    `lost_version` is a champion that could not be used.
    """

    model_name: str
    model_version: str
    new_lists: int
    variety: float | None = None
    variety_before: float | None = None
    has_changed: bool = True
    seen_all: int = 0
    age_days: int | None = None
    lost_version: str | None = None

    def __str__(self) -> str:
        told = [self._made, self._nothing_left, self._lost, self._old]
        return "\n".join(f"recommend: {sentence}" for sentence in told if sentence)

    @property
    def _made(self) -> str:
        if not self.has_changed:
            return f"nothing new: no viewer did anything since, and the model is the same{self._by}."
        if self.seen_all and not self.new_lists:
            return ""
        made = counted(self.new_lists, "new list")
        if self.model_name == POPULARITY:
            why = "" if self.lost_version else ": no model has beaten those yet"
            return f"{made} of popular titles{why}."
        if self.variety is None or self.variety_before is None:
            return f"{made}{self._by}."
        return f"{made}{self._by}. Variety {self.variety:.2f}, {self.variety_before:.2f} by score alone."

    @property
    def _by(self) -> str:
        if self.model_name == POPULARITY:
            return ""
        age = "" if self.age_days is None else f", {counted(self.age_days, 'day')} old"
        separator = " by" if self.has_changed else ","
        return f"{separator} {self.model_name} version {self.model_version}{age}"

    @property
    def _nothing_left(self) -> str:
        if not self.seen_all:
            return ""
        return (
            f"nothing is left to recommend to {counted(self.seen_all, 'viewer')}: all titles that the lake knows "
            "anybody to like, and that are on offer there, are seen or on the viewer's list."
        )

    @property
    def _lost(self) -> str:
        if not self.lost_version:
            return ""
        return (
            f"the champion, version {self.lost_version}, {LOST}. Lists are of popular titles until `playhead train` "
            "makes another, or `playhead model rollback` brings back the one before."
        )

    @property
    def _old(self) -> str:
        if self.age_days is None or self.age_days <= OLD_AFTER_DAYS:
            return ""
        return f"the champion is {self.age_days:,} days old: `playhead train` learns from newer data."
