"""How a registered model is made, and under which names MLflow keeps it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from jobs.storage.experiment import Experiment

EXPERIMENT = Experiment(
    "playhead-recommender",
    "Trainings of the recommender, a run each. Below a run: every model with every choice of parameters on the "
    "validation days, the best choice of each on the test days, and the model that was registered. Figures end in "
    "`_low` and `_high` where they are the ends of a 95 % interval; `data.…` are the Delta versions and days that a "
    "run learnt from. `playhead model compare` sets versions side by side.",
)
REGISTERED_MODEL = "playhead-recommender"
# The tag that holds it. A version without it is from before there were any, and counts as none.
RECIPE_TAG = "recipe"
# The tag of the last day that a version learnt from.
LEARNT_TO_TAG = "data.last_date"
# The tag of the champion of its day, by version.
COMPARED_WITH_TAG = "compared_with"
# By how much a version was better than the champion of its day, with `_low` and `_high`.
GAIN_OVER_CHAMPION = "ndcg_gain_over_champion"


@dataclass(frozen=True)
class Recipe:
    """Which kind of model, with which parameters, and after how many days what was watched counts half."""

    contender: str
    parameters: Mapping[str, object]
    half_life_days: int | None

    @property
    def text(self) -> str:
        """As the registry keeps it."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def of_text(cls, text: str) -> Self:
        return cls(**json.loads(text))
