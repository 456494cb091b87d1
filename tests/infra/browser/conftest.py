"""A real Chromium, and the whole stack for it to visit."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, HttpCredentials, ViewportSize

from tests.chromium import browser, chromium_path, screenshots
from tests.infra.browser.airflow_pages import AirflowPages
from tests.infra.running_stack import RunningStack

__all__ = ["browser", "chromium_path", "screenshots"]

WINDOW: ViewportSize = {"width": 1400, "height": 900}


@pytest.fixture(scope="module")
def airflow(browser: Browser, stack: RunningStack, screenshots: Path) -> Iterator[AirflowPages]:
    """Airflow's pages, logged in; MLflow's, in the same window, find their login when they ask."""
    mlflow_login = HttpCredentials(username="admin", password=stack.mlflow_password, origin=stack.mlflow_url)
    context = browser.new_context(viewport=WINDOW, http_credentials=mlflow_login)
    hosts_asked: set[str] = set()
    context.on("request", lambda request: hosts_asked.add(str(urlsplit(request.url).hostname)))
    pages = AirflowPages(context.new_page(), stack.airflow_url, screenshots, hosts_asked)
    pages.log_in("admin", stack.airflow_password)
    yield pages
    context.close()
