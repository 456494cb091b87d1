"""The rules that each DAG keeps. A new DAG file is added to DAG_FILES, and meets them all."""

import ast
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jobs.cli import commands as cli

DAGS_FOLDER = Path(__file__).resolve().parents[2] / "dags"
DAG_FILES = {
    "playhead_daily": "playhead_daily.py",
    "playhead_training": "playhead_training.py",
    "playhead_simulate": "playhead_simulate.py",
}
OPERATOR_FILE = "playhead_command.py"
DAG_LIST = (DAGS_FOLDER.parent / "infra" / "docs" / "dags.md").read_text()
WRITERS = {"land", "bronze", "silver", "gold", "publish", "recommend", "audience"}

Dags = dict[str, dict[str, Any]]
every_dag = pytest.mark.parametrize("dag_id", sorted(DAG_FILES))


def test_every_file_is_imported_without_error(parsed: dict[str, Any]) -> None:
    assert parsed["errors"] == {}


def test_every_file_defines_a_dag_named_here_or_the_operator(dags: Dags) -> None:
    assert {path.name for path in DAGS_FOLDER.rglob("*.py")} == {*DAG_FILES.values(), OPERATOR_FILE}
    assert {dag_id: dag["file"] for dag_id, dag in dags.items()} == DAG_FILES


@pytest.mark.parametrize("file", sorted(DAGS_FOLDER.rglob("*.py")), ids=lambda path: path.name)
def test_a_dag_file_imports_airflow_its_siblings_and_the_standard_library_only(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    siblings = {path.stem for path in DAGS_FOLDER.rglob("*.py")}
    allowed = siblings | {"airflow"} | sys.stdlib_module_names
    assert {name for name in imported if name.partition(".")[0] not in allowed} == set()


@every_dag
def test_its_page_tells_when_it_runs_and_what_to_do_when_it_fails(dags: Dags, dag_id: str) -> None:
    page = dags[dag_id]["doc"]
    assert len(page.splitlines()) > 10
    missing = [
        part
        for part in ["**When it runs.**", "fails.**", *(f"- **{code}**" for code in (0, 1, 2, 3))]
        if part not in page
    ]
    assert missing == []


@every_dag
def test_its_page_names_every_task(dags: Dags, dag_id: str) -> None:
    assert [
        task["task_id"] for task in dags[dag_id]["tasks"] if f"`{task['task_id']}`" not in dags[dag_id]["doc"]
    ] == []


@every_dag
def test_the_list_of_dags_has_what_airflow_makes_of_the_file(dags: Dags, dag_id: str) -> None:
    dag = dags[dag_id]
    (row,) = [line for line in DAG_LIST.splitlines() if line.startswith(f"| [{dag_id}](../../dags/{dag['file']})")]
    _, _, description, _, tasks, _ = (cell.strip() for cell in row.split("|"))
    assert (description, set(re.findall(r"\w+", tasks))) == (
        dag["description"],
        {task["task_id"] for task in dag["tasks"]},
    )


@every_dag
def test_the_page_of_each_task_says_what_it_does_in_a_sentence_or_two(dags: Dags, dag_id: str) -> None:
    pages = {task["task_id"]: task["doc"] for task in dags[dag_id]["tasks"]}
    assert {task_id: page for task_id, page in pages.items() if not re.fullmatch(r"(?s)[A-Z].{60,400}\.", page)} == {}


@every_dag
def test_it_is_described_and_tagged(dags: Dags, dag_id: str) -> None:
    assert dags[dag_id]["description"]
    assert "playhead" in dags[dag_id]["tags"]


@every_dag
def test_runs_neither_overlap_nor_pile_up(dags: Dags, dag_id: str) -> None:
    assert (dags[dag_id]["max_active_runs"], dags[dag_id]["catchup"]) == (1, False)


@every_dag
def test_its_timetable_is_named(dags: Dags, dag_id: str) -> None:
    assert dags[dag_id]["timetable"] in {"CronTriggerTimetable", "NullTimetable"}


@every_dag
def test_every_task_is_one_playhead_command(dags: Dags, dag_id: str) -> None:
    for task in dags[dag_id]["tasks"]:
        assert task["operator"] == "PlayheadCommand"
        assert task["arguments"][0] == task["task_id"]


@every_dag
def test_every_task_has_an_owner_bounded_retries_and_a_timeout(dags: Dags, dag_id: str) -> None:
    for task in dags[dag_id]["tasks"]:
        assert task["owner"] == "playhead"
        assert task["retries"] == 2
        assert task["retry_delay_seconds"] >= 60
        assert task["backoff"] > 1
        assert 0 < task["timeout_seconds"] <= 4 * 3600


@every_dag
def test_tasks_that_write_tables_share_the_writers_pool(dags: Dags, dag_id: str) -> None:
    pooled = {task["task_id"] for task in dags[dag_id]["tasks"] if task["pool"] == "playhead_writers"}
    assert pooled == {task["task_id"] for task in dags[dag_id]["tasks"]} & WRITERS


def test_silver_alone_gets_the_key_that_makes_pseudonyms(dags: Dags) -> None:
    tasks = [task for dag in dags.values() for task in dag["tasks"]]
    assert [task["task_id"] for task in tasks if task["makes_pseudonyms"]] == ["silver"]


@every_dag
def test_every_parameter_is_described_typed_and_bounded(dags: Dags, dag_id: str) -> None:
    for name, param in dags[dag_id]["params"].items():
        assert param["description"], name
        assert "type" in param["schema"], name
        is_bounded = {"minimum", "maximum"} <= set(param["schema"]) or "format" in param["schema"]
        assert is_bounded or param["schema"]["type"] == "boolean", name


def test_the_daily_run_goes_from_the_inbox_to_what_is_recommended_and_the_report_of_what_leaves(dags: Dags) -> None:
    chain = {task["task_id"]: task["downstream"] for task in dags["playhead_daily"]["tasks"]}
    assert chain == {
        "land": ["bronze"],
        "bronze": ["silver"],
        "silver": ["gold"],
        "gold": ["publish", "recommend"],
        "publish": ["report"],
        "recommend": [],
        "report": [],
    }


def test_the_audience_comes_after_the_training(dags: Dags) -> None:
    """MLflow's database on one machine has one writer at a time."""
    chain = {task["task_id"]: task["downstream"] for task in dags["playhead_training"]["tasks"]}
    assert chain == {"train": ["audience"], "audience": []}


def test_every_command_knows_the_options_it_is_given(dags: Dags) -> None:
    for task in [task for dag in dags.values() for task in dag["tasks"]]:
        command, *arguments = task["arguments"]
        # A wide, plain terminal: in a narrow one the help cuts long option names.
        usage = CliRunner(env={"COLUMNS": "200", "TERM": "dumb"}).invoke(cli.app, [command, "--help"])
        options = set(re.findall(r"--[a-z-]+", " ".join(arguments)))
        assert options <= set(re.findall(r"--[a-z-]+", usage.output)), command
