from datetime import date

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import INTERACTIONS
from jobs.recommender.learning.preferences import preferences, relevant_titles
from tests.factories import make_rows

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)

# Title: what happened with it; the strength that comes of it, none where it is not liked.
INTERACTED: dict[str, tuple[list[dict[str, object]], float | None]] = {
    "half of it": ([{"watched_seconds": 1800.0, "watched_ratio": 0.5}], 0.5),
    "more than all of it": ([{"watched_seconds": 1800.0, "watched_ratio": 1.2}], 1.0),
    "twice": (
        [
            {"watched_seconds": 600.0, "watched_ratio": 1.0},
            {"watched_seconds": 600.0, "watched_ratio": 0.8, "session_date": TUESDAY},
        ],
        1.8,
    ),
    "in two evenings": (
        [
            {"watched_seconds": 1800.0, "watched_ratio": 0.5, "completion_ratio": 0.5},
            {"watched_seconds": 1800.0, "watched_ratio": 0.5, "completion_ratio": 1.0, "session_date": TUESDAY},
        ],
        1.0,
    ),
    "half an hour of who knows how much": ([{"watched_seconds": 1800.0}], 0.5),
    "a night of it": ([{"watched_seconds": 30_000.0}], 1.0),
    "sampled": ([{"watched_seconds": 119.0, "watched_ratio": 0.1}], None),
    "rated up unseen": ([{"watched_seconds": 0.0, "rating_score": 1.0}], 1.0),
    "rated up a little": ([{"watched_seconds": 1800.0, "rating_score": 0.5}], 1.0),
    "rated down": ([{"watched_seconds": 1800.0, "rating_score": -1.0}], None),
    "rated in the middle, sampled": ([{"watched_seconds": 60.0, "rating_score": 0.0}], None),
    "listed unseen": ([{"watched_seconds": 0.0, "is_listed": True}], 0.5),
    "listed and watched": ([{"watched_seconds": 1800.0, "watched_ratio": 1.0, "is_listed": True}], 1.5),
    "listed and rated down": ([{"watched_seconds": 0.0, "is_listed": True, "rating_score": -1.0}], None),
    "taken off the list": (
        [
            {"watched_seconds": 0.0, "is_listed": False, "session_date": TUESDAY},
            {"watched_seconds": 0.0, "is_listed": True, "session_date": MONDAY},
        ],
        None,
    ),
    "listed, and nothing since": (
        [
            {"watched_seconds": 0.0, "is_listed": True, "session_date": MONDAY},
            {"watched_seconds": 60.0, "session_date": TUESDAY},
        ],
        60 / 3600 + 0.5,
    ),
    "taken off the list long after": (
        [
            {"watched_seconds": 1800.0, "session_date": MONDAY},
            {"plays": 0, "watched_seconds": 0.0, "is_listed": False, "session_date": TUESDAY},
        ],
        0.5,
    ),
    "the last rating counts": (
        [
            {"watched_seconds": 0.0, "rating_score": -1.0, "session_date": MONDAY},
            {"watched_seconds": 0.0, "rating_score": 1.0, "session_date": TUESDAY},
        ],
        1.0,
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


def test_what_was_watched_a_half_life_before_the_newest_counts_half(spark: SparkSession) -> None:
    whole = {"watched_seconds": 600.0, "watched_ratio": 1.0}
    rows = [
        {"title_id": "old", **whole, "session_date": date(2026, 5, 3)},
        # To be taken off the list makes no liking young again.
        {"title_id": "old", "plays": 0, "watched_seconds": 0.0, "is_listed": False, "session_date": TUESDAY},
        {"title_id": "new", **whole, "session_date": TUESDAY},
    ]
    found = {
        row.title_id: row for row in preferences(make_rows(spark, INTERACTIONS, rows), half_life_days=30).collect()
    }
    assert {title: row.strength for title, row in found.items()} == {"old": 0.5, "new": 1.0}
    assert found["old"].liked_on == date(2026, 5, 3)
