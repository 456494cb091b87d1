import pytest

from jobs.contracts.published import OTHER, VIEWING_CLOCK_WEEKLY
from jobs.report.viewing_clock import readable_on, viewing_clock
from tests.report.frames import cells, frames


def test_the_clock_is_of_all_titles_and_names_its_fullest_cell_that_is_told_apart() -> None:
    places = [("Monday", "18-21", 20.0), ("Sunday", "21-24", 31.0), ("Sunday", OTHER, 50.0), (OTHER, OTHER, 60.0)]
    rows = [
        {"title_id": title, "local_day": day, "time_of_day": time, "watched_hours": hours / 2}
        for day, time, hours in places
        for title in "ab"
    ]
    section = viewing_clock(frames({VIEWING_CLOCK_WEEKLY: rows[::-1]}))
    assert section.message == "Sunday, 21–24 o'clock, is the fullest time told apart: 31.0 hours."
    assert [row[0] for row in cells(section)] == ["Monday", "Sunday", "Sunday", OTHER]


@pytest.mark.parametrize(("colour", "ink"), [("#00224e", "#ffffff"), ("#fee838", "#101418")], ids=["dark", "light"])
def test_letters_stand_out_from_their_cell(colour: str, ink: str) -> None:
    assert readable_on(colour) == ink
