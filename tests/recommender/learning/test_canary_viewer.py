"""One viewer more or less: what the lists of all others may show of it."""

from collections.abc import Mapping

import numpy as np
import pytest
from pyspark.sql import SparkSession

from jobs.recommender.learning.contenders import Contender, contenders
from jobs.recommender.learning.learnable import learnable
from jobs.recommender.models import Rows
from jobs.recommender.models.likings import MOST_LIKINGS_IN_DRIVER, suited
from tests.recommender.models.likings import asked, lists_by_viewer, preferences

VIEWERS, TITLES_OF_A_TASTE, LENGTH = 400, 25, 10
# Of ten titles, so many may be others in anybody's list, and so many in the mean over all lists.
MOST_CHANGED, MOST_CHANGED_ON_AVERAGE = 3, 0.5
CANARY = "canary"


def world() -> dict[str, Mapping[str, float]]:
    """Two tastes; in each, titles from liked by most to liked by few."""
    stream = np.random.default_rng(11)
    chances = np.linspace(0.7, 0.12, TITLES_OF_A_TASTE)
    liked: dict[str, Mapping[str, float]] = {}
    for viewer in range(VIEWERS):
        own, other = "ab" if viewer % 2 else "ba"
        own_titles, other_titles = stream.random((2, TITLES_OF_A_TASTE)) < np.stack([chances, chances / 8])
        titles = [f"{own}-{n:02}" for n in np.flatnonzero(own_titles)]
        titles += [f"{other}-{n:02}" for n in np.flatnonzero(other_titles)]
        liked[f"viewer-{viewer}"] = dict.fromkeys(titles, 1.0)
    return liked


def canary() -> dict[str, float]:
    """Likes the rarest title of each taste and titles that nobody knows, a thousand times each."""
    rare = [f"{taste}-{TITLES_OF_A_TASTE - 1:02}" for taste in "ab"]
    return dict.fromkeys([*rare, *(f"secret-{n}" for n in range(5))], 1000.0)


@pytest.mark.parametrize("contender", contenders(), ids=lambda contender: contender.name)
@pytest.mark.parametrize("most_in_driver", [MOST_LIKINGS_IN_DRIVER, 0], ids=["driver", "Spark"])
def test_a_canary_changes_nobody_elses_list_beyond_the_bound(
    spark: SparkSession, contender: Contender, most_in_driver: int
) -> None:
    others = preferences(spark, world()).persist()
    viewers: Rows = asked(others) if most_in_driver == 0 else asked(others).toArrow()
    lists = []
    for liked in (others, others.unionByName(preferences(spark, {CANARY: canary()}))):
        learnt = suited(liked.transform(learnable).localCheckpoint(), most_in_driver)
        ((_, model),) = contender.fit(learnt, contender.choices[:1])
        lists.append(lists_by_viewer(model.recommend(viewers, LENGTH)))
    without, with_it = lists
    assert without.keys() == with_it.keys() == world().keys()
    changed = [len(set(without[viewer]) ^ set(with_it[viewer])) / 2 for viewer in without]
    print(contender.name, max(changed), np.mean(changed))
    assert not [titles for titles in with_it.values() if any(title.startswith("secret") for title in titles)]
    assert max(changed) <= MOST_CHANGED
    assert np.mean(changed) <= MOST_CHANGED_ON_AVERAGE
