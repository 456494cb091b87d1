"""The titles of the week that were watched for most hours."""

from jobs.contracts.published import OTHER, TITLE_VIEWING_WEEKLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.report.drawing import drawn
from jobs.report.named_bars import NamedBar, draw_named_bars, height_of
from jobs.report.published_frames import PublishedFrames, each
from jobs.report.section import Section, shown_rows, text
from jobs.report.wording import amount, quoted, whole

KEY, HEADING = "top-titles", "Top titles"
_DEFINITION = (
    "Watched hours and viewers, in tens, of each film or episode. A viewer of two titles is in both, so viewers do not "
    "add up. Titles of few viewers are told together, so that nobody can be told apart, and are not in the picture."
)
_MOST_BARS = 10
_SHOWN = {
    "name": ("title", text),
    "kind": ("kind", text),
    "watched_hours": ("hours", amount),
    "viewers": ("viewers", whole),
    "views": ("views", amount),
}


def top_titles(published: PublishedFrames) -> Section:
    rows = published.rows(TITLE_VIEWING_WEEKLY).sort_values("watched_hours", ascending=False, kind="stable")
    own = rows[rows["title_id"] != OTHER]
    if own.empty:
        absent = f"No title is shown: none of them had {SMALLEST_GROUP} viewers of its own."
        return Section(KEY, HEADING, published.week_text, absent, _DEFINITION, rows=shown_rows(rows, _SHOWN))
    first = own.iloc[0]
    message = (
        f"Of the titles told apart, {quoted(first['name'])} was watched most: {amount(first['watched_hours'])} hours, "
        f"by {whole(first['viewers'])} viewers."
    )
    bars = [
        NamedBar(row.name, f"{amount(row.watched_hours)} h · {whole(row.viewers)} viewers", row.watched_hours)
        for row in each(own.head(_MOST_BARS))
    ]
    picture = drawn(KEY, message, height_of(len(bars)), lambda figure: draw_named_bars(figure, bars, "hours watched"))
    return Section(KEY, HEADING, published.week_text, message, _DEFINITION, picture, shown_rows(rows, _SHOWN))
