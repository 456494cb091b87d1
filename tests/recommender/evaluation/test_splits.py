import doctest
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession

from jobs.recommender.evaluation import splits
from jobs.recommender.evaluation.splits import split_date, split_stratified, split_viewers
from jobs.storage.local_rows import local_rows

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_training_and_test_both_have_a_day(one: date, other: date) -> None:
    first, last = sorted((one, other))
    if first < last:
        assert first < split_date(first, last) <= last


@pytest.mark.parametrize(("last", "test_from"), [(date(2026, 6, 10), date(2026, 6, 9)), (TUESDAY, TUESDAY)])
def test_the_last_fifth_of_the_days_is_the_test(last: date, test_from: date) -> None:
    assert split_date(MONDAY, last) == test_from


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(splits).failed == 0


@pytest.fixture(scope="module")
def likings(spark: SparkSession) -> DataFrame:
    """Viewers of 1 to 40 titles."""
    rows = [(f"viewer-{n}", f"title-{t}") for n in range(1, 41) for t in range(n)]
    return local_rows(spark, rows, "profile_key string, title_id string").persist()


def test_each_viewer_is_split_by_the_same_share(likings: DataFrame) -> None:
    learnt, tested = split_stratified(likings, 0.75, seed=1)
    parts = [
        {row.profile_key: row["count"] for row in part.groupBy("profile_key").count().collect()}
        for part in (learnt, tested)
    ]
    assert {(parts[0].get(f"viewer-{n}", 0), parts[1].get(f"viewer-{n}", 0)) for n in (1, 2, 4, 40)} == {
        (1, 0),
        (2, 0),
        (3, 1),
        (30, 10),
    }


def test_both_parts_are_all_rows_once(likings: DataFrame) -> None:
    for learnt, tested in (split_stratified(likings, 0.75, seed=1), split_viewers(likings, 0.5, seed=1)):
        assert sorted(learnt.unionByName(tested).collect()) == sorted(likings.collect())


def test_the_same_seed_splits_in_the_same_way_however_rows_are_spread(likings: DataFrame) -> None:
    one, other = (split_stratified(likings.repartition(parts), 0.75, seed=1)[1] for parts in (1, 7))
    assert set(one.collect()) == set(other.collect()) != set(split_stratified(likings, 0.75, seed=2)[1].collect())


def test_no_viewer_is_in_both_parts(likings: DataFrame) -> None:
    learnt, tested = split_viewers(likings, 0.5, seed=1)
    assert learnt.join(tested, on="profile_key", how="left_semi").isEmpty()
    assert 10 < tested.select("profile_key").distinct().count() < 30
