"""How a registered model is made, and under which names MLflow keeps it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

EXPERIMENT = "playhead-recommender"
REGISTERED_MODEL = "playhead-recommender"
# The tag that holds it. A version without it is from before there were any, and counts as none.
RECIPE_TAG = "recipe"
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
