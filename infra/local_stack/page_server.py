"""`python -m infra.local_stack.page_server PORT FOLDER`: serves files to whoever calls this machine by its own name.

Any page of the web can have its name mean 127.0.0.1 and ask a browser here for what is served on this port; the browser
sends that name in the header Host.
"""

import sys
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jobs.cli.ports import LOOPBACK

OWN_NAMES = (LOOPBACK, "localhost")


class PageHandler(SimpleHTTPRequestHandler):
    """Files of a folder, and no lists of what is in it."""

    def __init__(self, *request: Any, port: int, directory: str) -> None:
        self.own_hosts = [[f"{name}:{port}"] for name in OWN_NAMES]
        super().__init__(*request, directory=directory)

    def send_head(self) -> Any:
        if self.headers.get_all("Host") not in self.own_hosts:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return None
        return super().send_head()

    def list_directory(self, path: Any) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)


def serve(port: int, folder: str) -> None:
    with ThreadingHTTPServer((LOOPBACK, port), partial(PageHandler, port=port, directory=folder)) as server:
        server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
