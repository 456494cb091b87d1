import doctest
from collections.abc import Sequence

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession

from jobs.recommender.evaluation import membership_attack as module
from jobs.recommender.evaluation.membership_attack import attack, membership_auc
from jobs.recommender.models import Rows
from jobs.storage.local_rows import local_rows
from tests.recommender.models.likings import asked, preferences

SCORES = st.lists(st.integers(0, 5), min_size=1, max_size=12)


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(module).failed == 0


@given(SCORES, SCORES)
def test_it_is_the_share_of_pairs_that_the_member_wins(members: list[int], outsiders: list[int]) -> None:
    won = [(member > outsider) + (member == outsider) / 2 for member in members for outsider in outsiders]
    assert membership_auc(members, outsiders) == pytest.approx(sum(won) / len(won))


@pytest.mark.parametrize(("members", "outsiders"), [([], [1.0]), ([1.0], [])])
def test_without_both_sides_nothing_is_told(members: Sequence[float], outsiders: Sequence[float]) -> None:
    assert membership_auc(members, outsiders) is None


class Parrot:
    """Gives those whom it learnt from what they liked, and all others a title that nobody knows."""

    def __init__(self, learnt: DataFrame) -> None:
        self._learnt = learnt.select("profile_key", "title_id")

    def recommend(self, viewers: DataFrame, count: int) -> DataFrame:
        strangers = viewers.join(self._learnt, on="profile_key", how="left_anti")
        return self._learnt.join(viewers.select("profile_key"), on="profile_key", how="left_semi").unionByName(
            strangers.selectExpr("profile_key", "'unheard of' AS title_id")
        )


def test_a_model_that_gives_back_what_it_learnt_is_found_out(spark: SparkSession) -> None:
    liked = preferences(spark, {f"viewer-{n}": ["a", f"only of {n}"] for n in range(10)})
    outsiders = local_rows(spark, [("viewer-3",), ("viewer-7",)], "profile_key string")
    learnt = liked.join(outsiders, on="profile_key", how="left_anti")
    assert attack(Parrot(learnt), asked(liked), outsiders) == 1.0
    assert attack(Parrot(liked), asked(liked), outsiders) == 0.5


class ParrotInDriver:
    def __init__(self, learnt: dict[str, list[str]]) -> None:
        self._learnt = learnt

    def recommend(self, viewers: Rows, count: int) -> Rows:
        """It would give a list that leaves out what was seen no other titles."""
        assert isinstance(viewers, pa.Table)
        assert not any(viewers["seen_titles"].to_pylist())
        names = viewers["profile_key"].to_pylist()
        rows = [(name, title) for name in names for title in self._learnt.get(name, ["unheard of"])]
        return pa.table(dict(zip(("profile_key", "title_id"), zip(*rows, strict=True), strict=True)))


def test_it_is_found_out_in_the_driver_too() -> None:
    liked = {f"viewer-{n}": ["a", f"only of {n}"] for n in range(10)}
    viewers = pa.table(
        {"profile_key": list(liked), "liked_titles": [*liked.values()], "seen_titles": [*liked.values()]}
    )
    outsiders = pa.table({"profile_key": ["viewer-3", "viewer-7"]})
    learnt = {name: titles for name, titles in liked.items() if name not in ("viewer-3", "viewer-7")}
    assert attack(ParrotInDriver(learnt), viewers, outsiders) == 1.0
    assert attack(ParrotInDriver(liked), viewers, outsiders) == 0.5
