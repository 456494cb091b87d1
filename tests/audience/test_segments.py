"""Segments from one run to the next: numbers, names and descriptions."""

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from jobs.audience.same_segments import NONE_BEFORE, SegmentsBefore, segments_before
from jobs.audience.segments import numbered_segments
from jobs.contracts.gold import AUDIENCE_SEGMENTS, PROFILE_SEGMENTS
from jobs.storage.local_rows import local_rows
from tests.factories import make_rows

# Of whom each cluster has ten, and the share of crime in what they watch; the others watch comedy.
CRIME_OF_CLUSTER = {0: 0.9, 1: 0.2, 2: 0.1}
SCHEMA = """profile_key string, cluster int, watched_hours double, weekend_share double,
    genre_shares map<string,double>, daypart_shares map<string,double>, device_shares map<string,double>"""


@pytest.fixture(scope="module")
def clustered(spark: SparkSession) -> DataFrame:
    rows = [
        (
            *(f"p-{cluster}-{number}", cluster, 1.0, 0.2, {"crime": crime, "comedy": 1 - crime}),
            *({"evening": 0.5, "morning": 0.5}, {"tv": 0.4 + cluster / 10, "phone": 0.6 - cluster / 10}),
        )
        for cluster, crime in CRIME_OF_CLUSTER.items()
        for number in range(10)
    ]
    return local_rows(spark, rows, SCHEMA).localCheckpoint()


def found(clustered: DataFrame, before: SegmentsBefore) -> dict[int, Row]:
    return {row["cluster"]: row for row in numbered_segments(clustered, before).collect()}


def test_at_first_numbers_begin_at_one_and_descriptions_have_shares(clustered: DataFrame) -> None:
    segments = found(clustered, NONE_BEFORE)
    assert sorted(row.segment_id for row in segments.values()) == [1, 2, 3]
    description = "more crime (90 % of their time, 40 % of all), more phone (60 %, 50 %), less comedy (10 %, 60 %), "
    assert segments[0].description == description + "less tv (40 %, 50 %)"


def test_a_segment_that_comes_about_again_has_its_number_and_a_name_that_is_true(
    spark: SparkSession, clustered: DataFrame
) -> None:
    """Segment 4 is cluster 0, with a name of its own; 6 is cluster 1, whose name is wrong by now; 9 has dissolved."""
    segments = make_rows(
        spark,
        AUDIENCE_SEGMENTS,
        [
            {"segment_id": number, "name": name, "genre_shares": {}, "device_shares": {}, "daypart_shares": {}}
            for number, name in ((4, "crime, phone"), (6, "crime"), (9, "western"))
        ],
    )
    members = [(4, f"p-0-{n}") for n in range(9)] + [(6, f"p-1-{n}") for n in range(8)]
    members += [(9, key) for key in ("p-0-9", "p-1-8", "p-1-9", *(f"gone-{n}" for n in range(20)))]
    rows = [{"segment_id": number, "profile_key": key} for number, key in members]
    before = segments_before(segments, make_rows(spark, PROFILE_SEGMENTS, rows), clustered)
    now = found(clustered, before)
    assert {cluster: row.segment_id for cluster, row in now.items()} == {0: 4, 1: 6, 2: 10}
    assert now[0]["name"] == "crime, phone"
    assert now[1]["name"] not in ("crime", now[2]["name"])
    assert "crime" not in now[1]["name"]
