"""What the solver finds in rows of which no two differ by few, and that it finds nobody in what is released."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.published.attack.exposure import exposed_people
from tests.published.attack.figures import WEEKS, Figures, figures
from tests.published.attack.pairwise_rule import released_pairwise
from tests.published.attack.partition_rule import bounded, released_as_partition
from tests.published.attack.solver import PLAYS, Attacker, Told
from tests.published.attack.weeks import PARTS, Cell, Play, Title, Week, simulated_week

TITLES = {
    "one": Title(frozenset({"crime", "drama"}), 1.0),
    "nine": Title(frozenset({"crime", "western"}), 1.0),
    "others": Title(frozenset({"drama", "western"}), 2.0),
    "fourth": Title(frozenset({"horror"}), 0.5),
}


def weeks() -> st.SearchStrategy[Week]:
    """Few accounts of few profiles; anybody may watch anything, and some of them all day."""
    play = st.builds(
        lambda account, profile, title, part, share: Play(
            f"a{account}", f"a{account}-{profile}", Cell(title, part), share * TITLES[title].runtime_hours
        ),
        st.integers(0, 40),
        st.integers(0, 2),
        st.sampled_from(sorted(TITLES)),
        st.sampled_from(PARTS[:3]),
        st.sampled_from([0.1, 0.5, 1.0]),
    )
    alike = st.tuples(play, st.sampled_from([1, 1, 1, 2, 300])).map(lambda drawn: [drawn[0]] * drawn[1])
    return st.lists(alike, min_size=5, max_size=90).map(
        lambda groups: Week(tuple(play for group in groups for play in group), TITLES, PARTS[:3])
    )


def test_three_genres_tell_the_plays_of_one_viewer() -> None:
    """One viewer played a title three times, nine each of two others once: 12 + 12 - 18 is twice these three plays.

    The rows are of ten people and more, and none lies within another.
    """
    people = {"one": ["a", "a", "a"], "nine": [f"b{n}" for n in range(9)], "others": [f"c{n}" for n in range(9)]}
    plays = tuple(Play(who, who, Cell(title, PARTS[0]), 0.5) for title, viewers in people.items() for who in viewers)
    week = Week(plays, {title: TITLES[title] for title in people}, PARTS[:1])
    told = [
        Told(genre, PLAYS, {cell: 1.0 for cell in week.cells if genre in TITLES[cell.title].genres}, count, count)
        for genre, count in {"crime": 12, "drama": 12, "western": 18}.items()
    ]
    attacker = Attacker(told, {cell: TITLES[cell.title].runtime_hours for cell in week.cells})
    of_one = attacker.classes_within([Cell("one", PARTS[0])])
    assert attacker.is_pinned(PLAYS, of_one)
    assert [round(end, 3) for end in attacker.bounds(PLAYS, of_one)] == [3.0, 3.0]
    assert "a" in exposed_people(week, told)
    # Genres without another would be the nine: these three rows were folded, larger ones of their form were not.
    assert exposed_people(week, released_pairwise(week)) == frozenset()
    assert exposed_people(bounded(week), released_as_partition(week)) == frozenset()


def test_pairs_of_rows_expose_people_and_one_partition_nobody() -> None:
    pairs, partition = figures(released_pairwise), figures(released_as_partition)
    assert (pairs.weeks_exposing > WEEKS / 4, pairs.people_exposed > WEEKS) == (True, True)
    assert (partition.weeks_exposing, partition.people_exposed) == (0, 0)
    assert partition.released_share > 0.8


@settings(max_examples=60, deadline=None, database=None)
@given(weeks())
def test_whoever_watches_what_nobody_is_exposed(week: Week) -> None:
    assert exposed_people(bounded(week), released_as_partition(week)) == frozenset()


@settings(max_examples=20, deadline=None, database=None)
@given(weeks(), st.integers(0, 10**6))
def test_the_truth_is_within_the_bounds_that_the_solver_finds(week: Week, choice: int) -> None:
    for counted, told in ((week, released_pairwise(week)), (bounded(week), released_as_partition(week))):
        attacker = Attacker(told, {cell: TITLES[cell.title].runtime_hours for cell in week.cells})
        number = choice % len(attacker.classes)
        hours = sum(play.hours for play in counted.plays if play.cell in attacker.classes[number])
        low, high = attacker.bounds("hours", [number])
        assert low - 1e-4 <= hours <= high + 1e-4


def test_who_watches_nearly_all_of_a_row_is_found() -> None:
    """Nine watch a minute, one an hour, and the row is told to the hour: the most it can be is what that one did."""
    cell = Cell("others", PARTS[0])
    plays = [Play(f"b{n}", f"b{n}", cell, 1 / 60) for n in range(9)] + [Play("a", "a", cell, 2.0)] * 10
    week = Week(tuple(plays), {"others": TITLES["others"]}, PARTS[:1])
    assert exposed_people(week, released_pairwise(week)) == {"a"}
    assert released_as_partition(week) == []


def test_a_week_is_drawn_again_by_its_seed() -> None:
    assert simulated_week(3) == simulated_week(3)


def test_figures_are_of_what_is_told() -> None:
    """A rule that tells nothing exposes nobody."""
    assert figures(lambda week: [], weeks=2) == Figures(0, 0, 0.0)
