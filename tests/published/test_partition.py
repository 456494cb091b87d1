"""Every released part is of enough people, none of whom dominates; all hours are in one part; their sums add up."""

from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.contracts.published import OTHER
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.published.partition import PART, released_parts
from tests.published.simulated_weeks import contributions_of_weeks

MONDAY = date(2026, 6, 1)
# Title, day of the week, hours of the day, account, profile, hours watched.
Viewing = tuple[str, str, str, str, str, float]
COLUMNS = ("title_id", "local_day", "time_of_day", "account_key", "profile_key")


def contributions(viewings: Iterable[Viewing]) -> pl.DataFrame:
    rows = [dict(zip(COLUMNS, viewing, strict=False), watched_seconds=3600 * viewing[5]) for viewing in viewings]
    schema = dict.fromkeys(COLUMNS, pl.String) | {"watched_seconds": pl.Float64}
    return pl.DataFrame(rows, schema=schema).with_columns(week_start_date=pl.lit(MONDAY))


def watched(
    title: str, people: Iterable[int], hours: float = 1.0, day: str = "Monday", time: str = "18-21"
) -> list[Viewing]:
    """By each of these people, who have an account each."""
    return [(title, day, time, f"a{person}", f"p{person}", hours) for person in people]


def hours_of_titles(viewings: Iterable[Viewing]) -> dict[str, float]:
    parts = released_parts(contributions(viewings))
    return {row[0]: row[1] for row in parts.group_by("title_id").agg(pl.col("watched_hours").sum()).iter_rows()}


CASES: dict[str, tuple[list[Viewing], dict[str, float]]] = {
    "ten people": (watched("a", range(10)), {"a": 10}),
    "nine people": (watched("a", range(9)), {}),
    "ten profiles of one account": (
        [("a", "Monday", "18-21", "a0", f"p{number}", 1.0) for number in range(10)],
        {},
    ),
    "one of ten has nearly all hours": (watched("a", range(9), 0.1) + watched("a", [9], 20.0), {}),
    "small ones together": (
        watched("a", range(20)) + watched("b", range(5)) + watched("c", range(5, 10)),
        {"a": 20, OTHER: 10},
    ),
    "the smallest joins them": (
        watched("a", range(30)) + watched("b", range(12)) + watched("c", range(9)),
        {"a": 30, OTHER: 21},
    ),
    # Else whoever knows the second account would know the first.
    "as many join as it takes for nobody to dominate": (
        watched("a", range(50), 2.0)
        + watched("b", range(10), 0.1)
        + watched("c", range(20), 0.3)
        + watched("d", [99], 30),
        {"a": 100, OTHER: 37},
    ),
    # Else what is told together would be the hours of its largest title, within ten per cent.
    "no title of few people is nearly all of what is told together": (
        watched("a", range(30)) + watched("b", range(10), 0.1) + watched("c", range(9), 10.0),
        {OTHER: 121},
    ),
    "a title that is called so": (watched(OTHER, range(30)) + watched("a", range(20)), {OTHER: 30, "a": 20}),
    "an account counts for forty hours": (
        watched("a", range(20), 2.0) + watched("b", range(20, 40), 10.0) + watched("b", [40], 100.0),
        {"a": 40, "b": 240},
    ),
    "nobody": ([], {}),
}


@pytest.mark.parametrize("case", CASES)
def test_titles_that_fail_are_told_together(case: str) -> None:
    viewings, expected = CASES[case]
    assert hours_of_titles(viewings) == expected


