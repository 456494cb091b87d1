"""What was searched for by the name of a genre or theme, and not found."""

from jobs.contracts.published import OTHER, SEARCHES_IN_VAIN_WEEKLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.report.drawing import drawn
from jobs.report.named_bars import NamedBar, draw_named_bars, height_of
from jobs.report.published_frames import PublishedFrames, each
from jobs.report.section import Section, shown_rows, text
from jobs.report.wording import quoted, whole

KEY, HEADING = "searches-in-vain", "Searches in vain"
_DEFINITION = (
    "Searches for the name of a genre or theme that found nothing, and the profiles that searched, in tens. What "
    f"fewer than {SMALLEST_GROUP} people searched for is told together and not in the picture."
)
_MOST_BARS = 8
_SHOWN = {"label": ("searched for", text), "searches": ("searches", whole), "viewers": ("viewers", whole)}


def searches_in_vain(published: PublishedFrames) -> Section:
    rows = published.rows(SEARCHES_IN_VAIN_WEEKLY).sort_values("searches", ascending=False, kind="stable")
    own = rows[rows["label"] != OTHER]
    if own.empty:
        absent = (
            f"No search is shown: no genre or theme was searched for in vain by {SMALLEST_GROUP} people, or the source "
            "tells of no searches."
        )
        return Section(KEY, HEADING, published.week_text, absent, _DEFINITION, rows=shown_rows(rows, _SHOWN))
    first = own.iloc[0]
    message = (
        f"{quoted(first['label'])} was searched for in vain most often: {whole(first['searches'])} searches, by "
        f"{whole(first['viewers'])} viewers."
    )
    bars = [
        NamedBar(row.label, f"{whole(row.searches)} searches · {whole(row.viewers)} viewers", row.searches)
        for row in each(own.head(_MOST_BARS))
    ]
    picture = drawn(KEY, message, height_of(len(bars)), lambda figure: draw_named_bars(figure, bars, "searches"))
    return Section(KEY, HEADING, published.week_text, message, _DEFINITION, picture, shown_rows(rows, _SHOWN))
