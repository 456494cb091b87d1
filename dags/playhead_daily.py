"""
## Playhead: the daily run

Takes what lies in the inbox to the gold tables and the recommendations. Each task is the `playhead` command of that
name:

| task | what it does |
|---|---|
| `land` | checks the files in the inbox, splits them into lines, enters them in the ledger |
| `bronze` | appends the new lines, byte for byte |
| `silver` | types, pseudonymises and deduplicates them; refused lines go to quarantine |
| `gold` | recomputes the dates that the new rows touch, publishes the batches, then the insights |
| `publish` | releases the weeks and months that are over: aggregates with at least ten people behind every row |
| `recommend` | lists of profiles with new activity, by the champion or, before there is one, by popularity |

**When it runs.** Every day at 04:00 UTC, one run at a time. A day that was missed needs no catching up: the next run
takes everything that is new. Trigger it by hand whenever files have arrived.

**To redo a part.** Trigger it with both `from_date` and `to_date`. Gold is then recomputed for exactly those event
dates, both included, whether or not new rows came. Files that this run brings in wait for the next one, which
publishes them.

**When a task fails.** Read the last lines of its log, and the exit code in its error:

- **0**: done.
- **1**: a fault of Playhead or of the machine, such as memory, disk or a lock. It is retried twice. Then fix the cause
  and clear the task.
- **2**: wrong usage. It is not retried: correct the parameters and trigger again.
- **3**: a quality gate stopped it, and nothing of the batch was written. It is not retried. The Data Docs say which
  expectation broke on how many rows, and `playhead audit` where the rows went.

A retry or a cleared task never doubles a row, and a killed one can simply be cleared: each stage does what is not done
yet. A task that you mark as failed or that times out ends its command and Spark with it, within five seconds.
"""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable, Param
from playhead_command import RETRY_POLICY, WRITERS_POOL, PlayheadCommand

with DAG(
    dag_id="playhead_daily",
    description="Inbox to gold, what may leave of it, and recommendations",
    doc_md=__doc__,
    # No run for the day that passed before Playhead was installed: the first one is at the next 04:00.
    schedule=CronTriggerTimetable("0 4 * * *", timezone="UTC", run_immediately=timedelta()),
    catchup=False,
    max_active_runs=1,
    default_args=RETRY_POLICY,
    tags=["playhead", "lake"],
    params={
        "from_date": Param(
            None,
            type=["null", "string"],
            format="date",
            description="First event date (UTC) to recompute in gold. Empty: the dates that new rows touch.",
        ),
        "to_date": Param(
            None,
            type=["null", "string"],
            format="date",
            description="Last event date (UTC) to recompute in gold, included. Give both dates or neither.",
        ),
    },
):
    # The longest that each has any business taking on one machine with a month of events; past it something hangs.
    land = PlayheadCommand(
        task_id="land", arguments=["land"], pool=WRITERS_POOL, execution_timeout=timedelta(minutes=30)
    )
    bronze = PlayheadCommand(
        task_id="bronze", arguments=["bronze"], pool=WRITERS_POOL, execution_timeout=timedelta(hours=1)
    )
    silver = PlayheadCommand(
        task_id="silver", arguments=["silver"], pool=WRITERS_POOL, execution_timeout=timedelta(hours=2)
    )
    gold = PlayheadCommand(
        task_id="gold",
        arguments=[
            "gold",
            "{{ '--from=' ~ params.from_date if params.from_date else '' }}",
            "{{ '--to=' ~ params.to_date if params.to_date else '' }}",
        ],
        pool=WRITERS_POOL,
        execution_timeout=timedelta(hours=4),
    )
    recommend = PlayheadCommand(
        task_id="recommend", arguments=["recommend"], pool=WRITERS_POOL, execution_timeout=timedelta(hours=1)
    )
    publish = PlayheadCommand(
        task_id="publish", arguments=["publish"], pool=WRITERS_POOL, execution_timeout=timedelta(hours=2)
    )
    land >> bronze >> silver >> gold >> [publish, recommend]
