from jobs.contracts.published import OTHER, TITLE_VIEWING_WEEKLY
from jobs.report.top_titles import top_titles
from tests.report.frames import cells, frames, title, words


def test_the_largest_title_is_named_first() -> None:
    section = top_titles(
        frames({TITLE_VIEWING_WEEKLY: [title("Small", 5.0), title(OTHER, 90.0), title("Large", 40.0, viewers=31)]})
    )
    assert words(section) == "Of the titles told apart, “Large” was watched most: 40.0 hours, by 31 viewers."
    assert [row[0] for row in cells(section)] == [OTHER, "Large", "Small"]


def test_what_is_told_together_is_no_title_of_the_picture() -> None:
    section = top_titles(frames({TITLE_VIEWING_WEEKLY: [title("Named", 5.0), title(OTHER, 90.0)]}))
    assert section.picture is not None
    assert ("Named" in section.picture, OTHER in section.picture) == (True, False)


def test_a_section_of_nothing_but_other_says_why_and_keeps_its_row() -> None:
    section = top_titles(frames({TITLE_VIEWING_WEEKLY: [title(OTHER, 90.0)]}))
    assert (section.picture, section.message) == (
        None,
        "No title is shown: none of them had 10 viewers of its own.",
    )
    assert [row[0] for row in cells(section)] == [OTHER]
