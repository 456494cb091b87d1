import json
from pathlib import Path

import numpy as np
import pytest
from pyspark.sql import SparkSession

from jobs.recommender.learning.contenders import Contender, contenders
from jobs.recommender.learning.stored_model import load_model, save_model
from jobs.recommender.models.implicit_als import AlsParameters, TitleFactors
from jobs.recommender.models.likings import suited
from tests.recommender.models.likings import asked, preferences, ten_of_each


def test_points_that_were_stored_before_ridges_are_held_back_by_titles(tmp_path: Path) -> None:
    save_model(TitleFactors(["a"], np.ones((1, 16), dtype=np.float32), AlsParameters(), ridge=3.0), tmp_path)
    about = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps({name: about[name] for name in about if name != "ridge"}))
    loaded = load_model(tmp_path)
    assert isinstance(loaded, TitleFactors)
    assert loaded.ridge is None


@pytest.mark.parametrize("in_spark", [False, True], ids=["driver", "Spark"])
@pytest.mark.parametrize("contender", contenders(), ids=lambda contender: contender.name)
def test_a_model_that_was_stored_makes_the_same_lists(
    spark: SparkSession, tmp_path: Path, contender: Contender, in_spark: bool
) -> None:
    tastes = {f"{taste}{n}": [f"{taste}{t}" for t in range(5) if t != n] for taste in "ab" for n in range(5)}
    liked = preferences(spark, ten_of_each(tastes))
    ((_, model),) = contender.fit(liked if in_spark else suited(liked), contender.choices[:1])
    save_model(model, tmp_path)
    kept, loaded = (each.recommend(asked(liked), 3) for each in (model, load_model(tmp_path)))
    assert sorted(kept.collect()) == sorted(loaded.collect()) != []