def test_a_title_is_divided_where_each_part_of_it_passes() -> None:
    """Of Sunday too few are left for hours of their own; Monday evening joins nothing."""
    viewings = [
        *watched("a", range(20)),
        *watched("a", range(12), 1.0, "Monday", "21-24"),
        *watched("a", range(6), 1.0, "Sunday", "18-21"),
        *watched("a", range(6, 12), 1.0, "Sunday", "21-24"),
        *watched("b", range(6), 1.0, "Monday"),
        *watched("b", range(6, 12), 1.0, "Sunday"),
    ]
    parts = released_parts(contributions(viewings)).select(*PART[1:], "watched_hours", "viewers").rows()
    assert parts == [
        ("a", "Monday", "18-21", 20, 20),
        ("a", "Monday", "21-24", 12, 20),
        ("a", "Sunday", OTHER, 12, 20),
        ("b", OTHER, "18-21", 12, 12),
    ]


def test_hours_are_whole_and_add_up() -> None:
    """Four titles of 10.4 hours are 41.6: each a whole number, all of them 42."""
    hours = hours_of_titles([viewing for title in "abcd" for viewing in watched(title, range(10), 1.04)])
    assert (sorted(hours.values()), sum(hours.values())) == ([10, 10, 11, 11], 42)


def with_own_profiles(viewings: list[Viewing]) -> list[Viewing]:
    """A profile is of one account."""
    return [(title, day, time, who, f"{who}-{profile}", hours) for title, day, time, who, profile, hours in viewings]


VIEWINGS = st.lists(
    st.tuples(
        st.sampled_from("aaaabbcde"),
        st.sampled_from(["Monday", "Monday", "Saturday", "Sunday"]),
        st.sampled_from(["18-21", "18-21", "21-24"]),
        st.integers(0, 24).map(str),
        st.sampled_from(["1", "1", "2"]),
        st.sampled_from([0.1, 0.5, 1.0, 3.0, 30.0]),
    ),
    max_size=150,
).map(with_own_profiles)


def passes(viewings: Sequence[Viewing]) -> bool:
    """Said again in plain Python."""
    hours: dict[str, float] = {}
    for *_, account, _profile, watched_hours in viewings:
        hours[account] = hours.get(account, 0) + watched_hours
    first, _second, *others = [*sorted(hours.values(), reverse=True), 0.0, 0.0]
    people = {profile for *_, profile, _ in viewings}
    return min(len(hours), len(people)) >= SMALLEST_GROUP and sum(others) >= 0.1 * first


@settings(max_examples=100, deadline=None, database=None)
@given(VIEWINGS)
def test_whoever_watches_what_nobody_is_told(viewings: list[Viewing]) -> None:
    parts = released_parts(contributions(viewings))
    of_few = parts.filter(
        (pl.col("accounts") < SMALLEST_GROUP)
        | (pl.col("profiles") < SMALLEST_GROUP)
        | (pl.col("remainder_ratio") < 0.1)
        | (pl.col("viewers") < SMALLEST_GROUP)
    )
    assert of_few.is_empty()
    assert parts.select(PART).is_duplicated().sum() == 0


@settings(max_examples=100, deadline=None, database=None)
@given(VIEWINGS)
def test_all_hours_are_told_or_none(viewings: list[Viewing]) -> None:
    """No account is over the bound here."""
    light = [(*viewing[:5], float(viewing[5]) / 30) for viewing in viewings]
    parts = released_parts(contributions(light))
    whole = sum(viewing[5] for viewing in light) if passes(light) else 0
    assert parts["watched_hours"].sum() == pytest.approx(whole, abs=1)


def test_released_hours_of_a_simulated_service() -> None:
    """Of the demo's size: nearly all hours are told, a fifth by title, two thirds by day and three hours of it."""
    weeks = contributions_of_weeks(300, 2, 7)
    watched_hours = weeks.select(pl.col("watched_seconds").sum()).item() / 3600
    parts = released_parts(weeks)

    def share(*labels: str) -> float:
        named = parts.filter(pl.all_horizontal(pl.col(label) != OTHER for label in labels)) if labels else parts
        return float(named["watched_hours"].sum() / watched_hours)

    told = {"at all": share(), "by title": share("title_id"), "by time": share("local_day", "time_of_day")}
    assert {name: round(value, 2) for name, value in told.items()} == {"at all": 1.0, "by title": 0.23, "by time": 0.68}
