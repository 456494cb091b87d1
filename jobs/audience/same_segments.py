"""Which segments of the run before come about again: whoever follows one from month to month finds it by its number."""

from collections.abc import Mapping
from typing import NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from scipy.optimize import linear_sum_assignment

# With less in common a cluster has dissolved (Hennig, Dissolution point and isolation robustness, Journal of
# Multivariate Analysis 99, 2008).
_FEWEST_IN_COMMON = 0.5


class KnownSegment(NamedTuple):
    """A segment of the run before."""

    segment_id: int
    name: str


class SegmentsBefore(NamedTuple):
    """Which cluster of now is which segment of the run before, and the highest number that any had."""

    known: Mapping[int, KnownSegment]
    highest_id: int


NONE_BEFORE = SegmentsBefore({}, 0)


def segments_before(segments: DataFrame, members: DataFrame, clustered: DataFrame) -> SegmentsBefore:
    """From both tables of the run before. People are found by their key: after a rotation, all segments are new."""
    before = {row.segment_id: KnownSegment(row.segment_id, row["name"]) for row in segments.collect()}
    same = same_segments(_shared_people(members, clustered))
    known = {cluster: before[segment] for cluster, segment in same.items() if segment in before}
    return SegmentsBefore(known, max(before, default=0))


def same_segments(shared: Mapping[tuple[int, int], int]) -> dict[int, int]:
    """The segment of before that each cluster is, where it is one: each segment is one cluster at most.

    `shared` has how many people of both runs are in a segment of before and a cluster of now. Both are the same where
    more than half of the people in either are in both (Jaccard), and of all pairings, the one that has most in common
    counts.

    >>> same_segments({(1, 0): 9, (1, 1): 1, (2, 1): 8, (2, 0): 2, (3, 1): 1})
    {0: 1, 1: 2}
    >>> same_segments({(1, 0): 5, (1, 1): 5})
    {}
    """
    segments, clusters = sorted({pair[0] for pair in shared}), sorted({pair[1] for pair in shared})
    of_segment = {segment: sum(n for (one, _), n in shared.items() if one == segment) for segment in segments}
    of_cluster = {cluster: sum(n for (_, one), n in shared.items() if one == cluster) for cluster in clusters}

    def in_common(segment: int, cluster: int) -> float:
        both = shared.get((segment, cluster), 0)
        return both / (of_segment[segment] + of_cluster[cluster] - both)

    jaccard = [[in_common(segment, cluster) for cluster in clusters] for segment in segments]
    if not jaccard:
        return {}
    pairs = zip(*linear_sum_assignment(jaccard, maximize=True), strict=True)
    same = {clusters[column]: segments[row] for row, column in pairs if jaccard[row][column] > _FEWEST_IN_COMMON}
    return dict(sorted(same.items()))


def _shared_people(members: DataFrame, clustered: DataFrame) -> dict[tuple[int, int], int]:
    """How many of the `members` of before are in each cluster of now."""
    both = members.select("profile_key", "segment_id").join(
        clustered.select("profile_key", "cluster"), on="profile_key", how="inner"
    )
    rows = both.groupBy("segment_id", "cluster").agg(F.count("*").alias("people")).collect()
    return {(row.segment_id, row["cluster"]): row.people for row in rows}
