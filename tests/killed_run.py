"""One `playhead run` in processes of its own, and the three ways to kill it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

PLAYHEAD_RUN = (sys.executable, "-m", "jobs.cli", "run")
# The command that lost its JVM says so at once; a JVM that lost its Python notices within seconds.
END_PATIENCE_SECONDS = 60
# A run takes a minute; one that waits for a table's lock gives up after five (`jobs.storage.table_lock`).
RUN_PATIENCE_SECONDS = 900
_BEGINS_A_STAGE = re.compile(r"^(land|bronze|silver|gold): ")
_SHOWN_CHARACTERS = 60


class RunFailedError(Exception):
    """A run that nobody kills any more hung, failed or left processes behind; the message says which."""


class Victim(StrEnum):
    """Who gets SIGKILL. A JVM that lost its Python lives on for a moment, and may commit."""

    PYTHON = "python"
    JVM = "jvm"
    GROUP = "group"


@dataclass(frozen=True)
class PlayheadRun:
    """A started run: its process leads a session of its own."""

    process: "subprocess.Popen[bytes]"
    output: Path

    def ends_within(self, seconds: float) -> bool:
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return self.process.returncode is not None

    def finish(self) -> None:
        """Waits for the end. Raises `RunFailedError` unless it is a good one."""
        if not self.ends_within(RUN_PATIENCE_SECONDS):
            raise RunFailedError(f"{self.output} hangs at: {self.last_words()}")
        if self.process.returncode != 0:
            raise RunFailedError(f"{self.output} ended with {self.process.returncode}: {self.last_words()}")

    def comes_to(self, stage: str) -> bool:
        """Waits until the run says that it is at this stage; false where it ended before."""
        while f"\n{stage}" not in f"\n{self.output.read_text(errors='replace')}":
            if self.ends_within(0.1):
                return False
        return True

    def kill(self, victim: Victim) -> Victim:
        """Returns who was killed, as soon as the command has ended: Python where no JVM was there yet.

        Raises `RunFailedError` for a command that outlives its JVM.
        """
        jvm = self._jvm() if victim is Victim.JVM else None
        if victim is Victim.GROUP:
            os.killpg(self.process.pid, signal.SIGKILL)
        elif jvm:
            with suppress(psutil.NoSuchProcess):
                jvm.kill()
        else:
            victim = Victim.PYTHON
            self.process.kill()
        if not self.ends_within(END_PATIENCE_SECONDS):
            raise RunFailedError(f"{self.output} goes on {END_PATIENCE_SECONDS} s after its JVM was killed")
        return victim

    def wait_until_gone(self) -> None:
        """Waits for the last process of this run. Raises `RunFailedError`, which names those that stay."""
        wait_for_end = Retrying(
            retry=retry_if_result(bool), wait=wait_fixed(0.1), stop=stop_after_delay(END_PATIENCE_SECONDS)
        )
        try:
            wait_for_end(self._processes)
        except RetryError as error:
            left = error.last_attempt.result()
            raise RunFailedError(f"{self.output} left processes behind: {left}") from error

    def end_all(self) -> None:
        processes = self._processes()
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait(END_PATIENCE_SECONDS)
        psutil.wait_procs(processes, END_PATIENCE_SECONDS)

    def let_it_write_files_of(self, most_bytes: int) -> None:
        """As on a full disk, every write beyond that fails: its own and its JVM's."""
        wait_for_jvm = Retrying(retry=retry_if_result(lambda jvm: jvm is None), wait=wait_fixed(0.1))
        jvm = wait_for_jvm(self._jvm)
        assert jvm is not None
        for process in (jvm, psutil.Process(self.process.pid)):
            process.rlimit(psutil.RLIMIT_FSIZE, (most_bytes, most_bytes))

    def last_words(self) -> str:
        lines = self._lines()
        return lines[-1][:_SHOWN_CHARACTERS] if lines else "(before its first word)"

    def stage(self) -> str:
        """The stage that the output names last."""
        stages = [found[1] for line in self._lines() if (found := _BEGINS_A_STAGE.match(line))]
        return stages[-1] if stages else "start"

    def _lines(self) -> list[str]:
        return self.output.read_text(errors="replace").strip().splitlines()

    def _jvm(self) -> psutil.Process | None:
        return next((process for process in self._processes() if _is_sparks_jvm(process)), None)

    def _processes(self) -> list[psutil.Process]:
        """Also those that lost their parent: they stay in the session."""
        return [process for process in psutil.process_iter() if _lives_in_session(process, self.process.pid)]


@contextmanager
def running(home: Path, name: str = "run", command: Sequence[str] = PLAYHEAD_RUN) -> Iterator[PlayheadRun]:
    """A run over the home. It outlives the block, but not a block that fails."""
    output = home.with_name(f"{home.name}-{name}.out")
    from_outside = {key: value for key, value in os.environ.items() if not key.startswith("PLAYHEAD_")}
    with output.open("wb") as file:
        process = subprocess.Popen(
            command,
            env={**from_outside, "PLAYHEAD_HOME": str(home), "PLAYHEAD_REACTIONS": "true"},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    run = PlayheadRun(process, output)
    try:
        yield run
    except BaseException:
        run.end_all()
        raise


def run_to_the_end(home: Path) -> float:
    """A plain retry that nobody disturbs; returns its seconds. Raises `RunFailedError`."""
    started = time.monotonic()
    with running(home, "last-run") as run:
        run.finish()
        seconds = time.monotonic() - started
        run.wait_until_gone()
    return seconds


def _lives_in_session(process: psutil.Process, session: int) -> bool:
    try:
        return os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False


def _is_sparks_jvm(process: psutil.Process) -> bool:
    """Not the short-lived ones before it: `java -version`, and the launcher that only writes the command."""
    try:
        command = process.cmdline()
        return (
            process.name() == "java"
            and "org.apache.spark.deploy.SparkSubmit" in command
            and "org.apache.spark.launcher.Main" not in command
        )
    except psutil.NoSuchProcess:
        return False
