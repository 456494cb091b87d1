"""
## Playhead: training

Recommenders learn from the gold interactions of those who agreed to it and are measured beside plain popularity on
held-out days, each a run in MLflow. If the best one becomes champion, the next `playhead_daily` recommends with it.
Then viewers are put into segments, a model says which accounts may be about to leave, and subscribers are valued.

| task | what it does |
|---|---|
| `train` | trains, measures, records, and may move the champion's alias |
| `audience` | segments of who agreed to marketing, who may be about to leave, what subscribers are worth |

**When it runs.** Mondays at 06:00 UTC, after the daily run. Trigger it by hand after a first `playhead_daily`, or after
a change to a model. `train` reads the lake and writes to MLflow only; `audience` also writes its tables. Where people
or days are too few for one of its models, it says so in its log and ends well.

**When it fails.** Read the last lines of the task's log, and the exit code in its error:

- **0**: done.
- **1**: a fault of Playhead or of the machine. Often MLflow did not answer, or gold holds less than three days yet. It
  is retried twice. Then fix the cause and clear the task.
- **2**: wrong usage. It is not retried.
- **3**: a quality gate stopped it. It is not retried.

A failed training leaves the champion as it was: recommendations go on with the model before. So do the tables of a
failed `audience`.
"""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable
from playhead_command import RETRY_POLICY, WRITERS_POOL, PlayheadCommand

with DAG(
    dag_id="playhead_training",
    description="Models in MLflow: a recommender, segments, and who may leave",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 6 * * 1", timezone="UTC", run_immediately=timedelta()),
    catchup=False,
    max_active_runs=1,
    default_args=RETRY_POLICY,
    tags=["playhead", "models"],
):
    # Training a month of a large service takes minutes; hours mean that something hangs.
    train = PlayheadCommand(
        task_id="train",
        doc_md="Tries recommenders on days that they have not seen, each a run in MLflow's experiment "
        "`playhead-recommender`. One that beats the champion beyond doubt becomes the champion.",
        arguments=["train"],
        execution_timeout=timedelta(hours=2),
    )
    audience = PlayheadCommand(
        task_id="audience",
        doc_md="Segments of the profiles that agreed to marketing, the accounts that may be about to leave, and what "
        "subscribers are worth, in gold tables; the models are in MLflow's experiment `playhead-audience`.",
        arguments=["audience"],
        pool=WRITERS_POOL,
        execution_timeout=timedelta(hours=2),
    )
    train >> audience
