"""What is fitted and tried in the driver is as good as in Spark."""

import numpy as np
import pytest
from pyspark.sql import SparkSession

from jobs.recommender.evaluation.trial import Trial, held, on_test
from jobs.recommender.learning.contenders import BLEND, IMPLICIT_ALS, Contender, contenders
from jobs.recommender.learning.learnable import learnable
from jobs.recommender.models.likings import engine
from tests.recommender.models.likings import asked, preferences

VIEWERS, TITLES_OF_A_TASTE = 300, 40
# Their ridges are not the same: one goes by each row's titles, the other by the mean of all.
OF_ALS, OF_OTHERS = 0.02, 0.002


@pytest.fixture(scope="module")
def trial(spark: SparkSession) -> Trial:
    """Viewers like some titles of each of three tastes, most of all of their own; a quarter of it is not told."""
    stream = np.random.default_rng(3)
    chances = np.linspace(0.5, 0.05, TITLES_OF_A_TASTE)
    told, later = dict[str, list[str]](), dict[str, list[str]]()
    for viewer in range(VIEWERS):
        of_tastes = (chances if taste == viewer % 3 else chances / 4 for taste in range(3))
        liked = np.flatnonzero(stream.random(3 * TITLES_OF_A_TASTE) < np.concatenate(list(of_tastes)))
        is_told = stream.random(len(liked)) < 0.75
        told[f"viewer {viewer}"] = [f"title {title:03}" for title in liked[is_told]]
        later[f"viewer {viewer}"] = [f"title {title:03}" for title in liked[~is_told]]
    known = preferences(spark, told).localCheckpoint()
    relevant = preferences(spark, later).select("profile_key", "title_id").localCheckpoint()
    is_outsider = "profile_key LIKE '%7'"
    return Trial(
        preferences=known.where(f"NOT {is_outsider}").transform(learnable).localCheckpoint(),
        known=known,
        viewers=asked(known).localCheckpoint(),
        relevant=relevant,
        catalogue_size=3 * TITLES_OF_A_TASTE,
        outsiders=known.where(is_outsider).select("profile_key").distinct().localCheckpoint(),
    )


@pytest.fixture(scope="module")
def in_driver(trial: Trial) -> Trial:
    return held(trial)


@pytest.mark.parametrize("contender", contenders(), ids=lambda contender: contender.name)
def test_both_engines_reach_the_same(trial: Trial, in_driver: Trial, contender: Contender) -> None:
    assert (engine(trial.preferences), engine(in_driver.preferences)) == ("Spark", "driver")
    there, here = (on_test(contender, contender.choices[0], of) for of in (trial, in_driver))
    has_als = contender.name in (IMPLICIT_ALS, BLEND)
    within = OF_ALS if has_als else OF_OTHERS
    assert here.quality.viewers == there.quality.viewers
    assert here.quality.ndcg == pytest.approx(there.quality.ndcg, abs=within)
    assert here.quality.ndcg > 0.05
    if not has_als:
        for name, estimate in there.quality.estimates.items():
            assert here.quality.estimates[name].mean == pytest.approx(estimate.mean, abs=within), name
    assert here.membership_auc == pytest.approx(there.membership_auc, abs=0.05)
