"""What the sections say comes from the rows."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.report.experience import experience
from jobs.report.folded import folded
from jobs.report.genre_demand import genre_demand
from jobs.report.headline import headline, smallest_group
from jobs.report.hours_by_day import daily_bars, hours_by_day
from jobs.report.retention import retention, spread
from jobs.report.searches_in_vain import searches_in_vain
from jobs.report.section import Section
from jobs.report.subscriber_value import subscriber_value
from jobs.report.title_moments import title_moments
from jobs.report.top_titles import top_titles
from jobs.report.viewing_clock import readable_on, viewing_clock
from jobs.tables.published import (
    EXPERIENCE_WEEKLY,
    GENRE_DEMAND_WEEKLY,
    OTHER,
    RETENTION_MONTHLY,
    SEARCHES_IN_VAIN_WEEKLY,
    SUBSCRIBER_VALUE_MONTHLY,
    TITLE_MOMENTS_WEEKLY,
    TITLE_VIEWING_WEEKLY,
    VIEWING_CLOCK_WEEKLY,
    VIEWING_DAILY,
)
from tests.report.frames import MAY, WEEK, frames

VIEWED = {"plays": 30, "viewers": 12}
EARLIER = WEEK - timedelta(weeks=1)


def cells(section: Section) -> list[tuple[str, ...]]:
    assert section.rows is not None
    return list(section.rows.cells)


def words(section: Section) -> str:
    """The message, without the marks that keep a name from turning the sentence around, and with plain spaces."""
    return section.message.replace("\u2068", "").replace("\u2069", "").replace("\u00a0", " ")


def title(name: str, hours: float, **values: object) -> dict[str, object]:
    return VIEWED | {"title_id": name, "name": name, "watched_hours": hours} | values


def exits(name: str, start: int, end: int, times: int, measure: str = "exits") -> dict[str, object]:
    place = {"from_seconds": start, "to_seconds": end}
    return {"title_id": name, "name": name, "measure": measure, **place, "times": times, "viewers": 10}


def test_the_largest_title_is_named_first() -> None:
    section = top_titles(
        frames({TITLE_VIEWING_WEEKLY: [title("Small", 5.0), title(OTHER, 90.0), title("Large", 40.0, viewers=31)]})
    )
    assert words(section) == "“Large” was watched most: 40.0 hours, by 31 viewers."
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


def test_most_leave_where_exits_are_densest_and_not_where_the_stretch_is_longest() -> None:
    rows = [exits("A", 0, 60, 11), exits("A", 60, 600, 40), exits("A", 600, 630, 12)]
    section = title_moments(frames({TITLE_MOMENTS_WEEKLY: rows}))
    # 12 exits in half a minute.
    assert words(section) == "Most people leave “A” between 10:00 and 10:30: 24.0 exits a minute."
    assert section.picture is not None
    assert "most leave here, 10:00–10:30" in section.picture


def test_the_title_with_most_exits_is_shown_whatever_else_happened_in_others() -> None:
    rows = [exits("A", 0, 60, 12), exits("B", 0, 600, 13), exits("A", 0, 600, 500, "pauses")]
    assert "“B”" in words(title_moments(frames({TITLE_MOMENTS_WEEKLY: rows})))


def test_a_measure_without_rows_has_no_panel() -> None:
    rows = [exits("A", 0, 60, 12), exits("A", 0, 600, 15, "pauses"), exits("B", 0, 60, 11, "stalls")]
    picture = title_moments(frames({TITLE_MOMENTS_WEEKLY: rows})).picture
    assert picture is not None
    assert ("pauses a minute" in picture, "stalls a minute" in picture) == (True, False)


def test_the_week_and_its_fullest_day_are_told_in_hours() -> None:
    days = [("2026-06-08", 10.0), ("2026-06-13", 32.5), (OTHER, 7.5)]
    rows = [VIEWED | {"day": day, "watched_hours": hours} for day, hours in days]
    earlier = VIEWED | {"week_start_date": EARLIER, "day": "2026-06-02", "watched_hours": 99.0}
    section = hours_by_day(frames({VIEWING_DAILY: [*rows, earlier]}, weeks=(EARLIER, WEEK)))
    assert section.message == "50.0 hours were watched in the week, 32.5 of them on Saturday, the day with most."
    assert [row[:2] for row in cells(section)] == [
        ("2026-06-08", "2026-06-08"),
        ("2026-06-08", "2026-06-13"),
        ("2026-06-08", OTHER),
        ("2026-06-01", "2026-06-02"),
    ]


def test_days_that_are_told_together_share_their_hours_evenly() -> None:
    own = [{"day": (WEEK + timedelta(days=day)).isoformat(), "watched_hours": 20.0} for day in range(5)]
    published = frames({VIEWING_DAILY: [*own, {"day": OTHER, "watched_hours": 7.0}]})
    assert daily_bars(published.rows(VIEWING_DAILY))[4:] == [
        (date(2026, 6, 12), 20.0, False),
        (date(2026, 6, 13), 3.5, True),
        (date(2026, 6, 14), 3.5, True),
    ]


def test_the_clock_names_its_fullest_cell_which_is_none_that_is_told_together() -> None:
    places = [("Monday", "18-21", 20.0), ("Sunday", "21-24", 31.0), ("Sunday", OTHER, 50.0), (OTHER, OTHER, 60.0)]
    rows = [VIEWED | {"local_day": day, "time_of_day": time, "watched_hours": hours} for day, time, hours in places]
    section = viewing_clock(frames({VIEWING_CLOCK_WEEKLY: rows[::-1]}))
    assert section.message == "Sunday, 21–24 o'clock, is the fullest time of the week: 31.0 hours."
    assert [row[0] for row in cells(section)] == ["Monday", "Sunday", "Sunday", OTHER]


@pytest.mark.parametrize(("colour", "ink"), [("#00224e", "#ffffff"), ("#fee838", "#101418")], ids=["dark", "light"])
def test_letters_stand_out_from_their_cell(colour: str, ink: str) -> None:
    assert readable_on(colour) == ink


def test_the_genre_that_is_most_in_demand_for_its_supply_is_named() -> None:
    shares = [("drama", 0.6, 0.7), ("crime", 0.3, 0.1), (OTHER, 0.1, 0.01)]
    rows = [
        VIEWED
        | {"genre": genre, "watched_hours": 9.0, "demand_share": demand, "supply_share": supply}
        | {"demand_supply_ratio": demand / supply}
        for genre, demand, supply in shares
    ]
    assert words(genre_demand(frames({GENRE_DEMAND_WEEKLY: rows}))) == (
        "“crime” is most in demand for what is on offer: 30 % of the hours watched, 10 % of those on offer."
    )


def test_a_genre_of_which_nothing_is_on_offer_is_shown_with_its_demand() -> None:
    row = VIEWED | {"genre": "unknown", "watched_hours": 9.0, "demand_share": 1.0}
    section = genre_demand(frames({GENRE_DEMAND_WEEKLY: [row]}))
    assert words(section) == "“unknown” has 100 % of the hours watched."
    assert section.picture is not None


def test_the_search_that_most_often_found_nothing_is_named() -> None:
    rows = [{"label": label, "searches": n, "viewers": 11} for label, n in (("noir", 14), ("heist", 40), (OTHER, 90))]
    section = searches_in_vain(frames({SEARCHES_IN_VAIN_WEEKLY: rows}))
    assert words(section) == "“heist” was searched for in vain most often: 40 searches, by 11 viewers."


def test_the_region_that_waits_longest_is_named_and_never_the_other_ones() -> None:
    places = [("US", "US-CA", 4.25), ("GB", "GB-ENG", 6.5), ("US", OTHER, 9.0), (OTHER, OTHER, 8.0)]
    rows = [
        {"country": country, "region": region, "attempts": 90, "viewers": 20, "watched_hours": 9.0}
        | {"startup_seconds_p50": 1.5, "startup_seconds_p95": p95, "rebuffer_ratio": 0.0123}
        for country, region, p95 in places
    ]
    section = experience(frames({EXPERIENCE_WEEKLY: rows}))
    assert words(section) == (
        "One start in twenty took 6.5 s or longer in GB-ENG, the slowest region; its median was 1.5 s."
    )
    assert [row[0] for row in cells(section)] == ["US-CA", "GB-ENG", "US, other", "other regions"]
    assert cells(section)[0][3] == "1.23 %"


def test_the_plan_that_was_followed_longest_is_told() -> None:
    steps = [("basic", 0, 1.0), ("basic", 14, 0.5), ("premium", 0, 1.0), ("premium", 3, 0.9), (OTHER, 20, 0.1)]
    rows = [{"plan": plan, "months_since": m, "kept_share": kept, "as_of_date": WEEK} for plan, m, kept in steps]
    section = retention(frames({RETENTION_MONTHLY: rows}))
    assert words(section) == ("Of those who signed up for “basic”, an estimated 50 % still subscribe after 14 months.")
    assert section.period == "as of 8 June 2026"


def test_a_plan_that_nobody_left_yet_has_no_curve() -> None:
    row = {"plan": "basic", "months_since": 0, "kept_share": 1.0, "as_of_date": WEEK}
    section = retention(frames({RETENTION_MONTHLY: [row]}))
    assert (section.picture, section.message.startswith("No curve is shown: of no plan have 10")) == (None, True)


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=8))
def test_labels_keep_their_order_and_their_distance(heights: dict[str, float]) -> None:
    placed = spread(heights, 0.1)
    assert placed.keys() == heights.keys()
    in_order = sorted(placed.values())
    assert all(above - below >= 0.1 - 1e-9 for below, above in itertools.pairwise(in_order))
    assert all(placed[name] >= height for name, height in heights.items())
    assert sorted(placed, key=placed.__getitem__) == sorted(heights, key=lambda name: (heights[name], name))


def worth(region: str, subscribers: int, currency: str = "EUR", **values: float) -> dict[str, object]:
    parts = {"direct_value_mean": 90.0, "teaching_value_mean": 2.0, "demand_value_mean": 8.0, "value_mean": 100.0}
    interval = {"value_mean_low": 80.0, "value_mean_high": 120.0}
    place = {"country": region[:2], "region": region, "subscribers": subscribers, "currency": currency}
    return place | {"revenue": 11.0 * subscribers} | parts | interval | values


def test_the_worth_of_the_region_with_most_subscribers_is_told_with_its_interval() -> None:
    section = subscriber_value(frames({SUBSCRIBER_VALUE_MONTHLY: [worth("US-CA", 20), worth("GB-ENG", 30, "GBP")]}))
    assert words(section) == (
        "In GB-ENG, which has most subscribers, one of them was worth an estimated GBP 100 (95 % interval 80.0 to 120)."
    )
    assert section.period == "May 2026"


def test_each_currency_has_an_axis_of_its_own() -> None:
    rows = [worth("US-CA", 20, "USD"), worth("GB-ENG", 30, "GBP"), worth("GB-SCT", 10, "GBP")]
    picture = subscriber_value(frames({SUBSCRIBER_VALUE_MONTHLY: rows})).picture
    assert picture is not None
    assert (picture.count("USD a subscriber"), picture.count("GBP a subscriber")) == (1, 1)


def test_a_worth_without_interval_is_told_without_one() -> None:
    row = worth("US-CA", 20) | {"value_mean_low": None, "value_mean_high": None}
    message = words(subscriber_value(frames({SUBSCRIBER_VALUE_MONTHLY: [row]})))
    assert message.endswith("was worth an estimated EUR 100.")


@pytest.mark.parametrize(
    ("make_section", "sentence"),
    [
        (hours_by_day, "No day is shown: on none of the days of a released week did 10 people watch."),
        (viewing_clock, "No three hours of a day are shown: in none of them did 10 people watch."),
        (top_titles, "No title is shown: none of them had 10 viewers of its own."),
        (title_moments, "No title is shown: none of them was left before its end by 10 people, or"),
        (genre_demand, "No genre is shown: none of them had 10 viewers of its own, or the source does not say"),
        (searches_in_vain, "No search is shown: no genre or theme was searched for in vain by 10 people, or"),
        (experience, "No region is shown: in none of them did 10 people start a play, or the source says nothing"),
        (retention, "No curve is shown: of no plan have 10 subscribers left yet, or the source says nothing"),
        (subscriber_value, "No region is shown: no whole month was released, 10 people paid in none of them, or"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_empty_table_gives_a_sentence_that_says_why(make_section: object, sentence: str) -> None:
    section = make_section(frames({}))  # type: ignore[operator]
    assert section.message.startswith(sentence)
    assert (section.picture, section.rows) == (None, None)


def test_what_is_told_together_is_a_share_of_its_tables_hours() -> None:
    published = frames(
        {
            TITLE_VIEWING_WEEKLY: [title("A", 30.0), title(OTHER, 10.0)],
            EXPERIENCE_WEEKLY: [
                {"country": country, "region": region, "watched_hours": hours}
                for country, region, hours in (("US", "US-CA", 5.0), ("US", OTHER, 2.0), (OTHER, OTHER, 3.0))
            ],
            VIEWING_DAILY: [
                {"day": OTHER, "watched_hours": 50.0, "week_start_date": EARLIER},
                {"day": "2026-06-08", "watched_hours": 40.0},
            ],
        }
    )
    assert {line.name: (line.hours, line.share) for line in folded(published)} == {
        "days": ("0", 0.0),
        "titles": ("10.0", 0.25),
        "regions": ("5.0", 0.5),
    }


def test_the_headline_counts_the_latest_week() -> None:
    days = [(WEEK, "2026-06-08", 10.0, 20), (WEEK, OTHER, 5.0, 7), (EARLIER, "2026-06-01", 99.0, 99)]
    published = frames(
        {
            VIEWING_DAILY: [
                {"week_start_date": week, "day": day, "watched_hours": hours, "plays": plays, "viewers": 15}
                for week, day, hours, plays in days
            ],
            TITLE_VIEWING_WEEKLY: [title("A", 30.0), title("B", 10.0), title(OTHER, 10.0)],
        },
        weeks=(EARLIER, WEEK),
    )
    assert [figure.value for figure in headline(published)] == ["15.0", "27", "2", "2", "12"]


def test_the_smallest_row_may_be_one_of_subscribers() -> None:
    rows = {SUBSCRIBER_VALUE_MONTHLY: [worth("US-CA", 11)], TITLE_VIEWING_WEEKLY: [title("A", 3.0)]}
    assert smallest_group(frames(rows)) == 11
    assert smallest_group(frames({})) is None
    assert frames(rows).month == MAY
