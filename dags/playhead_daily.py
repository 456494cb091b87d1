"""
## Playhead: the daily run

Takes what lies in the inbox to the gold tables, the recommendations and the report. Each task is the `playhead`
command of that name:

| task | what it does |
|---|---|
| `land` | checks the files in the inbox, splits them into lines, enters them in the ledger |
| `bronze` | appends the new lines, byte for byte |
| `silver` | types, pseudonymises and deduplicates them; refused lines go to quarantine |
| `gold` | recomputes the dates that the new rows touch, publishes the batches, then the insights |
| `publish` | releases the weeks and months that are over: aggregates with at least ten people behind every row |
| `report` | writes the page of what is released, which `make up` serves first |
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
- **2**: wrong usage. It is not retried: correct the parameters and trigger again. `report` is skipped instead: nothing
  is released before a whole week of at least ten viewers is in gold.
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
    description="Inbox to gold, what may leave of it and the report, and recommendations",
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
        task_id="land",
        doc_md="Takes each file of the inbox that is whole, splits it into lines and enters it in the ledger. "
        "A file whose bytes came before is left out; one with too many broken lines is put aside and named in the log.",
        arguments=["land"],
        pool=WRITERS_POOL,
        execution_timeout=timedelta(minutes=30),
    )
    bronze = PlayheadCommand(
        task_id="bronze",
        doc_md="Appends the lines of landed files to the bronze tables, byte for byte, each with its file and number. "
        "Nothing is typed or judged true here: what came can always be read again.",
        arguments=["bronze"],
        pool=WRITERS_POOL,
        execution_timeout=timedelta(hours=1),
    )
    silver = PlayheadCommand(
        task_id="silver",
        doc_md="Types the new lines, replaces ids of people by pseudonyms and drops repeated events. "
        "A line that cannot be right goes to `silver.quarantine` with its reason; `playhead quarantine` counts them.",
        arguments=["silver"],
        makes_pseudonyms=True,
        pool=WRITERS_POOL,
        execution_timeout=timedelta(hours=2),
    )
    gold = PlayheadCommand(
        task_id="gold",
        doc_md="Sessions, titles, features, demand and experience, computed anew for each date that new rows touch; "
        "then the insights over them. Readers see the old tables until all new ones are published at once.",
        arguments=[
            "gold",
            "{{ '--from=' ~ params.from_date if params.from_date else '' }}",
            "{{ '--to=' ~ params.to_date if params.to_date else '' }}",
        ],
        pool=WRITERS_POOL,
        execution_timeout=timedelta(hours=4),
    )
    recommend = PlayheadCommand(
        task_id="recommend",
        doc_md="A list of titles for each profile with new activity, in `gold.recommendations`: by the champion that "
        "MLflow names, by popularity before there is one or where a profile did not agree to personal ones.",
        arguments=["recommend"],
        pool=WRITERS_POOL,
        execution_timeout=timedelta(hours=1),
    )
    publish = PlayheadCommand(
        task_id="publish",
        doc_md="Releases each week and month that is over into the published tables: sums with at least ten "
        "people behind every row. Nothing else may leave the lake.",
        arguments=["publish"],
        pool=WRITERS_POOL,
        execution_timeout=timedelta(hours=2),
    )
    report = PlayheadCommand(
        task_id="report",
        doc_md="Writes the page of what is released, `report/playhead.html` in the home; the first page of `make up` "
        "shows it. Skipped while nothing is released: that needs a whole week of at least ten viewers.",
        arguments=["report"],
        # It takes no parameter that could be wrong: 2 says that nothing is released yet.
        skip_on_exit_code=2,
        execution_timeout=timedelta(minutes=30),
    )
    land >> bronze >> silver >> gold >> [publish, recommend]
    publish >> report
