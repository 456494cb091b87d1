"""The report: read what is published, draw it, lay it out, write one file."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from jobs.config import Settings
from jobs.contracts.published import RELEASED_AFTER_DAYS
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.errors import PlayheadError, WrongUsageError
from jobs.report.experience import experience
from jobs.report.folded import folded
from jobs.report.genre_demand import genre_demand
from jobs.report.headline import headline
from jobs.report.hours_by_day import hours_by_day
from jobs.report.page import Contents, page
from jobs.report.published_frames import PublishedFrames, read_published
from jobs.report.retention import retention
from jobs.report.searches_in_vain import searches_in_vain
from jobs.report.subscriber_value import subscriber_value
from jobs.report.title_moments import title_moments
from jobs.report.top_titles import top_titles
from jobs.report.viewing_clock import viewing_clock
from jobs.report.wording import month_text, week_text

# In the order of the page.
SECTIONS = (
    hours_by_day,
    viewing_clock,
    top_titles,
    title_moments,
    genre_demand,
    searches_in_vain,
    experience,
    retention,
    subscriber_value,
)


def build_report(settings: Settings, out: Path | None = None) -> Path:
    """Writes the page and returns where: `out`, else `<home>/report/playhead.html`. The same rows make the same bytes.

    Raises `WrongUsageError` where nothing was released yet, and `PlayheadError` where the file cannot be written.
    """
    published = read_published(settings)
    if not published.weeks and not published.month:
        raise WrongUsageError(
            f"Nothing is released yet in {settings.lake_root}. `playhead publish` releases each week "
            f"{RELEASED_AFTER_DAYS} days after its end, and what at least {SMALLEST_GROUP} accounts watched in it; "
            "`playhead run` brings it to gold."
        )
    target = (out or settings.root / "report" / "playhead.html").expanduser().absolute()
    _write(target, report_page(published))
    return target


def report_page(published: PublishedFrames) -> str:
    """The whole page as text."""
    sections = [make_section(published) for make_section in SECTIONS]
    return page(Contents(_period(published), headline(published), sections, folded(published)))


def _period(published: PublishedFrames) -> str:
    if published.week:
        return week_text(published.week)
    assert published.month is not None, "something was released"
    return month_text(published.month)


def _write(target: Path, text: str) -> None:
    """Whole or not at all: who opens the page meanwhile sees the old one."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            "w", dir=target.parent, prefix=".", suffix=".html", encoding="utf-8", delete=False
        ) as unfinished:
            unfinished.write(text)
        try:
            os.chmod(unfinished.name, 0o644)
            os.replace(unfinished.name, target)
        except OSError:
            os.unlink(unfinished.name)
            raise
    except OSError as error:
        raise PlayheadError(
            f"The report could not be written to {target}: {error.strerror}. Give another place with --out."
        ) from error
