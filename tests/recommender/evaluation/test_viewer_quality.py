"""Every measure by hand; the examples in the measures' docstrings are among them."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.recommender.evaluation.model_quality import model_quality
from jobs.recommender.evaluation.viewer_quality import viewer_quality
from jobs.recommender.models import Rows
from jobs.storage.local_rows import arrow_rows, local_rows

Place = Callable[[Sequence[Sequence[Any]], str], Rows]

PAIRS = "profile_key string, title_id string"
SECOND, THIRD = 1 / math.log2(3), 1 / math.log2(4)
FOURTH = 1 / math.log2(5)
# Viewer: the list, best first; what they went on to like; ndcg, recall, precision, average precision, reciprocal rank.
VIEWERS: dict[str, tuple[list[str], list[str], tuple[float, ...] | None]] = {
    "first place": (["a", "b", "c"], ["a"], (1.0, 1.0, 0.1, 1.0, 1.0)),
    "second place": (["b", "a", "c"], ["a"], (SECOND, 1.0, 0.1, 0.5, 0.5)),
    "one of two": (["a", "b", "c"], ["a", "z"], (1 / (1 + SECOND), 0.5, 0.1, 0.5, 1.0)),
    "one and three of four": (
        ["a", "b", "c"],
        ["c", "a", "y", "z"],
        ((1 + THIRD) / (1 + SECOND + THIRD + FOURTH), 0.5, 0.2, (1 + 2 / 3) / 4, 1.0),
    ),
    "two and three": (
        ["x", "b", "c"],
        ["b", "c"],
        ((SECOND + THIRD) / (1 + SECOND), 1.0, 0.2, (1 / 2 + 2 / 3) / 2, 0.5),
    ),
    "nothing right": (["b"], ["a"], (0.0, 0.0, 0.0, 0.0, 0.0)),
    "no list": ([], ["a"], (0.0, 0.0, 0.0, 0.0, 0.0)),
    "wants twelve, gets ten": (list("abcdefghij"), list("abcdefghijkl"), (1.0, 10 / 12, 1.0, 1.0, 1.0)),
    "eleventh place does not count": (list("bcdefghijka"), ["a"], (0.0, 0.0, 0.0, 0.0, 0.0)),
    "went on to like nothing": (["a"], [], None),
}
JUDGED = [viewer for viewer, (_, _, expected) in VIEWERS.items() if expected]
BY_HITS = ("ndcg", "recall", "precision", "average_precision", "reciprocal_rank")


def lists_of(place: Place, lists: dict[str, list[str]]) -> Rows:
    rows = [(viewer, title, rank) for viewer, best in lists.items() for rank, title in enumerate(best, start=1)]
    return place(rows, f"{PAIRS}, rank int")


def pairs_of(place: Place, liked: dict[str, list[str]]) -> Rows:
    return place([(viewer, title) for viewer, titles in liked.items() for title in titles], PAIRS)


@pytest.fixture(scope="module", params=["driver", "Spark"])
def place(spark: SparkSession, request: pytest.FixtureRequest) -> Place:
    """Where rows are."""
    if request.param == "driver":
        return lambda rows, schema: arrow_rows(rows, schema)
    return lambda rows, schema: local_rows(spark, rows, schema)


@pytest.fixture(scope="module")
def of_viewers(place: Place) -> Rows:
    lists = lists_of(place, {viewer: best for viewer, (best, _, _) in VIEWERS.items()})
    relevant = pairs_of(place, {viewer: liked for viewer, (_, liked, _) in VIEWERS.items()})
    return viewer_quality(lists, relevant, relevant)


@pytest.fixture(scope="module")
def judged(of_viewers: Rows) -> dict[str, dict[str, Any]]:
    return by_viewer(of_viewers)


def by_viewer(of_viewers: Rows) -> dict[str, dict[str, Any]]:
    rows = of_viewers if isinstance(of_viewers, pa.Table) else of_viewers.toArrow()
    return {row["profile_key"]: row for row in rows.to_pylist()}


@pytest.mark.parametrize("viewer", JUDGED)
@pytest.mark.parametrize("measure", BY_HITS)
def test_by_hand(judged: dict[str, dict[str, Any]], viewer: str, measure: str) -> None:
    expected = VIEWERS[viewer][2]
    assert expected is not None
    assert judged[viewer][measure] == pytest.approx(expected[BY_HITS.index(measure)])


def test_who_liked_nothing_is_not_judged(judged: dict[str, dict[str, Any]]) -> None:
    assert set(judged) == set(JUDGED)


# Of seven viewers, three know the one title and none the other: (3 + 1) / (7 + 1) and (0 + 1) / (7 + 1).
KNOWN = {"ann": ["half", "own"], "bob": ["half"], "cy": ["half"], **{f"viewer {n}": ["other"] for n in range(4)}}
SHOWN: dict[str, Any] = {"ann": ["half", "new"], "bob": ["new"], "cy": []}
EXPECTED = {
    # Novelty is (1 + 3) / 2 bits; shares shown 1/2 and 1/8, those of ann's own titles 4/8 and 2/8.
    "ann": (2.0, (1 / 2 + 1 / 8) / 2 - (4 / 8 + 2 / 8) / 2),
    "bob": (3.0, 1 / 8 - 4 / 8),
    "cy": (None, None),
}


@pytest.mark.parametrize("viewer", EXPECTED)
def test_novelty_and_popularity_bias_by_hand(place: Place, viewer: str) -> None:
    relevant = pairs_of(place, {name: ["later"] for name in SHOWN})
    found = viewer_quality(lists_of(place, SHOWN), relevant, pairs_of(place, KNOWN))
    row = by_viewer(found)[viewer]
    assert (row["novelty"], row["popularity_bias"]) == pytest.approx(EXPECTED[viewer])


def test_a_models_quality_is_the_mean_over_viewers_and_the_share_of_titles_shown(
    place: Place, of_viewers: Rows
) -> None:
    lists = lists_of(place, {"ann": ["a", "b"], "bob": ["b", "c"]})
    found = model_quality(of_viewers, lists, catalogue_size=12).estimates
    ndcg = [expected[0] for _, _, expected in VIEWERS.values() if expected]
    assert found["ndcg"].mean == pytest.approx(sum(ndcg) / len(ndcg), abs=1e-4)
    assert found["coverage"].mean == pytest.approx(3 / 12)


def test_nobody_to_judge_is_no_quality(place: Place) -> None:
    nobody = pairs_of(place, {})
    found = model_quality(viewer_quality(lists_of(place, {}), nobody, nobody), lists_of(place, {}), catalogue_size=0)
    assert {estimate.mean for estimate in found.estimates.values()} == {0.0}
