"""Playhead's own stack among what runs on this machine."""

from pathlib import Path

import psutil

# How `make up` starts it.
STACK_COMMAND = ["-m", "infra.local_stack"]


def running_stack(port: int) -> psutil.Process | None:
    """The stack that serves on the port; None where nobody does, or somebody else."""
    for process in psutil.process_iter(["cmdline"]):
        program, *arguments = process.info["cmdline"] or [""]
        # `uv run` before it would match too, if only the arguments were looked at.
        if Path(program).name.startswith("python") and arguments == STACK_COMMAND and _serves(process, port):
            return process
    return None


def _serves(stack: psutil.Process, port: int) -> bool:
    try:
        return any(
            connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
            for process in (stack, *stack.children(recursive=True))
            for connection in process.net_connections("tcp")
        )
    except psutil.Error:
        return False  # It ends just now, or it is another user's.
