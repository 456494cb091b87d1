"""Planted groups are found again, no more and no fewer, and nobody is left alone."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score, pairwise_distances_argmin

from jobs.audience.stable_clusters import STABLE, StableClusters, cluster_counts, most_stable
from jobs.contracts.smallest_group import SMALLEST_GROUP

GROUPS = {"a": (0.8, 0.1, 0.1), "b": (0.1, 0.8, 0.1), "c": (0.1, 0.1, 0.8)}
PEOPLE_OF_A_GROUP = 15
# Four people unlike anybody: too few for a segment, and nearer to group a.
ODD, ODD_TASTE = 4, (2.0, 0.1, 0.1)


def people(of_groups: Mapping[str, tuple[tuple[float, ...], int]]) -> tuple[NDArray[np.float64], list[str]]:
    """Tastes in their standard deviations, and of which group each is."""
    stream = np.random.default_rng(7)
    groups = [name for name, (_, count) in of_groups.items() for _ in range(count)]
    tastes = np.array([np.array(of_groups[group][0]) + stream.normal(0, 0.03, 3) for group in groups])
    return tastes / tastes.std(axis=0), groups


PLANTED = {name: (taste, PEOPLE_OF_A_GROUP) for name, taste in GROUPS.items()} | {"odd": (ODD_TASTE, ODD)}


def test_the_most_stable_are_the_planted_groups() -> None:
    points, groups = people(PLANTED)
    best = most_stable([found for count in cluster_counts(len(points)) if (found := StableClusters.of(points, count))])
    clusters = pairwise_distances_argmin(points, best.centres)
    known = [(group, cluster) for group, cluster in zip(groups, clusters, strict=True) if group != "odd"]
    assert adjusted_rand_score(*zip(*known, strict=True)) == 1.0
    assert best.stability > 0.9


def test_members_of_a_cluster_that_is_too_small_go_to_the_nearest_that_is_not() -> None:
    points, groups = people(PLANTED)
    found = StableClusters.of(points, 4)
    assert found is not None
    clusters = pairwise_distances_argmin(points, found.centres)
    assert (found.asked_for, len(found.centres)) == (4, 3)
    assert min(Counter(clusters.tolist()).values()) >= SMALLEST_GROUP
    assert {int(cluster) for group, cluster in zip(groups, clusters, strict=True) if group in ("odd", "a")} == {
        int(clusters[0])
    }


def test_people_without_groups_are_grouped_loosely() -> None:
    points = np.random.default_rng(7).normal(size=(60, 6))
    found = StableClusters.of(points, 5)
    assert found is None or found.stability < STABLE


@pytest.mark.parametrize(
    "odd", [{"odd": ((3.0, 3.0, 3.0), ODD)}, {}], ids=["one large group and a few", "everybody alike"]
)
def test_one_large_cluster_is_no_clustering(odd: dict[str, tuple[tuple[float, ...], int]]) -> None:
    if odd:
        points, _ = people({"a": (GROUPS["a"], 2 * SMALLEST_GROUP), **odd})
    else:
        points = np.ones((2 * SMALLEST_GROUP, 3))
    assert StableClusters.of(points, 2) is None


def test_of_those_that_are_as_stable_the_most_are_taken_and_more_stable_ones_before_them() -> None:
    def found(asked_for: int, clusters: int, stability: float) -> StableClusters:
        return StableClusters(asked_for, np.zeros((clusters, 1)), stability)

    tried = [found(2, 2, 0.951), found(3, 3, 0.949), found(4, 3, 0.949), found(5, 5, 0.8)]
    assert most_stable(tried) is tried[1]


@pytest.mark.parametrize(("count", "tried"), [(9, []), (19, []), (20, [2, 3, 4, 5, 6, 7, 8])])
def test_clusters_are_tried_where_there_are_people_enough_for_two(count: int, tried: list[int]) -> None:
    assert list(cluster_counts(count)) == tried
