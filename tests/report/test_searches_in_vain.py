from jobs.contracts.published import OTHER, SEARCHES_IN_VAIN_WEEKLY
from jobs.report.searches_in_vain import searches_in_vain
from tests.report.frames import frames, words


def test_the_search_that_most_often_found_nothing_is_named() -> None:
    rows = [{"label": label, "searches": n, "viewers": 11} for label, n in (("noir", 14), ("heist", 40), (OTHER, 90))]
    section = searches_in_vain(frames({SEARCHES_IN_VAIN_WEEKLY: rows}))
    assert words(section) == "“heist” was searched for in vain most often: 40 searches, by 11 viewers."
