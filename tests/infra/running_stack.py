"""The local stack as `make up` starts it, on free ports and a home of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

PROJECT_ROOT = Path(__file__).resolve().parents[2]
# The last line that the stack prints once everything answers.
READY = "Ctrl-C ends it all."
# A first start on a machine that does other work besides.
START_PATIENCE_SECONDS = 300
END_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class RunningStack:
    """Where a started stack is, and what it needs from a visitor."""

    process: subprocess.Popen[bytes]
    home: Path
    output: Path
    airflow_port: int
    mlflow_port: int
    docs_port: int

    @property
    def port_settings(self) -> dict[str, str]:
        return port_settings(self.airflow_port, self.mlflow_port, self.docs_port)

    @property
    def airflow_url(self) -> str:
        return f"http://127.0.0.1:{self.airflow_port}"

    @property
    def mlflow_url(self) -> str:
        return f"http://127.0.0.1:{self.mlflow_port}"

    @property
    def docs_url(self) -> str:
        return f"http://127.0.0.1:{self.docs_port}"

    @property
    def airflow_password(self) -> str:
        password: str = json.loads((self.home / "airflow" / "passwords.json").read_text())["admin"]
        return password

    @property
    def mlflow_password(self) -> str:
        password: str = json.loads((self.home / "mlflow" / "secrets.json").read_text())["password"]
        return password

    def end(self) -> int:
        """What ctrl-C does; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(END_PATIENCE_SECONDS)


def port_settings(airflow_port: int, mlflow_port: int, docs_port: int) -> dict[str, str]:
    return {
        "PLAYHEAD_AIRFLOW_PORT": str(airflow_port),
        "PLAYHEAD_MLFLOW_PORT": str(mlflow_port),
        "PLAYHEAD_DOCS_PORT": str(docs_port),
    }


def free_ports(count: int) -> list[int]:
    with ExitStack() as open_until_all_are_found:
        sockets = [open_until_all_are_found.enter_context(socket.socket()) for _ in range(count)]
        for found in sockets:
            found.bind(("127.0.0.1", 0))
        return [int(found.getsockname()[1]) for found in sockets]


def spawn_stack(home: Path, airflow_port: int, mlflow_port: int, docs_port: int) -> RunningStack:
    """Starts the stack and returns at once."""
    home.mkdir(parents=True, exist_ok=True)
    output = home / "stack.out"
    ports = port_settings(airflow_port, mlflow_port, docs_port)
    with open(output, "wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local_stack"],
            cwd=PROJECT_ROOT,
            env={**os.environ, "PLAYHEAD_HOME": str(home), **ports},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    return RunningStack(process, home, output, airflow_port, mlflow_port, docs_port)


@contextmanager
def running_stack(home: Path) -> Iterator[RunningStack]:
    """A stack that answers; it is ended when the block is left."""
    stack = spawn_stack(home, *free_ports(3))
    try:
        wait_until_ready(stack)
        yield stack
    finally:
        if stack.process.poll() is None:
            stack.end()


def wait_until_ready(stack: RunningStack) -> None:
    @retry(wait=wait_fixed(0.5), stop=stop_after_delay(START_PATIENCE_SECONDS), retry=retry_if_result(lambda r: not r))
    def is_settled() -> bool:
        return READY in stack.output.read_text() or stack.process.poll() is not None

    is_settled()
    assert READY in stack.output.read_text(), stack.output.read_text()
