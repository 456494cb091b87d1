"""The page in a browser without a network, as large as a phone and as a desktop, light and dark, and on paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from jobs.report.build_report import SECTIONS

pytestmark = pytest.mark.browser

SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 800},
}
SMALLEST_LETTER_PIXELS = 10.9


@dataclass(frozen=True)
class OpenReport:
    """The page, what it asked for beyond its own file, and what the browser complained of."""

    page: Page
    asked: list[str]
    complaints: list[str]


@pytest.fixture(scope="module", params=SIZES)
def opened(
    request: pytest.FixtureRequest, browser: Browser, report_file: Path, screenshots: Path
) -> Iterator[OpenReport]:
    context = browser.new_context(viewport=SIZES[request.param], offline=True)
    page = context.new_page()
    report = OpenReport(page, [], [])
    context.on("request", lambda asked: report.asked.append(asked.url))
    page.on("console", lambda message: report.complaints.append(message.text))
    page.on("pageerror", lambda error: report.complaints.append(str(error)))
    page.goto(report_file.as_uri())
    page.screenshot(path=screenshots / f"report-{request.param}.png", full_page=request.param == "desktop")
    yield report
    context.close()


def test_nothing_is_wider_than_the_window(opened: OpenReport) -> None:
    width, window = opened.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window


def test_no_host_is_asked_and_nothing_is_complained_of(opened: OpenReport) -> None:
    assert ([url for url in opened.asked if not url.startswith("file:")], opened.complaints) == ([], [])


def test_every_picture_is_seen_whole(opened: OpenReport) -> None:
    pictures = opened.page.locator(".picture svg").all()
    assert len(pictures) == len(SECTIONS)
    window = opened.page.evaluate("window.innerWidth")
    for picture in pictures:
        assert picture.is_visible()
        box = picture.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= window
        assert box["height"] > 100


def test_no_text_of_a_picture_is_cut_off_or_too_small(opened: OpenReport) -> None:
    """A letter's height on the screen is its size times the picture's scale."""
    cut, smallest = opened.page.evaluate(
        """() => {
            const texts = [...document.querySelectorAll('.picture svg text')].filter(text => text.textContent.trim());
            const isCut = text => {
                const inner = text.getBoundingClientRect(), outer = text.ownerSVGElement.getBoundingClientRect();
                return inner.left < outer.left - 1 || inner.right > outer.right + 1
                    || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1;
            };
            const size = text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().d;
            return [texts.filter(isCut).map(text => text.textContent), Math.min(...texts.map(size))];
        }"""
    )
    assert cut == []
    assert smallest >= SMALLEST_LETTER_PIXELS


def test_the_rows_of_an_opened_table_widen_nothing(opened: OpenReport) -> None:
    opened.page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    width, window = opened.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_from_the_page_in_both_schemes(opened: OpenReport, scheme: Literal["light", "dark"]) -> None:
    """At least 4.5 to 1, as WCAG 2 asks of text: on the page and in the pictures, outside the coloured cells."""
    opened.page.emulate_media(color_scheme=scheme)
    ratios = opened.page.evaluate(
        """() => {
            const luminance = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(part => part / 255)
                .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
                .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
            const paper = luminance(getComputedStyle(document.body).backgroundColor);
            const ratio = colour => {
                const [dark, light] = [paper, luminance(colour)].sort((a, b) => a - b);
                return (light + 0.05) / (dark + 0.05);
            };
            const written = [...document.querySelectorAll('p, h1, h2, dt, dd, summary, td, th')].map(
                element => getComputedStyle(element).color);
            const drawn = [...document.querySelectorAll('.picture svg text')]
                .filter(text => text.style.fill.startsWith('var')).map(text => getComputedStyle(text).fill);
            return [...written, ...drawn].map(ratio);
        }"""
    )
    assert len(ratios) > 100
    assert min(ratios) >= 4.5


def test_on_paper_no_section_is_cut_by_the_end_of_a_page(opened: OpenReport) -> None:
    opened.page.emulate_media(media="print")
    breaks = opened.page.evaluate(
        "[...document.querySelectorAll('section')].map(section => getComputedStyle(section).breakInside)"
    )
    opened.page.emulate_media(media="screen")
    assert set(breaks) == {"avoid"}
