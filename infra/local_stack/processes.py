"""Ending processes so that none is left, also not one whose parent has died or that began a session of its own."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import psutil

# In the environment of every process that one supervisor started, and so in that of all their descendants.
MARK = "PLAYHEAD_STACK_RUN"

# Airflow's task gets 5 s to end its command; then there is nothing left worth waiting for.
TERMINATE_GRACE_SECONDS = 8
KILL_GRACE_SECONDS = 5


@dataclass(frozen=True)
class Family:
    """What one supervisor started, and all that came of it.

    Two signs, as each fails somewhere: Airflow's services overwrite their environment with their title, but stay in
    their session; the tasks' commands begin a session of their own, but keep the environment.
    """

    mark: str
    session_ids: frozenset[int]

    def members(self) -> list[psutil.Process]:
        """Those that live now."""
        return [process for process in psutil.process_iter() if self._has_member(process)]

    def _has_member(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            return os.getsid(process.pid) in self.session_ids or process.environ().get(MARK) == self.mark
        except (psutil.Error, OSError):
            return False  # Gone meanwhile, or another user's.

    def end(self) -> None:
        """SIGTERM to all at once; after the grace SIGKILL, until none is found."""
        members = self.members()
        _send(members, psutil.Process.terminate)
        psutil.wait_procs(members, timeout=TERMINATE_GRACE_SECONDS)
        while members := self.members():
            _send(members, psutil.Process.kill)
            if not psutil.wait_procs(members, timeout=KILL_GRACE_SECONDS)[0]:
                return  # Only a process that is stuck in the kernel withstands SIGKILL.


def _send(processes: Iterable[psutil.Process], signal_: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        try:
            signal_(process)
        except psutil.NoSuchProcess:
            continue
