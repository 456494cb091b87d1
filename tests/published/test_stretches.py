from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.published.stretches import stretches
from jobs.storage.local_rows import local_rows

Places = list[tuple[int, int]]


def cut(spark: SparkSession, many: list[Places]) -> list[list[tuple[int, int]]]:
    """The stretches of each array of place and people."""
    arrays = [[{"place": place, "people": people} for place, people in places] for places in many]
    schema = "number int, places array<struct<place: bigint, people: bigint>>"
    found = local_rows(spark, list(enumerate(arrays)), schema).select(
        "number", stretches(F.col("places")).alias("found")
    )
    return [[(each.from_place, each.to_place) for each in row.found] for row in found.orderBy("number").collect()]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([(3, 4), (5, 6), (9, 10)], [(0, 5), (9, 9)]),
        ([(3, 9)], []),
        ([(3, 10), (4, 9)], [(3, 3)]),
        ([(3, 9), (4, 12), (6, 5), (7, 5)], [(4, 4), (5, 7)]),
        ([], []),
    ],
    ids=["a sum and one alone", "too few", "what is left", "too few before one alone", "nothing"],
)
def test_places_are_put_together_until_they_are_enough(
    spark: SparkSession, places: Places, expected: list[tuple[int, int]]
) -> None:
    assert cut(spark, [places]) == [expected]


def test_each_stretch_is_of_enough_people_and_none_overlap(spark: SparkSession) -> None:
    strategy = st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 25)), max_size=30, unique_by=lambda place: place[0]
    )
    examples: list[Places] = []

    @settings(max_examples=200, database=None, derandomize=True)
    @given(strategy)
    def gather(places: Places) -> None:
        examples.append(sorted(places))

    gather()
    for places, found in zip(examples, cut(spark, examples), strict=True):
        for from_place, to_place in found:
            assert sum(people for place, people in places if from_place <= place <= to_place) >= SMALLEST_GROUP
        assert all(before[1] < after[0] for before, after in pairwise(found))
