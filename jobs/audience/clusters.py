"""Viewers who watch alike, put together with `pyspark.ml`: no group is too small to hide in."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.ml import PipelineModel
from pyspark.ml.clustering import KMeans, KMeansModel
from pyspark.ml.evaluation import ClusteringEvaluator
from pyspark.ml.feature import StandardScaler
from pyspark.ml.functions import array_to_vector
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.storage.local_rows import local_rows

SEED = 7
FEWEST_CLUSTERS, MOST_CLUSTERS = 2, 8
# K-means begins with a sample, which depends on how rows are spread: the same spread on every machine.
_PARTS = 4


@dataclass(frozen=True)
class Clustering:
    """A model whose `cluster` has `SMALLEST_GROUP` people at least, and how well they are apart.

    `silhouette` is from -1 to 1, with squared distances (Rousseeuw, J. Comput. Appl. Math. 20, 1987). Of the
    `asked_for` clusters, `clusters` are left.
    """

    asked_for: int
    clusters: int
    silhouette: float
    model: PipelineModel

    def assign(self, tastes: DataFrame) -> DataFrame:
        """Adds `cluster`, the nearest one."""
        return self.model.transform(tastes).drop("scaled_taste")


def in_fixed_places(tastes: DataFrame) -> DataFrame:
    """The same rows in the same order, however they were computed."""
    return tastes.repartition(_PARTS, "profile_key").sortWithinPartitions("profile_key")


def cluster_counts(people: int) -> range:
    """The numbers of clusters to try: none where there are not people enough for two."""
    return range(FEWEST_CLUSTERS, MOST_CLUSTERS + 1) if people >= FEWEST_CLUSTERS * SMALLEST_GROUP else range(0)


def fit_clusters(tastes: DataFrame, count: int) -> Clustering | None:
    """K-means on `taste`, each part of it measured in its own standard deviations.

    Members of clusters of fewer than `SMALLEST_GROUP` go to the nearest centre of a large enough one, and the
    silhouette is that of what comes of it. None where fewer than two are large enough.
    """
    scaler = StandardScaler(inputCol="taste", outputCol="scaled_taste").fit(tastes)
    scaled = scaler.transform(tastes)
    means = _k_means(count).fit(scaled)
    sizes = means.transform(scaled).groupBy("cluster").agg(F.count("*").alias("people")).collect()
    large = sorted(row["cluster"] for row in sizes if row.people >= SMALLEST_GROUP)
    if len(large) < FEWEST_CLUSTERS:
        return None
    if len(large) < len(means.clusterCenters()):
        centres = [[float(value) for value in means.clusterCenters()[cluster]] for cluster in large]
        means = _model_of_centres(scaled, centres)
    evaluator = ClusteringEvaluator(predictionCol="cluster", featuresCol="scaled_taste")
    silhouette = evaluator.evaluate(means.transform(scaled))
    return Clustering(count, len(large), silhouette, PipelineModel([scaler, means]))


def _k_means(count: int) -> KMeans:
    return KMeans(k=count, seed=SEED, maxIter=50, featuresCol="scaled_taste", predictionCol="cluster")


def _model_of_centres(scaled: DataFrame, centres: Sequence[Sequence[float]]) -> KMeansModel:
    """A model whose centres are these: each is a cluster of its own, and so its own mean."""
    rows = local_rows(scaled.sparkSession, [(centre,) for centre in centres], "centre array<double>")
    points = rows.select(array_to_vector(F.col("centre")).alias("scaled_taste"))
    return _k_means(len(centres)).setInitMode("random").fit(points)
