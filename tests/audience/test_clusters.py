"""Planted groups of viewers are found again, however their rows are spread, and nobody is left alone."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from pyspark.ml.functions import array_to_vector
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.audience.clusters import Clustering, cluster_counts, fit_clusters, in_fixed_places
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.storage.local_rows import local_rows

GROUPS = {"a": (0.8, 0.1, 0.1), "b": (0.1, 0.8, 0.1), "c": (0.1, 0.1, 0.8)}
PEOPLE_OF_A_GROUP = 15
# Four people unlike anybody: too few for a segment, and nearer to group a.
ODD, ODD_TASTE = 4, (2.0, 0.1, 0.1)


def people(spark: SparkSession, of_groups: Mapping[str, tuple[tuple[float, ...], int]]) -> DataFrame:
    stream = np.random.default_rng(7)
    rows = [
        (f"{name}-{number}", (np.array(taste) + stream.normal(0, 0.03, len(taste))).tolist())
        for name, (taste, count) in of_groups.items()
        for number in range(count)
    ]
    found = local_rows(spark, rows, "profile_key string, shares array<double>")
    return found.select("profile_key", array_to_vector(F.col("shares")).alias("taste"))


def clusters_of(clustering: Clustering | None, tastes: DataFrame) -> dict[str, int]:
    assert clustering is not None
    return {row.profile_key: row["cluster"] for row in clustering.assign(tastes).collect()}


def adjusted_rand_index(ours: Sequence[object], planted: Sequence[object]) -> float:
    """1 for the same grouping, about 0 for a random one (Hubert and Arabie, Journal of Classification 2, 1985)."""

    def pairs(counts: Counter[object]) -> int:
        return sum(math.comb(count, 2) for count in counts.values())

    both = pairs(Counter(zip(ours, planted, strict=True)))
    one, other = pairs(Counter(ours)), pairs(Counter(planted))
    expected = one * other / math.comb(len(ours), 2)
    return (both - expected) / ((one + other) / 2 - expected)


@pytest.fixture(scope="module")
def tastes(spark: SparkSession) -> DataFrame:
    of_groups = {name: (taste, PEOPLE_OF_A_GROUP) for name, taste in GROUPS.items()} | {"odd": (ODD_TASTE, ODD)}
    return people(spark, of_groups).transform(in_fixed_places).localCheckpoint()


@pytest.fixture(scope="module")
def candidates(tastes: DataFrame) -> dict[int, Clustering]:
    return {count: found for count in (2, 3, 4) if (found := fit_clusters(tastes, count))}


def test_the_best_silhouette_is_that_of_the_planted_groups(
    candidates: dict[int, Clustering], tastes: DataFrame
) -> None:
    best = max(candidates.values(), key=lambda clustering: clustering.silhouette)
    found = {key: cluster for key, cluster in clusters_of(best, tastes).items() if not key.startswith("odd")}
    assert adjusted_rand_index(list(found.values()), [key[0] for key in found]) > 0.95


def test_members_of_a_cluster_that_is_too_small_go_to_the_nearest_that_is_not(
    candidates: dict[int, Clustering], tastes: DataFrame
) -> None:
    found = clusters_of(candidates[4], tastes)
    assert (candidates[4].asked_for, candidates[4].clusters) == (4, 3)
    assert min(Counter(found.values()).values()) >= SMALLEST_GROUP
    assert {found[f"odd-{number}"] for number in range(ODD)} == {found["a-0"]}


def test_clusters_do_not_depend_on_how_the_rows_came(candidates: dict[int, Clustering], tastes: DataFrame) -> None:
    otherwise = tastes.orderBy(F.xxhash64("profile_key")).repartition(7).transform(in_fixed_places).localCheckpoint()
    assert clusters_of(fit_clusters(otherwise, 3), tastes) == clusters_of(candidates[3], tastes)


def test_one_large_cluster_is_no_clustering(spark: SparkSession) -> None:
    lonely = people(spark, {"a": (GROUPS["a"], 2 * SMALLEST_GROUP), "odd": ((3.0, 3.0, 3.0), ODD)}).localCheckpoint()
    assert fit_clusters(lonely, 2) is None


@pytest.mark.parametrize(("count", "tried"), [(9, []), (19, []), (20, [2, 3, 4, 5, 6, 7, 8])])
def test_clusters_are_tried_where_there_are_people_enough_for_two(count: int, tried: list[int]) -> None:
    assert list(cluster_counts(count)) == tried
