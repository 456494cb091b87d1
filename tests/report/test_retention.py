import itertools

from hypothesis import given
from hypothesis import strategies as st

from jobs.contracts.published import OTHER, RETENTION_MONTHLY
from jobs.report.retention import retention, spread
from tests.report.frames import WEEK, frames, words


def test_the_plan_that_was_followed_longest_is_told() -> None:
    steps = [("basic", 0, 1.0), ("basic", 14, 0.5), ("premium", 0, 1.0), ("premium", 3, 0.9), (OTHER, 20, 0.1)]
    rows = [{"plan": plan, "months_since": m, "kept_share": kept, "as_of_date": WEEK} for plan, m, kept in steps]
    section = retention(frames({RETENTION_MONTHLY: rows}))
    assert words(section) == ("Of those who signed up for “basic”, an estimated 50 % still subscribe after 14 months.")
    assert section.period == "as of 8 June 2026"


def test_a_plan_without_a_step_is_not_drawn() -> None:
    """Fewer than ten left it, or stayed: that is no 100 %."""
    steps = [("basic", 0, 1.0), ("basic", 14, 0.5), ("premium", 0, 1.0)]
    rows = [{"plan": plan, "months_since": m, "kept_share": kept, "as_of_date": WEEK} for plan, m, kept in steps]
    picture = retention(frames({RETENTION_MONTHLY: rows})).picture
    assert picture is not None
    assert ("basic, 50" in picture, "premium, 100" in picture) == (True, False)


def test_a_plan_that_nobody_left_yet_has_no_curve() -> None:
    row = {"plan": "basic", "months_since": 0, "kept_share": 1.0, "as_of_date": WEEK}
    section = retention(frames({RETENTION_MONTHLY: [row]}))
    assert (section.picture, section.message.startswith("No curve is shown: of no plan have 10")) == (None, True)


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=8))
def test_labels_keep_their_order_and_their_distance_below_the_top(heights: dict[str, float]) -> None:
    placed = spread(heights, 0.1, top=1.0)
    in_order = sorted(heights, key=lambda name: (heights[name], name))
    distances = [placed[above] - placed[below] for below, above in itertools.pairwise(in_order)]
    assert all(distance >= 0.1 - 1e-9 for distance in distances)
    assert max(placed.values(), default=0.0) <= 1.0


def test_a_label_that_has_room_stays_where_it_is() -> None:
    assert spread({"a": 0.2, "b": 0.5, "c": 0.5}, 0.1, top=1.0) == {"a": 0.2, "b": 0.5, "c": 0.6}
