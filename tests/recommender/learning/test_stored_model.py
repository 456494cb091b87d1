from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.recommender.learning.contenders import Contender, contenders
from jobs.recommender.learning.stored_model import load_model, save_model
from tests.recommender.models.likings import asked, preferences, ten_of_each


@pytest.mark.parametrize("contender", contenders(), ids=lambda contender: contender.name)
def test_a_model_that_was_stored_makes_the_same_lists(
    spark: SparkSession, tmp_path: Path, contender: Contender
) -> None:
    tastes = {f"{taste}{n}": [f"{taste}{t}" for t in range(5) if t != n] for taste in "ab" for n in range(5)}
    liked = preferences(spark, ten_of_each(tastes))
    ((_, model),) = contender.fit(liked, contender.choices[:1])
    save_model(model, tmp_path)
    kept, loaded = (each.recommend(asked(liked), 3) for each in (model, load_model(tmp_path)))
    assert sorted(kept.collect()) == sorted(loaded.collect()) != []
