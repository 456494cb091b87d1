"""A model of centres puts everybody into the nearest cluster, however rows are spread."""

import numpy as np
import pytest
from pyspark.ml.functions import array_to_vector
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.audience.clusters import clustering_of, points_of, scale_of
from jobs.storage.local_rows import local_rows

TASTES = {"a-1": [0.9, 0.1], "a-2": [0.8, 0.2], "b-1": [0.1, 0.9], "b-2": [0.2, 0.8], "b-3": [0.15, 0.85]}


@pytest.fixture(scope="module")
def tastes(spark: SparkSession) -> DataFrame:
    rows = local_rows(spark, list(TASTES.items()), "profile_key string, shares array<double>")
    return rows.select("profile_key", array_to_vector(F.col("shares")).alias("taste")).localCheckpoint()


def test_points_are_tastes_in_their_own_standard_deviations_in_one_order(tastes: DataFrame) -> None:
    scale = scale_of(tastes)
    points = points_of(tastes, scale)
    deviations = np.array(list(TASTES.values())).std(axis=0, ddof=1)
    assert sorted(points) == pytest.approx(np.array(sorted(TASTES.values())) / deviations)
    assert points_of(tastes.orderBy(F.desc("profile_key")).repartition(3), scale) == points


def test_everybody_is_in_the_nearest_cluster(tastes: DataFrame) -> None:
    scale = scale_of(tastes)
    deviations = np.array(list(TASTES.values())).std(axis=0, ddof=1)
    centres = (np.array([[0.85, 0.15], [0.15, 0.85]]) / deviations).tolist()
    found = clustering_of(tastes, scale, centres)
    clusters = {row.profile_key: row["cluster"] for row in found.assign(tastes).collect()}
    assert clusters["a-1"] == clusters["a-2"] != clusters["b-1"]
    assert clusters["b-1"] == clusters["b-2"] == clusters["b-3"]
    assert found.clusters == 2
    assert found.silhouette > 0.9
