"""The ports of the local stack, and who holds one that is taken."""

import errno
import socket

import psutil
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = "127.0.0.1"


class Ports(BaseSettings):
    """Where each page is served, on loopback: PLAYHEAD_AIRFLOW_PORT, PLAYHEAD_MLFLOW_PORT, PLAYHEAD_DOCS_PORT."""

    model_config = SettingsConfigDict(env_prefix="PLAYHEAD_", frozen=True)

    airflow_port: int = Field(default=8080, ge=1, le=65535)
    mlflow_port: int = Field(default=5000, ge=1, le=65535)
    docs_port: int = Field(default=8081, ge=1, le=65535)


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


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do: a port that only waits out its last connections is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return True
            raise
    return False


def holder(port: int) -> str:
    """Name and pid of the process that listens on the port, as far as this user may know it."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        pass  # Some systems show connections to their administrator only.
    return "a process that this user may not see"
