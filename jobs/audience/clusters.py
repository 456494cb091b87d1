"""Viewers who watch alike, put together: no group is too small to hide in."""

from dataclasses import dataclass

from pyspark.ml import PipelineModel
from pyspark.ml.clustering import KMeans, KMeansModel
from pyspark.ml.evaluation import ClusteringEvaluator
from pyspark.ml.feature import StandardScaler, StandardScalerModel
from pyspark.ml.functions import array_to_vector, vector_to_array
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.storage.local_rows import local_rows

# Of more people, so many stand for all: centres of clusters need no more.
MOST_PEOPLE = 5000


@dataclass(frozen=True)
class Clustering:
    """A model that says who is in which cluster, and how well they are apart.

    `silhouette` is from -1 to 1, with squared distances (Rousseeuw, J. Comput. Appl. Math. 20, 1987).
    """

    clusters: int
    silhouette: float
    model: PipelineModel

    def assign(self, tastes: DataFrame) -> DataFrame:
        """Adds `cluster`, the nearest one."""
        return self.model.transform(tastes).drop("scaled_taste")


def scale_of(tastes: DataFrame) -> StandardScalerModel:
    """Measures each part of `taste` in its own standard deviations, as `scaled_taste`."""
    return StandardScaler(inputCol="taste", outputCol="scaled_taste").fit(tastes)


def points_of(tastes: DataFrame, scale: StandardScalerModel) -> list[list[float]]:
    """The scaled tastes of `MOST_PEOPLE` at most, the same ones in the same order however their rows came."""
    chosen = tastes.orderBy(F.xxhash64("profile_key"), "profile_key").limit(MOST_PEOPLE)
    return [
        row.point
        for row in scale.transform(chosen).select(vector_to_array(F.col("scaled_taste")).alias("point")).collect()
    ]


def clustering_of(tastes: DataFrame, scale: StandardScalerModel, centres: list[list[float]]) -> Clustering:
    """Everybody is in the cluster whose centre is nearest."""
    means = _model_of_centres(tastes, centres)
    clustered = PipelineModel([scale, means]).transform(tastes)
    evaluator = ClusteringEvaluator(predictionCol="cluster", featuresCol="scaled_taste")
    return Clustering(len(centres), evaluator.evaluate(clustered), PipelineModel([scale, means]))


def _model_of_centres(tastes: DataFrame, centres: list[list[float]]) -> KMeansModel:
    """A model whose centres are these: each is a cluster of its own, and so its own mean."""
    rows = local_rows(tastes.sparkSession, [(centre,) for centre in centres], "centre array<double>")
    points = rows.select(array_to_vector(F.col("centre")).alias("scaled_taste"))
    means = KMeans(k=len(centres), seed=1, initMode="random", featuresCol="scaled_taste", predictionCol="cluster")
    return means.fit(points)
