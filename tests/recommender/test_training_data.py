import doctest
import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from jobs.recommender import training_data
from jobs.recommender.training_data import compact_ids, preferences, relevant_titles, split_date
from jobs.tables.gold import INTERACTIONS
from tests.factories import make_rows

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)

# Title: what happened with it; the strength that comes of it, none where it is not liked.
INTERACTED: dict[str, tuple[list[dict[str, object]], float | None]] = {
    "half an hour": ([{"watched_seconds": 1800.0}], math.log1p(30)),
    "two days": ([{"watched_seconds": 60.0}, {"watched_seconds": 60.0, "session_date": TUESDAY}], math.log1p(2)),
    "sampled": ([{"watched_seconds": 119.0}], None),
    "rated up unseen": ([{"watched_seconds": 0.0, "rating_score": 1.0}], 3.4),
    "rated up a little": ([{"watched_seconds": 1800.0, "rating_score": 0.5}], math.log1p(30) + 1.7),
    "rated down": ([{"watched_seconds": 1800.0, "rating_score": -1.0}], None),
    "rated in the middle, sampled": ([{"watched_seconds": 60.0, "rating_score": 0.0}], None),
    "the last rating counts": (
        [
            {"watched_seconds": 0.0, "rating_score": -1.0, "session_date": MONDAY},
            {"watched_seconds": 0.0, "rating_score": 1.0, "session_date": TUESDAY},
        ],
        3.4,
    ),
    "a later day without rating takes none back": (
        [
            {"watched_seconds": 600.0, "rating_score": -1.0, "session_date": MONDAY},
            {"watched_seconds": 600.0, "session_date": TUESDAY},
        ],
        None,
    ),
}


@pytest.fixture(scope="module")
def strengths(spark: SparkSession) -> dict[str, float]:
    rows = [{"title_id": title, **row} for title, (days, _) in INTERACTED.items() for row in days]
    found = preferences(make_rows(spark, INTERACTIONS, rows)).collect()
    return {row.title_id: row.strength for row in found}


@pytest.mark.parametrize("title", INTERACTED)
def test_strength(strengths: dict[str, float], title: str) -> None:
    expected = INTERACTED[title][1]
    assert strengths.get(title) == (None if expected is None else pytest.approx(expected))


def test_only_known_viewers_and_titles_new_to_them_are_tested(spark: SparkSession) -> None:
    liked = {"watched_seconds": 600.0}
    past = [{"profile_key": "ann", "title_id": "seen", "watched_seconds": 1.0}]
    after = [
        {"profile_key": "ann", "title_id": "seen", **liked},
        {"profile_key": "ann", "title_id": "new", **liked},
        {"profile_key": "ann", "title_id": "sampled", "watched_seconds": 5.0},
        {"profile_key": "a stranger", "title_id": "new", **liked},
    ]
    found = relevant_titles(make_rows(spark, INTERACTIONS, after), make_rows(spark, INTERACTIONS, past)).collect()
    assert [(row.profile_key, row.title_id) for row in found] == [("ann", "new")]


def test_every_key_has_one_number_of_its_own_below_two_to_the_31(spark: SparkSession) -> None:
    keys = spark.range(5000).selectExpr("concat('key-', id % 2500) AS profile_key")
    numbered = {row.profile_key: row.number for row in compact_ids(keys, "profile_key", "number").collect()}
    assert len(numbered) == len(set(numbered.values())) == 2500
    assert 0 <= min(numbered.values()) <= max(numbered.values()) < 2**31


def test_numbers_do_not_depend_on_how_the_keys_are_spread(spark: SparkSession) -> None:
    keys = spark.range(300).selectExpr("string(id) AS title_id")
    one, many = (compact_ids(keys.repartition(parts), "title_id", "number") for parts in (1, 7))
    assert {tuple(row) for row in one.collect()} == {tuple(row) for row in many.collect()}


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_training_and_test_both_have_a_day(one: date, other: date) -> None:
    first, last = sorted((one, other))
    if first < last:
        assert first < split_date(first, last) <= last


@pytest.mark.parametrize(("last", "test_from"), [(date(2026, 6, 10), date(2026, 6, 9)), (TUESDAY, TUESDAY)])
def test_the_last_fifth_of_the_days_is_the_test(last: date, test_from: date) -> None:
    assert split_date(MONDAY, last) == test_from


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(training_data).failed == 0
