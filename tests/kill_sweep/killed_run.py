"""One `playhead run` in processes of its own, and the three ways to kill it."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil
from tenacity import Retrying, retry_if_result, wait_fixed

# Spark's JVM notices within seconds that Python is gone; the command that lost its JVM says so.
END_PATIENCE_SECONDS = 120


class Victim(StrEnum):
    """Who gets SIGKILL. A JVM that lost its Python lives on for a moment, and may commit."""

    PYTHON = "python"
    JVM = "jvm"
    GROUP = "group"


@dataclass(frozen=True)
class PlayheadRun:
    """A started run: its process leads a group of its own."""

    process: "subprocess.Popen[bytes]"
    output: Path

    def ends_within(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self, victim: Victim) -> None:
        """Returns as soon as the victim is dead, and, where it was the JVM, the command has ended by itself."""
        if victim is Victim.GROUP:
            os.killpg(self.process.pid, signal.SIGKILL)
        elif victim is Victim.PYTHON or not (jvm := self._jvm()):
            self.process.kill()
        else:
            jvm.kill()
        self.process.wait(END_PATIENCE_SECONDS)

    def let_the_jvm_write_files_of(self, most_bytes: int) -> None:
        """As on a full disk, every write beyond that fails."""
        wait_for_jvm = Retrying(retry=retry_if_result(lambda jvm: jvm is None), wait=wait_fixed(0.1))
        jvm = wait_for_jvm(self._jvm)
        assert jvm is not None
        jvm.rlimit(psutil.RLIMIT_FSIZE, (most_bytes, most_bytes))

    def last_words(self) -> str:
        lines = self.output.read_text(errors="replace").strip().splitlines()
        return lines[-1][:60] if lines else "(before its first word)"

    def _jvm(self) -> psutil.Process | None:
        family = psutil.Process(self.process.pid).children(recursive=True)
        return next((child for child in family if child.name() == "java"), None)


def start_run(home: Path, name: str = "run") -> PlayheadRun:
    output = home.with_name(f"{home.name}-{name}.out")
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "jobs.cli", "run"],
            env={**os.environ, "PLAYHEAD_HOME": str(home), "PLAYHEAD_REACTIONS": "true"},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return PlayheadRun(process, output)
