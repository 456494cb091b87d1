"""Data Docs that open without a network: no page asks another host, and the front page is plain HTML.

Great Expectations' pages load their style and scripts from five public hosts, and its front page is empty without them.
A page about people's data should not announce to strangers that it is being read.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment

# The front page is for what happened lately; older pages stay on disk, below `validations/`.
LATEST_SHOWN = 200

_REMOTE_SCRIPT = re.compile(r"<script[^>]*\ssrc=\s*\"https?://[^>]*>\s*</script>", re.IGNORECASE)
_REMOTE_TAG = re.compile(r"<(?:link|img)\b[^>]*\s(?:href|src)=\s*\"https?://[^>]*>", re.IGNORECASE)
_REMOTE_STYLE = re.compile(r"url\('https?://[^')]*'\)", re.IGNORECASE)
_STYLE = """<style>
body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { border-bottom: 1px solid #d0d7de; padding: .4rem .6rem; text-align: left; vertical-align: top; }
footer, nav ul, .modal, .alert-dismissible, .ge-walkthrough-cta-footer, [hidden] { display: none; }
.card:has(.btn-group-toggle), [data-toggle="collapse"] { display: none; }
.fa-check-circle::before { content: "✓"; }
.fa-times::before { content: "✗"; }
.fa-exclamation-triangle::before { content: "!"; }
img { max-height: 2rem; }
@media (prefers-color-scheme: dark) {
  body { background: #0d1117; color: #e6edf3; }
  a { color: #79c0ff; }
}
</style>"""
_FRONT_PAGE = Environment(autoescape=True).from_string(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Playhead: Data Docs</title>{{ style | safe }}</head><body>
<h1>Data Docs</h1>
<p>What the gate found in candidate rows before they were written: the latest {{ judgements | length }} judgements,
newest first. A load that failed was not written.</p>
<table><thead>
<tr><th>when (UTC)</th><th>table</th><th>load</th><th>outcome</th><th>expectations</th></tr>
</thead><tbody>
{% for judged in judgements %}<tr>
<td>{{ judged.at }}</td>
<td><a href="{{ judged.page }}">{{ judged.table }}</a></td>
<td>{{ judged.load }}</td>
<td>{{ "✓ passed" if judged.passed else "✗ failed" }}</td>
<td>{{ judged.met }} of {{ judged.asked }} met</td>
</tr>
{% endfor %}</tbody></table></body></html>
"""
)


def make_offline(folder: Path, written: Iterable[Path]) -> None:
    """Takes what is remote out of the pages that were just written, and writes the front page."""
    for page in written:
        page.write_text(without_remote_parts(page.read_text(encoding="utf-8")), encoding="utf-8")
    pages = sorted((folder / "validations").rglob("*.html"), key=lambda page: page.parent.name, reverse=True)
    rows = [_judgement(folder, page) for page in pages[:LATEST_SHOWN]]
    (folder / "index.html").write_text(_FRONT_PAGE.render(judgements=rows, style=_STYLE), encoding="utf-8")


def without_remote_parts(html: str) -> str:
    """The page without scripts, styles and pictures from other hosts, and with a small style of its own.

    That draws the marks that an icon font would, and hides buttons that need a script.
    """
    for remote in (_REMOTE_SCRIPT, _REMOTE_TAG):
        html = remote.sub("", html)
    html = _REMOTE_STYLE.sub("none", html)
    return html if _STYLE in html else html.replace("</head>", f"{_STYLE}</head>", 1)


def _judgement(folder: Path, page: Path) -> dict[str, object]:
    """A page lies at `validations/<layer>/<table>/<load>/<time>/`; its figures lie beside Data Docs likewise."""
    layer, table, load, at = page.relative_to(folder / "validations").parts[:4]
    stored = folder.parent / page.relative_to(folder).with_suffix(".json")
    result = json.loads(stored.read_text(encoding="utf-8"))
    return {
        "at": f"{at[:4]}-{at[4:6]}-{at[6:8]} {at[9:11]}:{at[11:13]}:{at[13:15]}",
        "table": f"{layer}.{table}",
        "load": load,
        "page": page.relative_to(folder).as_posix(),
        "passed": result["success"],
        "met": result["statistics"]["successful_expectations"],
        "asked": result["statistics"]["evaluated_expectations"],
    }
