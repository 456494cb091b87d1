"""
## Playhead: training

Trains a recommender on the gold interactions, measures it beside plain popularity on held-out days, and records both as
runs in MLflow. If it beats popularity it becomes the champion: the next `playhead_daily` recommends with it.

| task | what it does |
|---|---|
| `train` | trains, measures, records, and may move the champion's alias |

**When it runs.** Mondays at 06:00 UTC, after the daily run. Trigger it by hand after a first `playhead_daily`, or after
a change to a model. It reads the lake and writes to MLflow only.

**When it fails.** Read the last lines of the task's log, and the exit code in its error:

- **0**: done.
- **1**: a fault of Playhead or of the machine. Often MLflow did not answer, or gold holds less than two days yet. It is
  retried twice. Then fix the cause and clear the task.
- **2**: wrong usage. It is not retried.
- **3**: a quality gate stopped it. It is not retried.

A failed training leaves the champion as it was: recommendations go on with the model before.
"""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable
from playhead_command import RETRY_POLICY, PlayheadCommand

with DAG(
    dag_id="playhead_training",
    description="Gold interactions to a model in MLflow; it becomes the champion if it beats popularity",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 6 * * 1", timezone="UTC", run_immediately=timedelta()),
    catchup=False,
    max_active_runs=1,
    default_args=RETRY_POLICY,
    tags=["playhead", "models"],
):
    # Training a month of a large service takes minutes; hours mean that something hangs.
    PlayheadCommand(task_id="train", arguments=["train"], execution_timeout=timedelta(hours=2))
