"""Writes what Airflow makes of dags/ into the file named, as JSON.

Run by the tests in a process of its own: importing Airflow is slow.
"""

import json
import sys
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import BundleDagBag

DAGS_FOLDER = Path(__file__).resolve().parents[2] / "dags"


def describe(dag: Any) -> dict[str, Any]:
    return {
        "file": Path(dag.fileloc).name,
        "doc": dag.doc_md or "",
        "description": dag.description or "",
        "tags": sorted(dag.tags),
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "timetable": type(dag.timetable).__name__,
        "params": {name: dag.params.get_param(name).dump() for name in dag.params},
        "tasks": [
            {
                "task_id": task.task_id,
                "doc": task.doc_md or "",
                "operator": type(task).__name__,
                "arguments": getattr(task, "arguments", None),
                "makes_pseudonyms": getattr(task, "makes_pseudonyms", None),
                "owner": task.owner,
                "pool": task.pool,
                "retries": task.retries,
                "retry_delay_seconds": task.retry_delay.total_seconds(),
                "backoff": task.retry_exponential_backoff,
                "timeout_seconds": task.execution_timeout.total_seconds() if task.execution_timeout else None,
                "downstream": sorted(task.downstream_task_ids),
            }
            for task in dag.tasks
        ],
    }


if __name__ == "__main__":
    bag = BundleDagBag(dag_folder=str(DAGS_FOLDER), bundle_path=DAGS_FOLDER, bundle_name="dags-folder")
    described = {dag_id: describe(dag) for dag_id, dag in bag.dags.items()}
    # Airflow logs to standard output while it parses: hence the file.
    Path(sys.argv[1]).write_text(json.dumps({"errors": bag.import_errors, "dags": described}))
