"""What a data engineer does on Airflow's pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

# A whole daily run is five starts of Spark on a machine that does other work besides.
RUN_PATIENCE_SECONDS = 15 * 60
# A DAG shows as soon as the DAG processor has read it.
PAGE_PATIENCE_MILLISECONDS = 60 * 1000


@dataclass(frozen=True)
class AirflowPages:
    """One tab on one Airflow. `hosts_asked` is filled by every tab of its window."""

    page: Page
    url: str
    screenshots: Path
    hosts_asked: set[str]

    def log_in(self, user: str, password: str) -> None:
        self.page.goto(self.url)
        self.page.locator("input[name=username]").fill(user)
        self.page.locator("input[name=password]").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.url}/")

    def trigger(self, dag_id: str, params: Mapping[str, str]) -> str:
        """Fills the DAG's form, triggers it, waits for its end, and returns the state that the run's page shows."""
        self.page.goto(f"{self.url}/dags/{dag_id}")
        self.page.get_by_test_id("trigger-dag-button").click(timeout=PAGE_PATIENCE_MILLISECONDS)
        for name, value in params.items():
            self.page.locator(f"[name=element_{name}]").fill(value)
        self.page.get_by_test_id("trigger-dag-submit").click()
        self.page.wait_for_url(f"{self.url}/dags/{dag_id}/runs/**")
        run_page = self.page.url
        self._wait_elsewhere(dag_id, run_id=run_page.partition("/runs/")[2].partition("/")[0].partition("?")[0])
        self.page.goto(run_page)
        state = self.page.get_by_test_id("header-card").get_by_test_id("state-badge")
        expect(state).to_have_text(re.compile("Success|Failed"), timeout=PAGE_PATIENCE_MILLISECONDS)
        return state.inner_text()

    def _wait_elsewhere(self, dag_id: str, run_id: str) -> None:
        """Until the run has ended. A run's page redraws itself all the time: a fifth of a core that the run wants."""
        self.page.goto("about:blank")
        run = f"{self.url}/api/v2/dags/{dag_id}/dagRuns/{run_id}"
        wait_for_end = Retrying(
            retry=retry_if_result(lambda state: state not in {"success", "failed"}),
            wait=wait_fixed(2),
            stop=stop_after_delay(RUN_PATIENCE_SECONDS),
        )
        wait_for_end(lambda: self.page.request.get(run).json()["state"])

    def open_log(self, task_id: str) -> str:
        """From a run's page to the task's log; returns its text."""
        self.page.get_by_test_id("table-list").get_by_role("link", name=task_id, exact=True).click()
        log = self.page.get_by_test_id("virtualized-list")
        expect(log).to_contain_text("Command exited with return code", timeout=PAGE_PATIENCE_MILLISECONDS)
        return log.inner_text()

    def read_documentation(self, dag_id: str, task_id: str) -> str:
        """Opens the documentation on the task's page; returns its text."""
        self.page.goto(f"{self.url}/dags/{dag_id}/tasks/{task_id}")
        self.page.get_by_test_id("markdown-button").click(timeout=PAGE_PATIENCE_MILLISECONDS)
        return self.page.get_by_role("dialog").inner_text()

    def take_screenshot(self, name: str) -> None:
        # Bars and badges slide into place.
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=self.screenshots / f"{name}.png")
