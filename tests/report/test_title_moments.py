from jobs.contracts.published import TITLE_MOMENTS_WEEKLY
from jobs.report.title_moments import title_moments
from tests.report.frames import frames, words


def exits(name: str, start: int, end: int, times: int, measure: str = "exits") -> dict[str, object]:
    place = {"from_seconds": start, "to_seconds": end}
    return {"title_id": name, "name": name, "measure": measure, **place, "times": times, "viewers": 10}


def test_most_leave_where_exits_are_densest_and_not_where_the_stretch_is_longest() -> None:
    rows = [exits("A", 0, 60, 11), exits("A", 60, 600, 40), exits("A", 600, 630, 12)]
    section = title_moments(frames({TITLE_MOMENTS_WEEKLY: rows}))
    # 12 exits in half a minute.
    assert words(section) == "People leave “A” between 10:00 and 10:30 more often than elsewhere: 24.0 exits a minute."
    assert section.picture is not None
    assert "densest here, 10:00–10:30" in section.picture


def test_one_stretch_is_not_compared_with_others() -> None:
    section = title_moments(frames({TITLE_MOMENTS_WEEKLY: [exits("A", 0, 600, 12)]}))
    assert words(section) == "People leave “A” between 00:00 and 10:00: 1.2 exits a minute."


def test_a_measure_without_rows_has_no_panel() -> None:
    rows = [exits("A", 0, 60, 12), exits("A", 0, 600, 15, "pauses")]
    picture = title_moments(frames({TITLE_MOMENTS_WEEKLY: rows})).picture
    assert picture is not None
    assert ("pauses a minute" in picture, "stalls a minute" in picture) == (True, False)
