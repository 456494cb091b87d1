import doctest
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.audience import segment_names as module
from jobs.audience.segment_names import (
    NOTICEABLE,
    WITHOUT_DIFFERENCE,
    Difference,
    segment_description,
    segment_names,
)

FACET_OF = {
    **dict.fromkeys(("crime", "thriller", "comedy", "lgbtq"), "genre"),
    **dict.fromkeys(("night", "evening", "weekends"), "daypart"),
    **dict.fromkeys(("tv", "phone"), "device"),
}


def differences(**of_labels: float) -> list[Difference]:
    return [Difference(FACET_OF[label], label, difference) for label, difference in of_labels.items()]


@pytest.mark.parametrize(
    ("segments", "names"),
    [
        ([differences(thriller=0.8, crime=1.1, comedy=0.5, evening=0.4, tv=0.3)], ["crime and thriller, evening, tv"]),
        ([differences(crime=1.0, comedy=-2.0, evening=0.19, weekends=0.2, tv=-0.1)], ["crime, weekends"]),
        ([differences(crime=0.1, evening=-0.1)], [WITHOUT_DIFFERENCE]),
        (
            [differences(crime=1.0, tv=0.1, night=0.15), differences(crime=0.9, tv=0.1, phone=0.05)],
            ["crime", "crime, tv"],
        ),
        ([differences(crime=1.0)] * 3, ["crime", "crime, 2", "crime, 3"]),
        ([differences(lgbtq=2.0, crime=1.0), differences(lgbtq=2.0, crime=1.0)], ["crime", "crime, 2"]),
    ],
    ids=[
        "the most of each facet",
        "what is noticeable",
        "nothing is",
        "a name that is taken",
        "no difference at all",
        "a sensitive genre",
    ],
)
def test_name(segments: Sequence[list[Difference]], names: list[str]) -> None:
    assert segment_names(dict(enumerate(segments))) == dict(enumerate(names))


@pytest.mark.parametrize(
    ("before", "found", "name"),
    [
        ("crime, tv", {"crime": 0.1, "comedy": 0.9, "tv": 0.1}, "crime, tv"),
        ("crime and thriller, tv, 2", {"crime": 1.0, "thriller": 0.5, "tv": 0.1}, "crime and thriller, tv, 2"),
        ("crime, tv", {"crime": -0.1, "comedy": 0.9, "tv": 0.3}, "comedy, tv"),
        ("lgbtq, tv", {"lgbtq": 0.9, "tv": 0.3}, "tv"),
        ("everybody", {"crime": 0.9}, "crime"),
        ("western, tv", {"crime": 0.9, "tv": 0.9}, "crime, tv"),
    ],
    ids=["less so", "a number", "no more", "sensitive by now", "of one segment alone", "a genre that is gone"],
)
def test_a_name_of_before_is_kept_while_it_is_true(before: str, found: dict[str, float], name: str) -> None:
    assert segment_names({4: differences(**found)}, {4: before}) == {4: name}


def test_a_name_that_is_kept_is_nobody_elses() -> None:
    segments = {0: differences(crime=1.0, tv=0.1), 1: differences(crime=0.9)}
    assert segment_names(segments, {1: "crime"}) == {1: "crime", 0: "crime, tv"}


def test_a_description_says_what_is_different_and_by_how_much() -> None:
    found = [
        Difference("genre", "comedy", -0.5, 0.02, 0.2),
        Difference("genre", "crime", 1.5, 0.7, 0.2),
        Difference("genre", "lgbtq", 2.0, 0.2, 0.01),
        Difference("device", "tv", 0.1, 0.5, 0.45),
    ]
    assert segment_description(found) == "more crime (70 % of their time, 20 % of all), less comedy (2 %, 20 %)"
    assert segment_description(found[-1:]) == "nothing sets them apart"


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(module).failed == 0


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(FACET_OF, st.sampled_from([-1.0, 0.1, 0.5, 1.0]))), max_size=8))
def test_names_differ_and_tell_only_what_is_watched_more(segments: list[dict[str, float]]) -> None:
    names = segment_names({number: differences(**labels) for number, labels in enumerate(segments)})
    assert len(set(names.values())) == len(segments)
    for number, labels in enumerate(segments):
        told = {label for label in labels if label in names[number].replace(" and ", ", ").split(", ")}
        assert all(labels[label] > 0 for label in told)
        assert "lgbtq" not in told
        if max(difference for label, difference in labels.items() if label != "lgbtq") >= NOTICEABLE:
            assert told
