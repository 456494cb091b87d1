"""A real Chromium, and the whole stack for it to visit."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, HttpCredentials, ViewportSize, sync_playwright

from tests.infra.browser.airflow_pages import AirflowPages
from tests.infra.running_stack import RunningStack

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# In a container there is no user namespace for the sandbox; the rest keeps the browser from calling out.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WINDOW: ViewportSize = {"width": 1400, "height": 900}


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Chromium's program. Without one the tests are skipped, but not where CI is set: there they must run."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        message = f"no Chromium here: none of {', '.join(CHROMIUM_NAMES)} is on PATH. Install Debian's `chromium`."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PLAYHEAD_SCREENSHOTS, or a folder of the test run."""
    chosen = os.environ.get("PLAYHEAD_SCREENSHOTS")
    folder = Path(chosen) if chosen else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


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
