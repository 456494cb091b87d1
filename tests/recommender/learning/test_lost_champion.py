"""The champion's run is deleted and purged from MLflow: what may still be done with it, and that training mends it."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.errors import WrongUsageError
from jobs.recommender.evaluation.measures import GAIN
from jobs.recommender.learning.contenders import EASE
from jobs.recommender.learning.recipe import EXPERIMENT, RECIPE_TAG, REGISTERED_MODEL, Recipe
from jobs.recommender.learning.registry import compared, in_use, promote, roll_back
from jobs.recommender.learning.train import train
from jobs.storage import tracking
from jobs.storage.tracking import CHAMPION, make_champion
from tests.purged_run import purge_run
from tests.recommender.first_choices import first_choices
from tests.recommender.learning.test_train import TODAY, lake_of, two_tastes

LOST = "1"


def test_a_lost_champion_counts_as_none_and_training_makes_another(spark: SparkSession, tmp_path: Path) -> None:
    work = lake_of(spark, tmp_path / "home", two_tastes())
    tracking.connect(work.settings, EXPERIMENT)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "model.json").write_text("{}")
    with tracking.tracked_run("by hand", {}, {}) as run_id:
        tracking.log_metrics({GAIN: 0.1, f"{GAIN}_low": 0.1, f"{GAIN}_high": 0.1})
        tags = {RECIPE_TAG: Recipe(EASE, {}, None).text}
        make_champion(REGISTERED_MODEL, tracking.register_files(tmp_path / "files", REGISTERED_MODEL, tags))
    assert in_use().lost is None
    purge_run(run_id)

    assert (in_use().champion, in_use().lost) == (None, LOST)
    with pytest.raises(WrongUsageError, match=f"Version {LOST} is lost: its run was deleted and purged from MLflow"):
        promote(work.settings, LOST)
    trained = train(work.lake, work.settings, TODAY, first_choices())
    assert (trained.is_champion, trained.version) == (True, "2")
    assert in_use().lost is None
    with pytest.raises(WrongUsageError, match=f"The champion before this one, version {LOST}, is lost"):
        roll_back(work.settings)
    assert compared(work.settings, [CHAMPION, LOST])["nDCG@10"][1] == ""
