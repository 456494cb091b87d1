"""The page: sections and figures laid out by `page.html.j2` in the manner of `page.css`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from jobs.contracts.published import OTHER
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.report.folded import Folded
from jobs.report.headline import Figure
from jobs.report.section import Section

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Contents:
    """What the page says. `period` names the week and month that are shown."""

    period: str
    headline: Sequence[Figure]
    sections: Sequence[Section]
    folded: Sequence[Folded]


def page(contents: Contents) -> str:
    """The whole document. All text is escaped; only the pictures are taken as they are."""
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    # Ours, and no place where text of others goes.
    css = Markup((_HERE / "page.css").read_text(encoding="utf-8"))
    return environment.get_template("page.html.j2").render(
        contents=contents, css=css, other=OTHER, smallest_group=SMALLEST_GROUP
    )
