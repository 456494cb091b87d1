import pytest

from infra.docs.dag_list import dag_list

CALLED = 'DAG(dag_id="nightly", description="What it is for", schedule={schedule})'
TASK = 'PlayheadCommand(task_id="{name}")'


def rows(text: str) -> list[str]:
    return dag_list({"nightly.py": text}).partition("|---|---|---|---|\n")[2].splitlines()


@pytest.mark.parametrize(
    ("schedule", "when"),
    [('CronTriggerTimetable("0 4 * * *", timezone="UTC")', "`0 4 * * *`"), ("None", "when it is triggered")],
    ids=["cron", "none"],
)
def test_a_dag_is_its_file_its_purpose_its_times_and_its_task(schedule: str, when: str) -> None:
    text = f"with {CALLED.format(schedule=schedule)}:\n    {TASK.format(name='land')}\n"
    assert rows(text) == [f"| [nightly](../../dags/nightly.py) | What it is for | {when} | land |"]


def test_tasks_are_in_their_order() -> None:
    order = "b >> a >> [c, d]"
    tasks = "\n    ".join(f"{name} = {TASK.format(name=name)}" for name in "abcd")
    (row,) = rows(f"with {CALLED.format(schedule='None')}:\n    {tasks}\n    {order}\n")
    assert row.endswith("| b → a → [c, d] |")


def test_a_file_without_a_dag_has_no_row() -> None:
    assert rows("import os\n") == []
