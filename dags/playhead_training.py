"""
## Playhead: training

Trains the recommenders on the gold interactions, measures them beside plain popularity on held-out days, and records
each of them as a run in MLflow. The best one becomes the champion: the next `playhead_daily` recommends with it.

| task | command | what it does |
|---|---|---|
| `train` | `playhead train` | trains, measures, records, and moves the champion's alias |

**When it runs.** Mondays at 06:00 UTC, after the daily run. Trigger it by hand after a first `playhead_daily`, or after
a change to a model. It reads the lake and writes to MLflow only.

**When it fails.** Read the last lines of the task's log, and the exit code in its error:

| exit code | what it means | what to do |
|---|---|---|
| 0 | done | nothing |
| 1 | a fault of Playhead or of the machine; often MLflow did not answer | it is retried twice; then fix the cause and clear the task |
| 2 | wrong usage | not retried |
| 3 | a quality gate stopped it, such as too few interactions to train on | not retried; run `playhead_daily` on more data first |

A failed training leaves the champion as it was: recommendations go on with the model before.
"""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable
from playhead_command import RETRY_POLICY, PlayheadCommand

with DAG(
    dag_id="playhead_training",
    description="Gold interactions to models in MLflow; the best one becomes the champion",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 6 * * 1", timezone="UTC", run_immediately=timedelta()),
    catchup=False,
    max_active_runs=1,
    default_args=RETRY_POLICY,
    tags=["playhead", "models"],
):
    # Training a month of a large service takes minutes; hours mean that something hangs.
    PlayheadCommand(task_id="train", arguments=["train"], execution_timeout=timedelta(hours=2))
