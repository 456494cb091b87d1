"""`gold.audience_segments` and `gold.profile_segments`: groups of viewers, and who is in which."""

from collections.abc import Sequence
from datetime import date
from itertools import count

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.audience.same_segments import SegmentsBefore
from jobs.audience.segment_names import Difference, segment_description, segment_names
from jobs.contracts.gold import AUDIENCE_SEGMENTS, PROFILE_SEGMENTS
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.contracts.table import Table
from jobs.storage.local_rows import local_rows
from jobs.storage.spark_schema import in_columns_of

EVERYBODY = "everybody"
_MAP_OF_FACET = {"genre": "genre_shares", "daypart": "daypart_shares", "device": "device_shares"}
# Named like a part of the day, and no part of one: it has a column of its own.
_WEEKENDS = "weekends"


def numbered_segments(clustered: DataFrame, before: SegmentsBefore) -> DataFrame:
    """One row a `cluster`: its `segment_id`, `name`, `description` and how many `profiles` it has.

    A cluster that is a segment of the run `before` has its number, and its name while that is true; no other has a
    number of that run. Else the largest comes first.

    A label's standardised difference is (mean share in the segment - mean share of all) / standard deviation of all.
    """
    shares = clustered.select("cluster", F.inline(_labelled_shares()))
    everybody = shares.groupBy("facet", "label").agg(
        F.avg("share").alias("mean_of_all"), F.stddev_pop("share").alias("deviation_of_all")
    )
    difference = F.try_divide(F.col("mean") - F.col("mean_of_all"), F.col("deviation_of_all"))
    rows = (
        shares.groupBy("cluster", "facet", "label")
        .agg(F.avg("share").alias("mean"), F.count("*").alias("profiles"))
        .join(everybody, on=["facet", "label"], how="inner")
        .withColumn("difference", F.coalesce(difference, F.lit(0.0)))
        .collect()
    )
    profiles = {row["cluster"]: row.profiles for row in rows}
    largest_first = sorted(profiles, key=lambda cluster: (-profiles[cluster], cluster))
    differences = {
        cluster: [
            Difference(row.facet, row.label, row.difference, row.mean, row.mean_of_all)
            for row in rows
            if row["cluster"] == cluster
        ]
        for cluster in largest_first
    }
    names_before = {cluster: segment.name for cluster, segment in before.known.items()}
    names = segment_names(differences, names_before) if len(profiles) > 1 else dict.fromkeys(profiles, EVERYBODY)
    in_order = sorted(names, key=lambda cluster: (-profiles[cluster], names[cluster]))
    return local_rows(
        clustered.sparkSession,
        [
            (cluster, number, names[cluster], segment_description(differences[cluster]), profiles[cluster])
            for cluster, number in _numbers(in_order, before).items()
        ],
        "cluster int, segment_id int, name string, description string, profiles bigint",
    )


def _numbers(clusters: Sequence[int], before: SegmentsBefore) -> dict[int, int]:
    further = count(before.highest_id + 1)
    return {
        cluster: before.known[cluster].segment_id if cluster in before.known else next(further) for cluster in clusters
    }


def audience_segments(clustered: DataFrame, numbered: DataFrame, model_version: str | None, as_of: date) -> DataFrame:
    """One row a segment: how large it is, and the means of its people's hours and shares. Each person counts alike."""
    of_cluster = clustered.groupBy("cluster").agg(
        F.avg("watched_hours").alias("watched_hours_mean"), F.avg("weekend_share").alias("weekend_share")
    )
    means = clustered.select("cluster", F.inline(_labelled_shares())).groupBy("cluster", "facet", "label")
    maps = (
        means.agg(F.avg("share").alias("share"))
        .groupBy("cluster")
        .agg(*(_map_of(facet).alias(column) for facet, column in _MAP_OF_FACET.items()))
    )
    everybody = numbered.agg(F.sum("profiles").alias("_everybody"))
    return (
        of_cluster.join(maps, on="cluster", how="inner")
        .join(F.broadcast(numbered), on="cluster", how="inner")
        .crossJoin(F.broadcast(everybody))
        .withColumn("profile_share", F.col("profiles") / F.col("_everybody"))
        .transform(_stamped, AUDIENCE_SEGMENTS, model_version, as_of)
    )


def profile_segments(clustered: DataFrame, numbered: DataFrame, model_version: str | None, as_of: date) -> DataFrame:
    """One row a profile: the segment that it is in."""
    return clustered.join(F.broadcast(numbered), on="cluster", how="inner").transform(
        _stamped, PROFILE_SEGMENTS, model_version, as_of
    )


def segments_of(segments: DataFrame, members: DataFrame) -> DataFrame:
    """The segments as their `members` are now: how many, and of all. Their means stay those of who was in them."""
    counts = members.groupBy("segment_id").agg(F.count("*").alias("profiles"))
    everybody = members.agg(F.count("*").alias("_everybody"))
    return (
        segments.drop("profiles", "profile_share")
        .join(counts, on="segment_id", how="inner")
        .crossJoin(F.broadcast(everybody))
        .withColumn("profile_share", F.col("profiles") / F.col("_everybody"))
        .transform(in_columns_of, AUDIENCE_SEGMENTS)
    )


def members_left(members: DataFrame, agreed: DataFrame) -> DataFrame:
    """The members who still agree, without those of segments that are too small then."""
    left = members.join(agreed, on="profile_key", how="left_semi")
    large = left.groupBy("segment_id").agg(F.count("*").alias("_profiles")).where(F.col("_profiles") >= SMALLEST_GROUP)
    return left.join(large, on="segment_id", how="left_semi").transform(in_columns_of, PROFILE_SEGMENTS)


def _labelled_shares() -> Column:
    """Every share of a profile, with its facet and label."""
    shares = (_entries(facet, column) for facet, column in _MAP_OF_FACET.items())
    weekends = _entry("daypart", F.lit(_WEEKENDS), F.col("weekend_share"))
    return F.concat(*shares, F.array(weekends))


def _entries(facet: str, column: str) -> Column:
    return F.transform(F.map_entries(column), lambda entry: _entry(facet, entry["key"], entry["value"]))


def _entry(facet: str, label: Column, share: Column) -> Column:
    return F.struct(F.lit(facet).alias("facet"), label.alias("label"), share.alias("share"))


def _map_of(facet: str) -> Column:
    is_entry = (F.col("facet") == facet) & (F.col("label") != _WEEKENDS)
    return F.map_from_entries(F.sort_array(F.collect_list(F.when(is_entry, F.struct("label", "share")))))


def _stamped(rows: DataFrame, table: Table, model_version: str | None, as_of: date) -> DataFrame:
    stamps = {"model_version": F.lit(model_version), "as_of_date": F.lit(as_of)}
    return rows.withColumns(stamps).transform(in_columns_of, table)
