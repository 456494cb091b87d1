"""Demand against supply: each genre's share of what is watched, beside its share of what is on offer."""

import pandas as pd
from matplotlib.figure import Figure

from jobs.contracts.columns import UNLABELLED
from jobs.contracts.published import GENRE_DEMAND_WEEKLY, OTHER
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.report.drawing import BLUE, INK, ORANGE, QUIET, drawn, keep_labels_inside, panel, scale
from jobs.report.published_frames import PublishedFrames, largest
from jobs.report.section import Section, shown_rows, text
from jobs.report.wording import amount, percent, quoted, short_name

KEY, HEADING = "genre-demand", "Demand and supply by genre"
_DEFINITION = (
    "Demand is a genre's share of the hours of the titles that are told apart and were on offer, supply its share of "
    "the hours on offer in the week, in whichever country. The hours of a title are shared equally among its genres."
)
_MOST_GENRES = 12
_ROW, _HEAD, _FOOT, _NAMES = 24, 24, 40, 112
_SHOWN = {
    "genre": ("genre", text),
    "demand_share": ("of hours watched", percent),
    "offered_demand_share": ("of those of titles on offer", percent),
    "supply_share": ("of hours on offer", percent),
    "demand_supply_ratio": ("demand / supply", amount),
    "watched_hours": ("hours", amount),
}


def genre_demand(published: PublishedFrames) -> Section:
    rows = published.rows(GENRE_DEMAND_WEEKLY).sort_values("demand_share", ascending=False, kind="stable")
    own = rows.head(_MOST_GENRES).pipe(_held_against_supply)
    if own.empty:
        absent = (
            f"No genre is shown: they are worked out from the titles that are told apart, and none had "
            f"{SMALLEST_GROUP} viewers of its own."
        )
        return Section(KEY, HEADING, published.week_text, absent, _DEFINITION, rows=shown_rows(rows, _SHOWN))
    message = _message(own)
    picture = drawn(KEY, message, _HEAD + _ROW * len(own) + _FOOT, lambda figure: _draw(figure, own))
    return Section(KEY, HEADING, published.week_text, message, _DEFINITION, picture, shown_rows(rows, _SHOWN))


def _held_against_supply(rows: pd.DataFrame) -> pd.DataFrame:
    """With a demand share in each row: the whole one where nothing is on offer, and in weeks released before."""
    return rows.assign(offered_demand_share=rows["offered_demand_share"].fillna(rows["demand_share"]))


def _message(own: pd.DataFrame) -> str:
    """About the genre of which demand is largest beside its supply."""
    compared = own[~own["genre"].isin([UNLABELLED, OTHER])].dropna(subset="demand_supply_ratio")
    if compared.empty:
        first = own.iloc[0]
        return f"{quoted(first['genre'])} has {percent(first['demand_share'])} of the hours watched."
    scarce = largest(compared, "demand_supply_ratio")
    demand = percent(scarce["offered_demand_share"])
    return (
        f"{quoted(scarce['genre'])} is most in demand for what is on offer: {demand} of the "
        f"hours watched, {percent(scarce['supply_share'])} of those on offer."
    )


def _draw(figure: Figure, own: pd.DataFrame) -> None:
    axes = panel(figure, left=_NAMES, top=_HEAD, right=14, bottom=_FOOT)
    places = range(len(own))
    axes.hlines(places, own["offered_demand_share"], own["supply_share"], color=QUIET, linewidth=2)
    axes.plot(
        own["supply_share"],
        places,
        "s",
        markersize=7,
        color="none",
        markeredgecolor=ORANGE,
        markeredgewidth=1.8,
        label="on offer",
    )
    axes.plot(own["offered_demand_share"], places, "o", markersize=7.5, color=BLUE, label="watched")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, reverse=True)
    axes.set_yticks(places, [short_name(genre, 15) for genre in own["genre"]], color=INK)
    axes.set_ylim(len(own) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.margins(x=0.05)
    scale(axes.xaxis, 5, is_share=True)
    axes.grid(axis="x")
    keep_labels_inside(axes)
    axes.set_xlabel("share of hours")
