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
        "One start in twenty took 6.5 s or longer in GB-ENG, the slowest region; its median was 1.5 s."
    )
    assert [row[0] for row in cells(section)] == ["US-CA", "GB-ENG", "US, other", "other regions"]
    assert cells(section)[0][3] == "1.23 %"
