from datetime import date

import pytest

from jobs.contracts.published import OTHER
from jobs.report.wording import amount, clean_name, media_time, money, percent, region_text, short_name, week_text


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (0.041, "0.041"), (9.96, "10.0"), (12.34, "12.3"), (1234.5, "1,234"), (float("nan"), "–")],
)
def test_an_amount_has_three_figures_or_all_before_the_point(number: float, written: str) -> None:
    assert amount(number) == written


@pytest.mark.parametrize(("share", "written"), [(0, "0 %"), (0.054, "5.4 %"), (0.0996, "10 %"), (0.256, "26 %")])
def test_a_share_is_written_as_per_cent(share: float, written: str) -> None:
    assert percent(share).replace("\u00a0", " ") == written


@pytest.mark.parametrize(("number", "written"), [(9.5, "EUR 9.50"), (1234.5, "EUR 1,234"), (-3.0, "EUR -3.00")])
def test_money_has_its_currency(number: float, written: str) -> None:
    assert money(number, "EUR").replace("\u00a0", " ") == written


@pytest.mark.parametrize(("position", "written"), [(0, "00:00"), (65, "01:05"), (5430, "90:30")])
def test_a_place_in_a_title_is_minutes_and_seconds(position: float, written: str) -> None:
    assert media_time(position) == written


@pytest.mark.parametrize(
    ("monday", "written"),
    [
        (date(2026, 6, 8), "8–14 June 2026"),
        (date(2026, 6, 29), "29 June – 5 July 2026"),
        (date(2025, 12, 29), "29 December 2025 – 4 January 2026"),
    ],
    ids=str,
)
def test_a_week_is_written_by_its_ends(monday: date, written: str) -> None:
    assert week_text(monday) == written


@pytest.mark.parametrize(
    ("country", "region", "written"),
    [("US", "US-CA", "US-CA"), ("US", OTHER, "US, other"), (OTHER, OTHER, "other regions")],
)
def test_a_region_is_called_by_its_code(country: str, region: str, written: str) -> None:
    assert region_text(country, region) == written


def test_a_long_name_ends_where_its_room_does() -> None:
    assert short_name("The Quiet Harbour", 10) == "The Quiet…"
    assert short_name("The Quiet", 10) == "The Quiet"


def test_letters_of_east_asia_take_the_room_of_two() -> None:
    assert short_name("東京物語", 8) == "東京物語"
    assert short_name("東京物語", 7) == "東京…"


def test_a_name_keeps_its_joiners_and_loses_what_turns_text_around() -> None:
    assert clean_name("می\u200cخواهم \u202e👩\u200d🚀\t\x07") == "می\u200cخواهم 👩\u200d🚀"
