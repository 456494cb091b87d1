"""Starts services one after the other, watches them, and ends them all when one dies or when it is told to."""

import os
import subprocess
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from infra.local_stack.processes import MARK, Family
from infra.local_stack.service import Service

# Each is up within 30 s on two busy cores; a machine that needs ten times as long has another problem.
START_SECONDS = 300
POLL_SECONDS = 0.5
# Enough to see a traceback's end.
LAST_LINES = 20


class ServiceFailedError(RuntimeError):
    """A service ended by itself, or was never healthy. The message ends with the last lines of its log."""


@dataclass
class Supervisor:
    """The services that run, each the leader of a session of its own, so that a ctrl-C reaches only the supervisor."""

    logs: Path

    def __post_init__(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        self._mark = uuid.uuid4().hex
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def run_once(self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        """Runs a command to its end. Raises `ServiceFailedError` if it ends with anything but 0."""
        process = self._spawn(name, command, environment, folder)
        if process.wait() != 0:
            raise ServiceFailedError(self._obituary(name, f"ended with exit code {process.returncode}"))
        del self._running[name]

    def start(self, service: Service) -> None:
        """Starts the service and waits until it is healthy. Raises `ServiceFailedError` if that does not come."""
        process = self._spawn(service.name, service.command, service.environment, service.folder)
        self.wait_until_healthy(service, process)

    def wait_until_healthy(self, service: Service, process: subprocess.Popen[bytes]) -> None:
        def is_settled() -> bool:
            return process.poll() is not None or service.is_healthy()

        try:
            Retrying(
                wait=wait_fixed(POLL_SECONDS),
                stop=stop_after_delay(START_SECONDS),
                retry=retry_if_result(lambda settled: not settled),
            )(is_settled)
        except RetryError as error:
            problem = f"did not become healthy within {START_SECONDS} s"
            raise ServiceFailedError(self._obituary(service.name, problem)) from error
        self.raise_for_the_dead()

    def watch(self) -> NoReturn:
        """Raises `ServiceFailedError` as soon as one of the services ends."""
        while True:
            self.raise_for_the_dead()
            time.sleep(POLL_SECONDS)

    def raise_for_the_dead(self) -> None:
        for name, process in self._running.items():
            if process.poll() is not None:
                raise ServiceFailedError(self._obituary(name, f"ended by itself, with exit code {process.returncode}"))

    def family(self) -> Family:
        return Family(self._mark, frozenset(process.pid for process in self._running.values()))

    def end_all(self) -> None:
        """Leaves no process behind: neither a service nor anything that one started."""
        self.family().end()
        for process in self._running.values():
            process.wait()

    def _spawn(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> subprocess.Popen[bytes]:
        with open(self._log(name), "ab") as log:
            process = subprocess.Popen(
                command,
                env={**environment, MARK: self._mark},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running[name] = process
        return process

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _obituary(self, name: str, what_happened: str) -> str:
        log = self._log(name)
        return f"{name} {what_happened}. The last lines of {log}:\n" + "\n".join(last_lines(log))


def last_lines(path: Path) -> list[str]:
    # A line of a log is shorter than 1,000 bytes, or its end is what matters.
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - LAST_LINES * 1000))
        return file.read().decode(errors="replace").splitlines()[-LAST_LINES:]
