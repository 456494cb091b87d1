import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession

from jobs.recommender.serving.variety import RELEVANCE_WEIGHT, list_variety, varied_lists
from jobs.storage.local_rows import local_rows

COLUMNS = "profile_key string, title_id string, relevance double, labels array<string>"
Candidate = tuple[str, float, list[str]]


def candidates(spark: SparkSession, of_ann: list[Candidate]) -> DataFrame:
    return local_rows(spark, [("ann", *candidate) for candidate in of_ann], COLUMNS)


def titles(lists: DataFrame) -> list[str]:
    return [row.title_id for row in lists.orderBy("rank").collect()]


def test_what_is_like_a_title_above_waits(spark: SparkSession) -> None:
    """0.8 × 0.9 - 0.2 × 1 for the second western, 0.8 × 0.7 - 0 for the comedy."""
    rows: list[Candidate] = [("w1", 1.0, ["western"]), ("w2", 0.9, ["western"]), ("c", 0.7, ["comedy"])]
    assert titles(varied_lists(candidates(spark, rows), 3)) == ["w1", "c", "w2"]


def test_where_nothing_is_alike_lists_go_by_relevance_and_title(spark: SparkSession) -> None:
    rows: list[Candidate] = [("b", 0.5, []), ("a", 0.5, []), ("z", 0.9, [])]
    assert titles(varied_lists(candidates(spark, rows), 2)) == ["z", "a"]


def expected(rows: list[Candidate], length: int) -> list[str]:
    """Maximal marginal relevance as its authors wrote it down."""

    def alike(one: list[str], other: list[str]) -> float:
        either = set(one) | set(other)
        return len(set(one) & set(other)) / len(either) if either else 0.0

    rest, chosen = sorted(rows), list[Candidate]()
    while rest and len(chosen) < length:
        best = max(
            rest,
            key=lambda row: (
                RELEVANCE_WEIGHT * row[1]
                - (1 - RELEVANCE_WEIGHT) * max((alike(row[2], c[2]) for c in chosen), default=0)
            ),
        )
        rest.remove(best)
        chosen.append(best)
    return [title for title, _, _ in chosen]


LABELS = st.lists(st.sampled_from("xyz"), max_size=3, unique=True)


@given(st.lists(st.tuples(st.sampled_from([n / 16 for n in range(17)]), LABELS), min_size=1, max_size=8))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_lists_are_those_of_the_definition(spark: SparkSession, rows: list[tuple[float, list[str]]]) -> None:
    named: list[Candidate] = [(f"t{number}", relevance, labels) for number, (relevance, labels) in enumerate(rows)]
    assert titles(varied_lists(candidates(spark, named), 5)) == expected(named, 5)


def test_variety_by_hand(spark: SparkSession) -> None:
    rows = [("ann", 1, ["w"]), ("ann", 2, ["w"]), ("ann", 3, ["c"]), ("bob", 1, ["w"])]
    lists = local_rows(spark, rows, "profile_key string, rank int, labels array<string>")
    assert list_variety(lists) == pytest.approx(2 / 3)


def test_lists_of_one_have_no_variety(spark: SparkSession) -> None:
    assert (
        list_variety(local_rows(spark, [("ann", 1, ["w"])], "profile_key string, rank int, labels array<string>"))
        is None
    )


def test_every_viewer_has_a_list_of_its_own(spark: SparkSession) -> None:
    rows = [(viewer, title, 0.5, ["x"]) for viewer, title in itertools.product("pq", "abc")]
    lists = varied_lists(local_rows(spark, rows, COLUMNS), 2).collect()
    assert sorted((row.profile_key, row["rank"], row.title_id) for row in lists) == [
        ("p", 1, "a"),
        ("p", 2, "b"),
        ("q", 1, "a"),
        ("q", 2, "b"),
    ]
