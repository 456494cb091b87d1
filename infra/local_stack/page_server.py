"""`python -m infra.local_stack.page_server PORT FOLDER`: serves files to whoever calls this machine by its own name.

Any page of the web can have its name mean 127.0.0.1 and ask a browser here for what is served on this port; the browser
sends that name in the header Host. The port beside it is of no account: that of a tunnel is another one.
"""

import re
import sys
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jobs.cli.ports import LOOPBACK

_OWN_HOST = re.compile(rf"(?:{re.escape(LOOPBACK)}|localhost)(?::[0-9]{{1,5}})?", re.ASCII | re.IGNORECASE)


class PageHandler(SimpleHTTPRequestHandler):
    """Files of a folder, and no lists of what is in it."""

    def send_head(self) -> Any:
        if not _names_this_machine(self.headers.get_all("Host", [])):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return None
        return super().send_head()

    def list_directory(self, path: Any) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)


def _names_this_machine(hosts: list[str]) -> bool:
    """Of two names a browser and a server may each heed another one."""
    return len(hosts) == 1 and bool(_OWN_HOST.fullmatch(hosts[0]))


def serve(port: int, folder: str) -> None:
    with ThreadingHTTPServer((LOOPBACK, port), partial(PageHandler, directory=folder)) as server:
        server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
