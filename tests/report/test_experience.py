from jobs.contracts.published import EXPERIENCE_WEEKLY, OTHER
from jobs.report.experience import experience
from tests.report.frames import cells, frames, words


def test_the_region_that_waits_longest_is_named_and_never_the_other_ones() -> None:
    places = [("US", "US-CA", 4.25), ("GB", "GB-ENG", 6.5), ("US", OTHER, 9.0), (OTHER, OTHER, 8.0)]
    rows = [
        {"country": country, "region": region, "viewers": 20}
        | {"startup_seconds_p50": 1.5, "startup_seconds_p95": p95, "rebuffer_ratio": 0.0123}
        for country, region, p95 in places
    ]
    section = experience(frames({EXPERIENCE_WEEKLY: rows}))
    assert words(section) == (
        "Nineteen of twenty starts took 6.5 s at most in GB-ENG, the slowest region; half of them 1.5 s at most."
    )
    assert [row[0] for row in cells(section)] == ["US-CA", "GB-ENG", "US, other", "other regions"]
    assert cells(section)[0][3] == "1.23 %"


def test_a_region_of_which_few_met_anything_has_no_figures() -> None:
    """They are null where one to nine accounts stalled or were slow."""
    nothing = {"startup_seconds_p50": None, "startup_seconds_p95": None, "failed_share": None, "rebuffer_ratio": None}
    section = experience(frames({EXPERIENCE_WEEKLY: [{"country": "FR", "region": "FR-A", "viewers": 20} | nothing]}))
    assert words(section) == "No region says how long a start took."
    assert cells(section)[0][1:5] == ("–",) * 4
    assert section.picture is not None
