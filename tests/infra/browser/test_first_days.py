"""A data engineer's first days with Playhead, in the browser: simulate, run, look, train.

Each fixture is a step that follows the one before it, with what can only be seen between the two.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable
from playwright.sync_api import Page, expect

from jobs.contracts.published import RELEASED_AFTER_DAYS
from tests.infra.browser.airflow_pages import PAGE_PATIENCE_MILLISECONDS, AirflowPages
from tests.infra.running_stack import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.spark, pytest.mark.timeout(3600)]

# A week from its Monday, and so many days more that it is released.
FIRST_DAY, DAYS = date(2026, 6, 8), 7 + RELEASED_AFTER_DAYS + 1
SIMULATED_DAYS = {FIRST_DAY + timedelta(days=day) for day in range(DAYS)}
FORM = {"days": str(DAYS), "viewers": "60", "seed": "11", "start_date": str(FIRST_DAY)}


@pytest.fixture(scope="module")
def report_before(airflow: AirflowPages, stack: RunningStack) -> str:
    page = airflow.page.context.new_page()
    page.goto(stack.docs_url)
    text = page.frame_locator("iframe").locator("body").inner_text(timeout=PAGE_PATIENCE_MILLISECONDS)
    page.close()
    return text


@pytest.fixture(scope="module")
def simulated(airflow: AirflowPages) -> str:
    state = airflow.trigger("playhead_simulate", FORM)
    airflow.take_screenshot("airflow-simulate")
    return state


@pytest.fixture(scope="module")
def delivered(simulated: str, stack: RunningStack) -> list[str]:
    """The names of the files that lie in the inbox until the daily run."""
    return sorted(path.name for path in (stack.home / "inbox" / "events").iterdir())


@pytest.fixture(scope="module")
def ran(airflow: AirflowPages, delivered: list[str], report_before: str) -> str:
    state = airflow.trigger("playhead_daily", {})
    airflow.take_screenshot("airflow-grid")
    return state


@pytest.fixture(scope="module")
def silver_log(airflow: AirflowPages, ran: str) -> str:
    log = airflow.open_log("silver")
    airflow.take_screenshot("airflow-task-log")
    return log


@pytest.fixture(scope="module")
def trained(airflow: AirflowPages, silver_log: str) -> str:
    state = airflow.trigger("playhead_training", {})
    airflow.take_screenshot("airflow-training")
    return state


@pytest.fixture
def new_page(airflow: AirflowPages) -> Iterator[Page]:
    """Another tab of the same browser window."""
    page = airflow.page.context.new_page()
    yield page
    page.close()


@pytest.fixture(autouse=True)
def _no_other_machine_is_asked(airflow: AirflowPages) -> Iterator[None]:
    """By any page, in any test."""
    yield
    assert airflow.hosts_asked == {"127.0.0.1"}


def test_before_the_first_run_the_first_page_says_what_will_be_there(report_before: str) -> None:
    assert "Nothing is released yet" in report_before


def test_the_simulation_ends_green(simulated: str) -> None:
    assert simulated == "Success"


def test_the_simulated_files_lie_in_the_inbox_until_the_daily_run(delivered: list[str]) -> None:
    assert [name[: len("playback-2026-06-08")] for name in delivered] == [
        f"playback-{day}" for day in sorted(SIMULATED_DAYS)
    ]


def test_the_daily_run_ends_green(ran: str) -> None:
    assert ran == "Success"


@pytest.mark.parametrize("table", ["viewing_sessions", "title_engagement_daily", "interactions"])
def test_gold_holds_the_simulated_days(ran: str, stack: RunningStack, table: str) -> None:
    rows = DeltaTable(stack.home / "lake" / "gold" / table).to_pyarrow_table(columns=["session_date"])
    assert set(rows["session_date"].to_pylist()) >= SIMULATED_DAYS


def test_a_tasks_page_says_what_it_does(silver_log: str, airflow: AirflowPages) -> None:
    documentation = airflow.read_documentation("playhead_daily", "publish")
    airflow.take_screenshot("airflow-task-docs")
    assert "Releases each week and month that is over into the published tables" in documentation


def test_a_tasks_log_shows_the_commands_own_words(silver_log: str) -> None:
    assert "'playhead', 'silver'" in silver_log
    assert "Command exited with return code 0" in silver_log


def test_the_data_docs_show_the_gates_judgements(
    ran: str, stack: RunningStack, new_page: Page, screenshots: Path
) -> None:
    new_page.goto(stack.docs_url)
    new_page.get_by_role("link", name="Data Docs").click()
    expect(new_page.get_by_text("viewing_sessions").first).to_be_visible(timeout=PAGE_PATIENCE_MILLISECONDS)
    new_page.screenshot(path=screenshots / "data-docs.png")
    new_page.get_by_role("link", name="gold.viewing_sessions").first.click()
    expect(new_page.get_by_text("Evaluated Expectations").first).to_be_visible(timeout=PAGE_PATIENCE_MILLISECONDS)
    new_page.screenshot(path=screenshots / "data-docs-table.png")


def test_the_first_page_shows_the_report_of_the_week(
    ran: str, stack: RunningStack, new_page: Page, screenshots: Path
) -> None:
    new_page.goto(stack.docs_url)
    figures = new_page.frame_locator("iframe").get_by_text("hours watched in the week")
    expect(figures.first).to_be_visible(timeout=PAGE_PATIENCE_MILLISECONDS)
    new_page.screenshot(path=screenshots / "start.png")


def test_the_training_ends_green(trained: str) -> None:
    assert trained == "Success"


def test_mlflow_opens_with_the_runs_of_a_training_and_their_figures(
    trained: str, stack: RunningStack, new_page: Page, screenshots: Path
) -> None:
    new_page.goto(stack.docs_url)
    new_page.get_by_role("link", name="MLflow").click()
    parent = new_page.get_by_role("link", name=re.compile(r"^learnt to 2026-06-\d\d: ")).first
    expect(parent).to_be_visible(timeout=PAGE_PATIENCE_MILLISECONDS)
    new_page.screenshot(path=screenshots / "mlflow-experiment.png")
    parent.click(timeout=PAGE_PATIENCE_MILLISECONDS)
    figure = new_page.get_by_text("ndcg_gain_low").first
    expect(figure).to_be_visible(timeout=PAGE_PATIENCE_MILLISECONDS)
    figure.scroll_into_view_if_needed()
    new_page.screenshot(path=screenshots / "mlflow-run.png")
