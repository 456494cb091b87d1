"""The DAG list: what each DAG is for, when it runs, and its tasks. Read from the files' text: Airflow starts slowly."""

import ast
from collections.abc import Mapping

_HEAD = """# DAGs

Made from the files in `dags/` by `make docs`. Each task is the `playhead` command of its name. What it does, and what
to do when it fails, is on the DAG's page in Airflow, which is the text at the top of its file.

| DAG | what it is for | when it runs (UTC) | tasks |
|---|---|---|---|
"""


def dag_list(files: Mapping[str, str]) -> str:
    """A Markdown page with a row for each DAG that the files, text by name, define."""
    return _HEAD + "".join(_row(name, call, text) for name, text in files.items() for call in _calls(text, "DAG"))


def _row(file: str, dag: ast.Call, text: str) -> str:
    said = {keyword.arg: keyword.value for keyword in dag.keywords}
    dag_id, description = (ast.literal_eval(said[name]) for name in ("dag_id", "description"))
    return f"| [{dag_id}](../../dags/{file}) | {description} | {_when(said['schedule'])} | {_tasks(text)} |\n"


def _when(schedule: ast.expr) -> str:
    """A cron timetable's line, or that somebody must trigger it."""
    return f"`{ast.literal_eval(schedule.args[0])}`" if isinstance(schedule, ast.Call) else "when it is triggered"


def _tasks(text: str) -> str:
    """The tasks in their order, as the file's last lines say it."""
    said = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr)]
    orders = [order for order in said if isinstance(order, ast.BinOp) and isinstance(order.op, ast.RShift)]
    if orders:
        return ", ".join(ast.unparse(order).replace(">>", "→") for order in orders)
    (task,) = _calls(text, "PlayheadCommand")
    return str(next(ast.literal_eval(keyword.value) for keyword in task.keywords if keyword.arg == "task_id"))


def _calls(text: str, name: str) -> list[ast.Call]:
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]
