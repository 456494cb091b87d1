"""The one operator of Playhead's DAGs: a task is one `playhead …` command, the same that a person types."""

import os
import signal
from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from airflow.utils.process_utils import reap_process_group

PROJECT_ROOT = Path(__file__).resolve().parents[1]

# One slot: Delta on a local disk and the machine's memory both want a single writer at a time.
WRITERS_POOL = "playhead_writers"

# Two more tries, 1 and then 2 minutes later, outlast a busy lock or a restarted service; a real fault stays a fault.
RETRY_POLICY: dict[str, Any] = {
    "owner": "playhead",
    "retries": 2,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(minutes=10),
}

EXIT_REASONS = {
    1: "a fault of Playhead or of this machine; it is tried again while retries are left",
    2: "wrong usage; the same command can only fail again, so it is not retried",
    3: "a quality gate stopped it; the same data can only be stopped again, so it is not retried",
}
EXITS_THAT_A_RETRY_CANNOT_CHANGE = frozenset({2, 3})

# Who has them can find out who is behind a pseudonym. Airflow's scheduler passes them on to its tasks.
KEYS = frozenset({"PLAYHEAD_PSEUDONYM_KEY", "PLAYHEAD_LINKAGE_KEY"})

# Airflow sends SIGKILL to a task 5 s after SIGTERM. The command's processes must be gone before that.
TERMINATE_GRACE_SECONDS = 3
KILL_GRACE_SECONDS = 1


class PlayheadCommand(BaseOperator):
    """Runs `playhead` with `arguments` in the project's root; its output goes line by line to the task's log.

    Each argument is rendered by itself and passed on as it is: no shell reads it. One that renders to nothing is left
    out, so an unset Param leaves no option behind. Airflow's own settings hold secrets: the command does not get them,
    nor, unless it `makes_pseudonyms`, the keys for those.

    Raises `AirflowSkipException` on `skip_on_exit_code`, `AirflowFailException` (no retry) on exit codes 2 and 3,
    `AirflowException` on any other but 0.
    """

    template_fields: Sequence[str] = ("arguments",)

    def __init__(
        self,
        *,
        arguments: list[str],
        skip_on_exit_code: int | None = None,
        makes_pseudonyms: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.arguments = arguments
        self.skip_on_exit_code = skip_on_exit_code
        self.makes_pseudonyms = makes_pseudonyms
        self._was_killed = False

    @cached_property
    def hook(self) -> SubprocessHook:
        return SubprocessHook()

    def execute(self, context: Any) -> None:
        exit_code = self.hook.run_command(
            ["playhead", *filter(None, self.arguments)],
            env={name: value for name, value in os.environ.items() if self._may_have(name)},
            cwd=str(PROJECT_ROOT),
        ).exit_code
        # A reaped process looks as if it had exited with 0: ask first whether it was us who ended it.
        if self._was_killed:
            raise AirflowException("The command was ended because its task was.")
        if exit_code == self.skip_on_exit_code:
            raise AirflowSkipException(f"playhead exited with {exit_code}: there is nothing to do yet, see above.")
        if exit_code in EXITS_THAT_A_RETRY_CANNOT_CHANGE:
            raise AirflowFailException(f"playhead exited with {exit_code}: {EXIT_REASONS[exit_code]}.")
        if exit_code != 0:
            raise AirflowException(f"playhead exited with {exit_code}: {EXIT_REASONS.get(exit_code, EXIT_REASONS[1])}.")

    def _may_have(self, variable: str) -> bool:
        return not variable.startswith("AIRFLOW__") and (self.makes_pseudonyms or variable.upper() not in KEYS)

    def on_kill(self) -> None:
        """Ends the command and all it started, Spark's JVM too: SIGTERM, then SIGKILL to what outlives the grace."""
        self._was_killed = True
        if self.hook.sub_process is None:
            return
        # The hook starts the command as the leader of its own group. The second call finds what outlived the leader.
        group = self.hook.sub_process.pid
        reap_process_group(group, self.log, sig=signal.SIGTERM, timeout=TERMINATE_GRACE_SECONDS)
        reap_process_group(group, self.log, sig=signal.SIGKILL, timeout=KILL_GRACE_SECONDS)
