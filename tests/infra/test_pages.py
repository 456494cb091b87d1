"""The pages as `make up` serves them, by the server that it starts."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from infra.local_stack.environment import base_environment
from infra.local_stack.pages import pages_service
from infra.local_stack.supervisor import Supervisor
from tests.infra.running_stack import free_ports

PAGES_ELSEWHERE = ("http://127.0.0.1:8080", "http://127.0.0.1:5000/#/experiments/1/runs")
WHAT_WILL_BE_THERE = {
    "report/playhead.html": "Nothing is released yet",
    "data-docs/": "No table has been judged yet",
}


@contextmanager
def served(home: Path) -> Iterator[httpx.Client]:
    (port,) = free_ports(1)
    supervisor = Supervisor(home / "logs")
    try:
        supervisor.start(pages_service(home, port, *PAGES_ELSEWHERE, base_environment(home)))
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            yield client
    finally:
        supervisor.end_all()


def write_pages(home: Path, text: str) -> None:
    for page in (home / "report" / "playhead.html", home / "quality" / "data_docs" / "index.html"):
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text)


def test_the_first_page_shows_the_report_and_links_to_everything(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        page = client.get("/").text
    assert '<iframe src="report/playhead.html"' in page
    links = {
        "report/playhead.html",
        "data-docs/",
        *PAGES_ELSEWHERE,
    }
    assert {link for link in links if f'<a href="{link}">' not in page} == set()


@pytest.mark.parametrize(("path", "text"), WHAT_WILL_BE_THERE.items())
def test_before_the_first_run_a_page_says_what_will_be_there(tmp_path: Path, path: str, text: str) -> None:
    with served(tmp_path) as client:
        assert text in client.get(path).text


def test_pages_that_are_there_are_served_as_they_are(tmp_path: Path) -> None:
    write_pages(tmp_path, "written by a run")
    with served(tmp_path) as client:
        assert {client.get(path).text for path in WHAT_WILL_BE_THERE} == {"written by a run"}


def test_what_a_run_writes_meanwhile_is_served_next(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        write_pages(tmp_path, "written meanwhile")
        assert {client.get(path).text for path in WHAT_WILL_BE_THERE} == {"written meanwhile"}


def test_a_copy_of_a_home_serves_its_own_pages(tmp_path: Path) -> None:
    """Also where the copy has files in the place of links."""
    old, new = tmp_path / "old", tmp_path / "new"
    write_pages(old, "of the old home")
    with served(old):
        shutil.copytree(old, new)
    write_pages(new, "of the new home")
    with served(new) as client:
        assert {client.get(path).text for path in WHAT_WILL_BE_THERE} == {"of the new home"}


@pytest.mark.parametrize("path", ["/mlflow/secrets.json", "/../mlflow/secrets.json", "/report/../mlflow/secrets.json"])
def test_nothing_else_of_the_home_is_served(tmp_path: Path, path: str) -> None:
    """Asked for as it is: most clients shorten such a path before they send it."""
    (tmp_path / "mlflow").mkdir()
    (tmp_path / "mlflow" / "secrets.json").write_text("{}")
    with served(tmp_path) as client:
        connection = HTTPConnection(client.base_url.host, client.base_url.port)
        connection.request("GET", path)
        assert connection.getresponse().status == HTTPStatus.NOT_FOUND


def answer_to(client: httpx.Client, *hosts: str) -> int:
    """The status of an answer to a request that names these hosts, whatever the server's address is."""
    connection = HTTPConnection(client.base_url.host, client.base_url.port)
    connection.putrequest("GET", "/report/playhead.html", skip_host=True)
    for host in hosts:
        connection.putheader("Host", host.format(port=client.base_url.port))
    connection.endheaders()
    return connection.getresponse().status


def test_who_calls_the_server_by_another_name_gets_nothing(tmp_path: Path) -> None:
    """As a page of the web does whose name was made to mean this machine."""
    with served(tmp_path) as client:
        own = [answer_to(client, host) for host in ("127.0.0.1:{port}", "localhost:{port}", "Localhost")]
        others = [
            answer_to(client, *hosts)
            for hosts in [
                ("attacker.example:{port}",),
                ("attacker.example",),
                ("127.0.0.1:",),
                ("127.0.0.1.attacker.example",),
                ("127x0x0x1:{port}",),
                ("attacker.localhost",),
                ("127.0.0.1:{port}.attacker.example",),
                ("127.0.0.1:{port}", "attacker.example"),
                (),
            ]
        ]
    assert (set(own), set(others)) == ({HTTPStatus.OK}, {HTTPStatus.MISDIRECTED_REQUEST})


@pytest.mark.parametrize("host", ["127.0.0.1:9999", "localhost:18099", "localhost"])
def test_a_tunnel_from_another_port_reaches_the_pages(tmp_path: Path, host: str) -> None:
    """As `ssh -L 18099:localhost:8099` makes one: the browser names the port at its own end."""
    with served(tmp_path) as client:
        assert answer_to(client, host) == HTTPStatus.OK


def test_no_list_of_a_folder_is_served(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        assert client.get("/report/").status_code == HTTPStatus.NOT_FOUND
