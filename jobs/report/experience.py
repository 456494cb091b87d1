"""How long people wait: start-up and stalls, region by region."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from jobs.report.drawing import BLUE, INK, SKY, VERMILLION, above, drawn, panel
from jobs.report.published_frames import PublishedFrames
from jobs.report.section import Section, shown_rows, text
from jobs.report.wording import amount, percent, region_text, seconds, short_name, week_text, whole
from jobs.tables.published import EXPERIENCE_WEEKLY, SMALLEST_GROUP

KEY, HEADING = "experience", "Start-up and stalls by region"
_DEFINITION = (
    "Start-up runs from the request to the first picture: half of the started plays were faster than the dot (p50), "
    "nineteen of twenty faster than the bar (p95). Rebuffer ratio = stalled hours / (stalled + watched hours)."
)
_MOST_REGIONS = 12
_ROW, _HEAD, _FOOT, _NAMES = 24, 42, 24, 90
_SHOWN = {
    "place": ("region", text),
    "startup_seconds_p50": ("start-up p50", seconds),
    "startup_seconds_p95": ("start-up p95", seconds),
    "rebuffer_ratio": ("rebuffer ratio", lambda share: "–" if pd.isna(share) else f"{100 * share:.2f} %"),
    "failed_share": ("failed attempts", percent),
    "attempts": ("attempts", whole),
    "viewers": ("viewers", whole),
    "watched_hours": ("hours", amount),
}


def experience(published: PublishedFrames) -> Section:
    rows = published.rows(EXPERIENCE_WEEKLY).sort_values("attempts", ascending=False, kind="stable")
    if rows.empty:
        absent = (
            f"No region is shown: in none of them did {SMALLEST_GROUP} people start a play, or the source says nothing of "
            "starts and stalls."
        )
        return Section(KEY, HEADING, absent, _DEFINITION)
    assert published.week is not None, "rows are of a week"
    rows = rows.assign(place=[region_text(*place) for place in rows[["country", "region"]].itertuples(index=False)])
    message = _message(rows, week_text(published.week))
    shown = rows.head(_MOST_REGIONS)
    picture = drawn(KEY, message, _HEAD + _ROW * len(shown) + _FOOT, lambda figure: _draw(figure, shown))
    return Section(KEY, HEADING, message, _DEFINITION, picture, shown_rows(rows, _SHOWN))


def _message(rows: pd.DataFrame, week: str) -> str:
    timed = rows.dropna(subset="startup_seconds_p95")
    if timed.empty:
        return f"No region says how long a start took in the week {week}."
    slowest = timed.loc[timed["startup_seconds_p95"].idxmax()]
    return (
        f"One start in twenty took {seconds(slowest['startup_seconds_p95'])} or longer in {slowest['place']}, the slowest "
        f"region of the week {week}; its median was {seconds(slowest['startup_seconds_p50'])}."
    )


def _draw(figure: Figure, rows: pd.DataFrame) -> None:
    waits = panel(figure, left=_NAMES, top=_HEAD, right=122, bottom=_FOOT)
    stalls = panel(figure, left=_NAMES + 164, top=_HEAD, right=14, bottom=_FOOT)
    places = range(len(rows))
    waits.hlines(places, rows["startup_seconds_p50"], rows["startup_seconds_p95"], color=SKY, linewidth=2)
    waits.plot(rows["startup_seconds_p50"], places, "o", markersize=7, color=BLUE, label="p50")
    waits.plot(rows["startup_seconds_p95"], places, "|", markersize=12, markeredgewidth=2.2, color=BLUE, label="p95")
    waits.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    above(waits, "start-up, seconds", lift=22)
    stalls.hlines(places, 0, rows["rebuffer_ratio"], color=VERMILLION, linewidth=1.2)
    stalls.plot(rows["rebuffer_ratio"], places, "D", markersize=5.5, color=VERMILLION)
    above(stalls, "rebuffer ratio", lift=22)
    stalls.xaxis.set_major_formatter(PercentFormatter(1, decimals=None, symbol=" %"))
    for axes, ticks in ((waits, 4), (stalls, 2)):
        axes.set_yticks([])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(left=0)
        axes.grid(axis="x")
        axes.xaxis.set_major_locator(MaxNLocator(ticks))
    waits.set_yticks(places, [short_name(place, 13) for place in rows["place"]], color=INK)
