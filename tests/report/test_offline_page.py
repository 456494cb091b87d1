"""The page asks nobody for anything, and text from data stays text."""

import re
from pathlib import Path

import pytest

from jobs.contracts.published import (
    GENRE_DEMAND_WEEKLY,
    RETENTION_MONTHLY,
    SEARCHES_IN_VAIN_WEEKLY,
    TITLE_MOMENTS_WEEKLY,
    TITLE_VIEWING_WEEKLY,
)
from jobs.report.build_report import report_page
from jobs.report.published_frames import PublishedFrames
from tests.report.frames import frames
from tests.report.parsed_page import Element, parsed

ASKING = ("src", "href", "xlink:href", "srcset", "action", "poster", "data", "background")


def test_nothing_on_the_page_comes_from_elsewhere(report_file: Path) -> None:
    page = report_file.read_text(encoding="utf-8")
    elements = parsed(page).every("")
    addresses = [element.attributes[name] for element in elements for name in ASKING if name in element.attributes]
    assert addresses
    assert [address for address in addresses if not address.startswith("#")] == []
    assert [address for address in re.findall(r"url\(([^)]*)\)", page) if not address.startswith("#")] == []
    assert "@import" not in page


def test_the_page_needs_no_script_and_allows_none(report_file: Path) -> None:
    root = parsed(report_file.read_text(encoding="utf-8"))
    policies = [meta.attributes.get("content") for meta in root.every("meta") if "http-equiv" in meta.attributes]
    handlers = [name for element in root.every("") for name in element.attributes if name.startswith("on")]
    assert (root.every("script"), handlers, policies) == ([], [], ["default-src 'none'; style-src 'unsafe-inline'"])


NAMES = [
    "<b>$x_1$</b>",
    "$\\frac{1$ {{ 7 * 7 }}",
    '"><script>alert(1)</script>',
    "東京物語 🌸",
    "\u202eturned around",
    "nul\x00 escape\x1b[2J\nline\ufffe",
    "الرجل الذي",
    "a" * 400,
]


@pytest.mark.parametrize("name", NAMES, ids=["markup", "formula", "script", "wide", "turned", "control", "rtl", "long"])
def test_a_name_is_text_wherever_it_stands(name: str) -> None:
    root = parsed(report_page(_named(name)))
    shown = "".join(letter for letter in name if letter not in "\x00\x1b\n\u202e\ufffe")[:8]
    assert (root.every("script"), root.every("b")) == ([], [])
    for key in ("top-titles", "title-moments", "genre-demand", "searches-in-vain", "retention"):
        (section,) = (one for one in root.every("section") if one.attributes["id"] == key)
        assert shown[:3] in _text_without_spaces(section)


def test_a_name_is_drawn_letter_by_letter() -> None:
    root = parsed(report_page(_named("<b>$x_1$</b>")))
    (section,) = (one for one in root.every("section") if one.attributes["id"] == "top-titles")
    assert "<b>$x_1$</b>" in [text.all_text for text in section.every("text")]


def _named(name: str) -> PublishedFrames:
    """A row of that name in each section that shows names."""
    return frames(
        {
            TITLE_VIEWING_WEEKLY: [{"title_id": "t", "name": name, "viewers": 20, "watched_hours": 30.0}],
            TITLE_MOMENTS_WEEKLY: [
                {"title_id": "t", "name": name, "measure": "exits", "from_seconds": 0, "to_seconds": 600}
                | {"times": 12, "viewers": 11}
            ],
            GENRE_DEMAND_WEEKLY: [
                {"genre": name, "watched_hours": 30.0, "demand_share": 1.0}
                | {"supply_share": 0.5, "demand_supply_ratio": 2.0}
            ],
            SEARCHES_IN_VAIN_WEEKLY: [{"label": name, "searches": 40, "viewers": 20}],
            RETENTION_MONTHLY: [
                {"plan": name, "months_since": months, "kept_share": kept, "as_of_date": frames({}).week}
                for months, kept in ((0, 1.0), (3, 0.8))
            ],
        }
    )


def _text_without_spaces(element: Element) -> str:
    return re.sub(r"\s", "", element.all_text)
