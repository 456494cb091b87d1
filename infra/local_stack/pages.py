"""The first page, the report and the Data Docs: files of the home, served to this machine."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.local_stack.environment import PROJECT_ROOT
from infra.local_stack.service import Service, answers
from jobs.cli.ports import LOOPBACK
from jobs.contracts.smallest_group import SMALLEST_GROUP

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("page_templates")), autoescape=True, undefined=StrictUndefined
)


def pages_service(
    home: Path, port: int, airflow_page: str, mlflow_page: str, environment: Mapping[str, str]
) -> Service:
    """Serves one folder, made anew at each start: the first page, and links to the folders of the other two.

    What the report and the Data Docs will be is said in their places while they are not there yet.
    """
    report, data_docs = home / "report", home / "quality" / "data_docs"
    _write_if_missing(report / "playhead.html", "no_report.html.j2")
    _write_if_missing(data_docs / "index.html", "no_data_docs.html.j2")
    pages = home / "pages"
    # A copy of a home may hold copies of the folders in the place of links to them.
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)
    for name, folder in {"report": report, "data-docs": data_docs}.items():
        (pages / name).symlink_to(os.path.relpath(folder, pages), target_is_directory=True)
    first_page = TEMPLATES.get_template("start.html.j2").render(airflow=airflow_page, mlflow=mlflow_page)
    (pages / "index.html").write_text(first_page, encoding="utf-8")
    return Service(
        name="pages",
        command=[sys.executable, "-m", "infra.local_stack.page_server", str(port), str(pages)],
        environment=environment,
        folder=PROJECT_ROOT,
        is_healthy=answers(f"http://{LOOPBACK}:{port}/"),
    )


def _write_if_missing(page: Path, template: str) -> None:
    if not page.exists():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(TEMPLATES.get_template(template).render(smallest_group=SMALLEST_GROUP), encoding="utf-8")
