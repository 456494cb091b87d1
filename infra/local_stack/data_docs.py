"""The Data Docs: static pages that Great Expectations writes under the home."""

import os
import sys
from pathlib import Path

from infra.local_stack.service import Service, answers
from jobs.cli.ports import LOOPBACK

PAGE_BEFORE_THE_FIRST_RUN = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Playhead: Data Docs</title></head>
<body style="font-family: sans-serif; max-width: 40em; margin: 4em auto; line-height: 1.5">
<h1>No table has been judged yet</h1>
<p>Every table that Playhead writes passes a quality gate first. After the first run this page lists each judgement:
the table, what was expected of it, and whether it held.</p>
<p>To get there, trigger <code>playhead_simulate</code> and then <code>playhead_daily</code> in Airflow,
or type <code>playhead demo</code>. Then load this page again.</p>
</body>
</html>
"""


def data_docs_service(home: Path, port: int) -> Service:
    """Serves the folder that the gate writes; before the first run it holds a page that says what will be there."""
    site = home / "quality" / "data_docs"
    site.mkdir(parents=True, exist_ok=True)
    index = site / "index.html"
    if not index.exists():
        index.write_text(PAGE_BEFORE_THE_FIRST_RUN, encoding="utf-8")
    return Service(
        name="data-docs",
        command=[sys.executable, "-m", "http.server", str(port), "--bind", LOOPBACK, "--directory", str(site)],
        environment=os.environ,
        folder=site,
        is_healthy=answers(f"http://{LOOPBACK}:{port}/"),
    )
