import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyspark.sql import DataFrame, SparkSession
from scipy.sparse import csr_matrix

from jobs.recommender.models import block_lists as module
from jobs.recommender.models.block_lists import VIEWERS_OF_A_BLOCK, best_places, block_lists
from tests.recommender.models.likings import asked, lists_by_viewer, preferences


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(module).failed == 0


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.integers(1, 12))
def test_the_best_places_are_those_of_sorting_all(scores: list[int], count: int) -> None:
    expected = sorted(range(len(scores)), key=lambda place: (-scores[place], place))[:count]
    assert best_places(np.array([scores], dtype=np.float32), count).tolist() == [expected]


class Alphabetical:
    """Scores fall from the first title to the last."""

    def __call__(self, liked: csr_matrix) -> NDArray[np.float32]:
        return np.tile(-np.arange(liked.shape[1], dtype=np.float32), (liked.shape[0], 1))


@pytest.fixture(scope="module")
def liked(spark: SparkSession) -> DataFrame:
    """More viewers than a block has, with titles that the model knows and others."""
    titles = ["a", "b", "c"]
    return preferences(
        spark,
        {f"viewer-{n:04}": [titles[n % 3]] for n in range(VIEWERS_OF_A_BLOCK + 10)}
        | {"knows nothing of it": ["unheard of"], "knows one": ["c", "unheard of"]},
    ).persist()


def test_seen_titles_are_left_out_and_lists_are_cut_in_every_block(liked: DataFrame) -> None:
    lists = lists_by_viewer(block_lists(asked(liked).coalesce(1), ["a", "b", "c", "d"], Alphabetical(), 2))
    expected = {"a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"]}
    assert all(lists[f"viewer-{n:04}"] == expected["abc"[n % 3]] for n in range(VIEWERS_OF_A_BLOCK + 10))
    assert lists["knows one"] == ["a", "b"]


def test_who_liked_nothing_that_the_model_knows_has_no_list(liked: DataFrame) -> None:
    lists = lists_by_viewer(block_lists(asked(liked), ["a", "b", "c", "d"], Alphabetical(), 2))
    assert "knows nothing of it" not in lists
