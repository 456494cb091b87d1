"""
## Playhead: simulated traffic

Drops event files and reference data of invented viewers into the inbox, for trials and demonstrations. Nothing is
processed yet: trigger `playhead_daily` afterwards.

| task | what it does |
|---|---|
| `simulate` | writes a file of events for each day, and titles, subscriptions and consents |

**When it runs.** Only when you trigger it.

**Parameters.** The same ones give the same bytes, and the lake knows bytes that it has already seen. Keep seed and
viewers and move the start date to get the next days of the same people. A fault rate above 0 adds duplicates, late and
shuffled events, broken lines and wrong clocks, to see how the lake takes them. A file with more than 5 % broken lines
is stopped whole, as it should be. With `recommended`, viewers see the lists that `playhead_daily` made for them, and
`gold.recommendation_outcomes` says what came of it; it needs the seed and viewers of the traffic in the lake,
and a start date after it. Where the pseudonym key is given by `PLAYHEAD_PSEUDONYM_KEY`, only the task `silver` of
`playhead_daily` has it: type `playhead simulate --recommended` yourself.

**When it fails.** Read the last lines of the task's log, and the exit code in its error:

- **0**: done. Trigger `playhead_daily` next.
- **1**: a fault of Playhead or of the machine, such as a full disk. It is retried twice. Then fix the cause and clear
  the task.
- **2**: wrong usage, or no list for these viewers. It is not retried: correct the parameters and trigger again.
- **3**: a quality gate stopped it. No gate stands before the inbox, so this does not happen here.

Files appear in the inbox whole or not at all, so a killed run can simply be triggered again.
"""

import os
from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG, Param
from playhead_command import RETRY_POLICY, PlayheadCommand

INBOX = Path(os.environ.get("PLAYHEAD_HOME", ".playhead"), "inbox")

with DAG(
    dag_id="playhead_simulate",
    description="Event files and reference data of invented viewers, into the inbox",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args=RETRY_POLICY,
    tags=["playhead", "simulator"],
    params={
        "days": Param(14, type="integer", minimum=1, maximum=90, description="How many days of traffic, 1 to 90."),
        "viewers": Param(
            300, type="integer", minimum=1, maximum=100_000, description="How many people watch; some share an account."
        ),
        "seed": Param(
            7,
            type="integer",
            minimum=0,
            maximum=2**31 - 1,
            description="The same seed gives the same people and plays.",
        ),
        "faults": Param(
            0.0,
            type="number",
            minimum=0,
            maximum=0.5,
            description="Share of events that arrive with a fault, 0 to 0.5.",
        ),
        "start_date": Param(
            "2026-06-01", type="string", format="date", description="First day (UTC) of the simulated traffic."
        ),
        "recommended": Param(
            False,
            type="boolean",
            description="Show viewers the lists that the lake has for them, on days that it does not have yet.",
        ),
    },
):
    PlayheadCommand(
        task_id="simulate",
        doc_md="Writes a file of events for each day, and the titles, subscriptions and consents behind them, into the "
        "inbox. Every person in them is invented. `playhead_daily` takes them from there.",
        arguments=[
            "simulate",
            "--days={{ params.days }}",
            "--viewers={{ params.viewers }}",
            "--seed={{ params.seed }}",
            "--faults={{ params.faults }}",
            "--start-date={{ params.start_date }}",
            "{{ '--recommended' if params.recommended else '--no-recommended' }}",
            f"--out={INBOX}",
        ],
        # 90 days of 100,000 viewers are written in well under an hour.
        execution_timeout=timedelta(hours=2),
    )
