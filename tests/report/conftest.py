"""A report of plausible rows, made once for all tests that look at the page as a whole."""

from pathlib import Path

import pytest

from jobs.config import Settings
from jobs.report.build_report import build_report
from tests.chromium import browser, chromium_path, screenshots
from tests.report.published_lake import publish_rows
from tests.report.released_rows import released_rows

__all__ = ["browser", "chromium_path", "screenshots"]


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    publish_rows(settings, released_rows())
    return build_report(settings)
