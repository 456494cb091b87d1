"""Training of the segments: how many there are is decided by how surely they come about again."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import DataFrame

from jobs.audience.clusters import Clustering, clustering_of, points_of, scale_of
from jobs.audience.stable_clusters import SEED, StableClusters, cluster_counts, most_stable
from jobs.storage import tracking

REGISTERED_MODEL = "playhead-segments"


@dataclass(frozen=True)
class SegmentTraining:
    """The clusters that were chosen, how stable they are, and the version of their model in the registry."""

    clustering: Clustering
    stability: float
    version: str


def train_segments(tastes: DataFrame, people: int, data: Mapping[str, object]) -> SegmentTraining | None:
    """Tries every number of clusters, records each, and registers the most stable one.

    None where no two clusters of `SMALLEST_GROUP` people come about. Raises `tracking.TrackingUnavailableError`.
    """
    if not cluster_counts(people):
        return None
    with tracking.tracked_run(
        f"segments to {data['as_of_date']}", {"model": "k-means", "seed": SEED, "profiles": people}, data
    ):
        scale = scale_of(tastes)
        points = np.array(points_of(tastes, scale))
        found = [clusters for count in cluster_counts(people) if (clusters := _tried(points, count, data))]
        if not found:
            return None
        best = most_stable(found)
        clustering = clustering_of(tastes, scale, best.centres.tolist())
        tracking.log_metrics(
            {"stability": best.stability, "silhouette": clustering.silhouette, "clusters": clustering.clusters}
        )
        version = tracking.register(clustering.model, REGISTERED_MODEL)
    return SegmentTraining(clustering, best.stability, version)


def _tried(points: NDArray[np.float64], count: int, data: Mapping[str, object]) -> StableClusters | None:
    with tracking.tracked_run(f"k-means-{count}", {"model": "k-means", "k": count, "seed": SEED}, data):
        clusters = StableClusters.of(points, count)
        if clusters:
            tracking.log_metrics({"stability": clusters.stability, "clusters": len(clusters.centres)})
        else:
            tracking.log_metrics({"clusters": 0})
    return clusters
