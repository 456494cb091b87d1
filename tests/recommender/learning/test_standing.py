"""When a version becomes champion. None of this starts Spark or MLflow."""

import pytest

from jobs.recommender.evaluation.estimate import Estimate
from jobs.recommender.learning.standing import Comparison, standing

SURE, MAYBE = Estimate(0.1, 0.05, 0.15), Estimate(0.1, -0.05, 0.25)


@pytest.mark.parametrize(
    ("compared", "is_champion", "why"),
    [
        (Comparison(SURE), True, "is the champion: its gain over popularity is 0.1000 (0.0500 to 0.1500)."),
        (
            Comparison(MAYBE),
            False,
            "is not the champion: its gain over popularity, 0.1000 (-0.0500 to 0.2500), may be none.",
        ),
        (
            Comparison(SURE, "3", over_champion=SURE),
            True,
            "is the new champion: its gain over version 3 is 0.1000 (0.0500 to 0.1500).",
        ),
        (
            Comparison(SURE, "3", over_champion=MAYBE),
            False,
            "is not the champion: its gain over version 3, 0.1000 (-0.0500 to 0.2500), may be none.",
        ),
        (
            Comparison(SURE, "3", is_of_its_recipe=True),
            True,
            "is the new champion: made as version 3 was, from newer data.",
        ),
        (
            Comparison(MAYBE, "3", is_of_its_recipe=True),
            False,
            "is not the champion: its gain over popularity, 0.1000 (-0.0500 to 0.2500), may be none.",
        ),
        (
            Comparison(MAYBE, "3", over_champion=SURE),
            False,
            "is not the champion: its gain over popularity, 0.1000 (-0.0500 to 0.2500), may be none.",
        ),
    ],
    ids=[
        "first",
        "first, in doubt",
        "better",
        "better, in doubt",
        "its recipe",
        "its recipe, in doubt",
        "than popularity in doubt",
    ],
)
def test_a_version_is_champion_beyond_the_interval(compared: Comparison, is_champion: bool, why: str) -> None:
    found = standing(compared)
    assert (found.is_champion, found.why) == (is_champion, why)
