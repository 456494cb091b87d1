"""Runs one PlayheadCommand as Airflow's task process does, and writes how it ended into the file named first.

SIGTERM goes to `on_kill`, as Airflow's task runner wires it. Run by the tests in a process of its own.
"""

import os
import signal
import sys
from pathlib import Path

DAGS_FOLDER = Path(__file__).resolve().parents[2] / "dags"
sys.path.append(str(DAGS_FOLDER))

from playhead_command import PlayheadCommand  # noqa: E402 - found through the line above, as Airflow does it

if __name__ == "__main__":
    ending, *arguments = sys.argv[1:]
    skip = os.environ.get("SKIP_ON_EXIT_CODE")
    task = PlayheadCommand(
        task_id="command",
        arguments=arguments,
        skip_on_exit_code=int(skip) if skip is not None else None,
        makes_pseudonyms="MAKES_PSEUDONYMS" in os.environ,
    )
    task.render_template_fields({"params": {"name": "x; touch pwned"}})
    signal.signal(signal.SIGTERM, lambda *_: task.on_kill())
    try:
        task.execute({})
        outcome = "succeeded"
    except Exception as error:
        outcome = type(error).__name__
    Path(ending).write_text(outcome)
