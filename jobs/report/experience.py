"""How long people wait: start-up and stalls, region by region."""

import pandas as pd
from matplotlib.figure import Figure

from jobs.contracts.published import EXPERIENCE_WEEKLY, OTHER
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.report.drawing import BLUE, INK, SKY, VERMILLION, above, drawn, keep_labels_inside, panel, scale
from jobs.report.published_frames import PublishedFrames, largest
from jobs.report.section import Section, shown_rows, text
from jobs.report.wording import percent, region_text, seconds, short_name, whole

KEY, HEADING = "experience", "Start-up and stalls by region"
_DEFINITION = (
    "Start-up runs from the request to the first picture: half of the started plays took no longer than the dot "
    "(p50), nineteen of twenty no longer than the bar (p95), both in steps. "
    "What few people met is not told. Rebuffer ratio = time stalled / (stalled + playing)."
)
_MOST_REGIONS = 12
_ROW, _HEAD, _FOOT, _NAMES = 24, 42, 24, 90
_SHOWN = {
    "place": ("region", text),
    "startup_seconds_p50": ("start-up p50", seconds),
    "startup_seconds_p95": ("start-up p95", seconds),
    "rebuffer_ratio": ("rebuffer ratio", lambda share: "–" if pd.isna(share) else f"{100 * share:.2f} %"),
    "failed_share": ("failed attempts", percent),
    "viewers": ("viewers", whole),
}


def experience(published: PublishedFrames) -> Section:
    rows = published.rows(EXPERIENCE_WEEKLY).sort_values("viewers", ascending=False, kind="stable")
    if rows.empty:
        absent = (
            f"No region is shown: in none of them did {SMALLEST_GROUP} people start a play, or the source says nothing "
            "of starts and stalls."
        )
        return Section(KEY, HEADING, published.week_text, absent, _DEFINITION)
    rows = rows.assign(place=[region_text(*place) for place in rows[["country", "region"]].itertuples(index=False)])
    message = _message(rows)
    shown = rows.head(_MOST_REGIONS)
    picture = drawn(KEY, message, _HEAD + _ROW * len(shown) + _FOOT, lambda figure: _draw(figure, shown))
    return Section(KEY, HEADING, published.week_text, message, _DEFINITION, picture, shown_rows(rows, _SHOWN))


def _message(rows: pd.DataFrame) -> str:
    timed = rows.dropna(subset=["startup_seconds_p50", "startup_seconds_p95"])
    if timed.empty:
        return "No region says how long a start took."
    named = timed[timed["region"] != OTHER]
    slowest = largest(timed if named.empty else named, "startup_seconds_p95")
    return (
        f"Nineteen of twenty starts took {seconds(slowest['startup_seconds_p95'])} at most in {slowest['place']}, the "
        f"slowest region; half of them {seconds(slowest['startup_seconds_p50'])} at most."
    )


def _draw(figure: Figure, rows: pd.DataFrame) -> None:
    waits = panel(figure, left=_NAMES, top=_HEAD, right=136, bottom=_FOOT)
    stalls = panel(figure, left=_NAMES + 160, top=_HEAD, right=16, bottom=_FOOT)
    places = range(len(rows))
    waits.hlines(places, rows["startup_seconds_p50"], rows["startup_seconds_p95"], color=SKY, linewidth=2)
    waits.plot(rows["startup_seconds_p50"], places, "o", markersize=7, color=BLUE, label="p50")
    waits.plot(rows["startup_seconds_p95"], places, "|", markersize=12, markeredgewidth=2.2, color=BLUE, label="p95")
    waits.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    above(waits, "start-up, seconds", lift=22)
    stalls.hlines(places, 0, rows["rebuffer_ratio"], color=VERMILLION, linewidth=1.2)
    stalls.plot(rows["rebuffer_ratio"], places, "D", markersize=5.5, color=VERMILLION)
    above(stalls, "rebuffer ratio", lift=22)
    scale(waits.xaxis, 4)
    scale(stalls.xaxis, 2, is_share=True)
    for axes in (waits, stalls):
        axes.set_yticks([])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(left=0)
        axes.grid(axis="x")
        keep_labels_inside(axes)
    waits.set_yticks(places, [short_name(place, 13) for place in rows["place"]], color=INK)
