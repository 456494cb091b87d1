"""Segments are followed from run to run by who is in them."""

import doctest
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.audience import same_segments as module
from jobs.audience.same_segments import same_segments


@pytest.mark.parametrize(
    ("shared", "same"),
    [
        ({(1, 7): 10, (2, 5): 12}, {5: 2, 7: 1}),
        ({(1, 0): 10, (1, 1): 9}, {0: 1}),
        ({(1, 0): 10, (1, 1): 10}, {}),
        ({(1, 0): 10, (2, 0): 9}, {0: 1}),
        ({(1, 0): 20, (1, 1): 1, (2, 1): 12, (3, 1): 2}, {0: 1, 1: 2}),
        ({}, {}),
    ],
    ids=["the same", "most of one that split", "halves", "two that became one", "one that ends", "nobody in common"],
)
def test_a_cluster_is_the_segment_with_which_it_has_most_in_common(
    shared: Mapping[tuple[int, int], int], same: dict[int, int]
) -> None:
    assert same_segments(shared) == same


@given(st.dictionaries(st.tuples(st.integers(1, 8), st.integers(0, 7)), st.integers(1, 50)))
def test_no_segment_is_two_clusters_and_each_has_more_in_common_than_not(shared: dict[tuple[int, int], int]) -> None:
    same = same_segments(shared)
    assert len(set(same.values())) == len(same)
    for cluster, segment in same.items():
        both = shared[segment, cluster]
        either = sum(n for pair, n in shared.items() if pair[0] == segment or pair[1] == cluster)
        assert 2 * both > either


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(module).failed == 0
