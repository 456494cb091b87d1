"""Whether the local stack has its ports, and who holds one that is taken."""

import psutil

from jobs.cli.ports import Ports, is_taken
from jobs.cli.running_stack import running_stack


class PortTakenError(RuntimeError):
    """A port that the stack needs cannot be used; nothing was started."""


def check_ports(ports: Ports) -> None:
    """Raises `PortTakenError`, which names every port that is taken, who holds it and what to set instead."""
    problems = []
    chosen: dict[int, str] = {}
    for name, port in ports.model_dump().items():
        setting = f"PLAYHEAD_{name.upper()}"
        if port in chosen:
            problems.append(f"{setting} and {chosen[port]} are both {port}. Set one of them to another port.")
        elif is_taken(port):
            problems.append(f"Port {port} is taken by {holder(port)}. End it, or set {setting} to a free port.")
        chosen[port] = setting
    if problems:
        raise PortTakenError("\n".join(problems))


def holder(port: int) -> str:
    """Name and pid of the process that listens on the port, as far as this user may know it."""
    if stack := running_stack(port):
        return f"Playhead's own stack, which runs already (pid {stack.pid})"
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        pass  # Some systems show connections to their administrator only.
    return "a process that this user may not see"
