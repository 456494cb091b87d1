"""Training of the segments: how many there are is decided by how well they are apart."""

from collections.abc import Mapping

from pyspark.sql import DataFrame

from jobs.audience.clusters import SEED, Clustering, cluster_counts, fit_clusters
from jobs.storage import tracking

REGISTERED_MODEL = "playhead-segments"


def train_segments(tastes: DataFrame, people: int, data: Mapping[str, object]) -> tuple[Clustering, str] | None:
    """Tries every number of clusters, records each, and registers the one with the best silhouette.

    Returns it with its version in the registry; None where no two clusters of `SMALLEST_GROUP` people come about.
    Raises `tracking.TrackingUnavailableError`.
    """
    if not cluster_counts(people):
        return None
    with tracking.tracked_run(
        f"segments to {data['as_of_date']}", {"model": "k-means", "seed": SEED, "profiles": people}, data
    ):
        found = [clustering for count in cluster_counts(people) if (clustering := _tried(tastes, count, data))]
        if not found:
            return None
        best = max(found, key=lambda clustering: clustering.silhouette)
        tracking.log_metrics({"silhouette": best.silhouette, "clusters": best.clusters})
        version = tracking.register(best.model, REGISTERED_MODEL)
    return best, version


def _tried(tastes: DataFrame, count: int, data: Mapping[str, object]) -> Clustering | None:
    with tracking.tracked_run(f"k-means-{count}", {"model": "k-means", "k": count, "seed": SEED}, data):
        clustering = fit_clusters(tastes, count)
        if clustering:
            tracking.log_metrics({"silhouette": clustering.silhouette, "clusters": clustering.clusters})
        else:
            tracking.log_metrics({"clusters": 0})
    return clustering
