from jobs.contracts.published import GENRE_DEMAND_WEEKLY
from jobs.report.genre_demand import genre_demand
from tests.report.frames import frames, words


def test_the_genre_that_is_most_in_demand_for_its_supply_is_named() -> None:
    shares = [("drama", 0.6, 0.7), ("crime", 0.3, 0.1), ("unknown", 0.3, 0.01)]
    rows = [
        {"genre": genre, "watched_hours": 9.0, "demand_share": 0.2, "supply_share": supply}
        | {"offered_demand_share": demand, "demand_supply_ratio": demand / supply}
        for genre, demand, supply in shares
    ]
    assert words(genre_demand(frames({GENRE_DEMAND_WEEKLY: rows}))) == (
        "“crime” is most in demand for what is on offer: 30 % of the hours watched, 10 % of those on offer."
    )


def test_a_week_released_before_goes_by_all_hours() -> None:
    row = {"genre": "crime", "watched_hours": 9.0, "demand_share": 0.3, "supply_share": 0.1, "demand_supply_ratio": 3.0}
    assert words(genre_demand(frames({GENRE_DEMAND_WEEKLY: [row]}))) == (
        "“crime” is most in demand for what is on offer: 30 % of the hours watched, 10 % of those on offer."
    )


def test_a_genre_of_which_nothing_is_on_offer_is_shown_with_its_demand() -> None:
    row = {"genre": "unknown", "watched_hours": 9.0, "demand_share": 1.0}
    section = genre_demand(frames({GENRE_DEMAND_WEEKLY: [row]}))
    assert words(section) == "“unknown” has 100 % of the hours watched."
    assert section.picture is not None
