"""Where each page of the local stack is served, and whether a port is free for it."""

import errno
import socket

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = "127.0.0.1"


class Ports(BaseSettings):
    """Where each page is served, on loopback: PLAYHEAD_AIRFLOW_PORT, PLAYHEAD_MLFLOW_PORT, PLAYHEAD_DOCS_PORT.

    The last one has the first page and the report, too.
    """

    model_config = SettingsConfigDict(env_prefix="PLAYHEAD_", frozen=True)

    airflow_port: int = Field(default=8080, ge=1, le=65535)
    mlflow_port: int = Field(default=5000, ge=1, le=65535)
    docs_port: int = Field(default=8081, ge=1, le=65535)


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
