"""The gain of personal lists is that of days after the model was chosen, over what the others are served."""

from datetime import date, timedelta

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.contracts.gold import INTERACTIONS
from jobs.recommender.learning.contenders import ITEM_SIMILARITY
from jobs.recommender.learning.gain_since import SERVED_TO_OTHERS, gain_since
from jobs.recommender.learning.recipe import Recipe
from jobs.recommender.serving.popular_works import POPULAR_FOR_DAYS
from jobs.storage.local_rows import local_rows
from tests.factories import make_rows

LEARNT_TO, NEWEST = date(2026, 5, 24), date(2026, 5, 26)
RECIPE = Recipe(ITEM_SIMILARITY, {"shrinkage": 10.0, "neighbours": 30}, None)
VIEWERS, TITLES = 80, 16


def watched(of_own_taste_later: bool) -> list[dict[str, object]]:
    """Each has met half of the titles of their taste. Afterwards they watch another one: of their own taste, or not."""
    rows = []
    for viewer in range(VIEWERS):
        taste, other = "ab" if viewer % 2 else "ba"
        begin = viewer // 2
        met = [f"{taste}{(begin + place) % TITLES}" for place in range(TITLES // 2)]
        later = f"{taste if of_own_taste_later else other}{(begin + TITLES // 2) % TITLES}"
        for title, day in [*((title, LEARNT_TO) for title in met), (later, LEARNT_TO + timedelta(days=2))]:
            rows.append(
                {"session_date": day, "profile_key": f"p{viewer}", "account_key": f"a{viewer}", "title_id": title}
                | {"country": "CA", "plays": 1, "watched_seconds": 3600.0, "watched_ratio": 1.0}
            )
    return rows


def agreed(spark: SparkSession, viewers: int = VIEWERS) -> DataFrame:
    return local_rows(spark, [(f"p{viewer}",) for viewer in range(viewers)], "profile_key string")


@pytest.mark.parametrize(("of_own_taste_later", "is_gain"), [(True, True), (False, False)])
def test_what_viewers_did_afterwards_decides(spark: SparkSession, of_own_taste_later: bool, is_gain: bool) -> None:
    rows = make_rows(spark, INTERACTIONS, watched(of_own_taste_later))
    found = gain_since(rows, agreed(spark), RECIPE, LEARNT_TO, NEWEST)
    assert found is not None
    assert (found.viewers, found.days) == (VIEWERS, 2)
    assert (found.estimate.low > 0) is is_gain
    assert (found.estimate.high < 0) is not is_gain


@pytest.mark.parametrize(
    ("learnt_to", "who"), [(NEWEST, VIEWERS), (LEARNT_TO, 20), (LEARNT_TO, 0)], ids=["no day", "few", "nobody"]
)
def test_too_little_is_no_gain(spark: SparkSession, learnt_to: date, who: int) -> None:
    rows = make_rows(spark, INTERACTIONS, watched(True))
    assert gain_since(rows, agreed(spark, who), RECIPE, learnt_to, NEWEST) is None


def test_the_others_are_those_whom_recommend_serves() -> None:
    assert SERVED_TO_OTHERS.half_life_days == POPULAR_FOR_DAYS
