"""One service of the local stack, and how to ask whether it is up."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

# Loopback answers at once or not at all.
ANSWER_SECONDS = 5

# Never through a proxy, whatever the environment says: these addresses mean this machine.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Service:
    """A process that runs until the stack ends. `is_healthy` asks it over HTTP."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    is_healthy: Callable[[], bool]


def get(url: str) -> bytes | None:
    """The body of the answer, or None while there is none or it is not 200."""
    try:
        with _direct.open(url, timeout=ANSWER_SECONDS) as answer:
            return answer.read() if answer.status == HTTPStatus.OK else None
    except (urllib.error.URLError, OSError):
        return None


def answers(url: str) -> Callable[[], bool]:
    return lambda: get(url) is not None


def reports_healthy(url: str, component: str) -> Callable[[], bool]:
    """Whether the component's `status` in the JSON health report is `healthy`."""

    def ask() -> bool:
        body = get(url)
        return body is not None and json.loads(body)[component]["status"] == "healthy"

    return ask
