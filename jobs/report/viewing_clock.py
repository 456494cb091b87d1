"""The viewing clock: which hours of which days are watched most."""

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from jobs.contracts.published import OTHER, VIEWING_CLOCK_WEEKLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.report.drawing import GRID, INK, MUTED, above, drawn, panel
from jobs.report.published_frames import PublishedFrames, largest
from jobs.report.section import Section, shown_rows, text
from jobs.report.wording import DAYS, amount, place_of_day

KEY, HEADING = "viewing-clock", "The viewing clock"
_DEFINITION = (
    "Watched hours of all titles by day of the week and three hours of the day, on the viewers' own clocks. What would "
    "be of few people is told together, under “other”, so that nobody can be told apart."
)
_BLOCKS = 8
_CELL = 25
# In light and dark alike: the cell behind it has its own colour.
_WHITE, _BLACK = "#ffffff", "#101418"
_SHOWN = {
    "local_day": ("day", text),
    "time_of_day": ("hours of the day", text),
    "watched_hours": ("hours", amount),
}


def viewing_clock(published: PublishedFrames) -> Section:
    rows = published.rows(VIEWING_CLOCK_WEEKLY)
    rows = _of_all_titles(rows[rows["week_start_date"] == published.week])
    own = rows[(rows["local_day"] != OTHER) & (rows["time_of_day"] != OTHER)]
    if own.empty:
        absent = f"No three hours of a day are shown: in none of them did {SMALLEST_GROUP} people watch."
        return Section(KEY, HEADING, published.week_text, absent, _DEFINITION, rows=shown_rows(rows, _SHOWN))
    fullest = largest(own, "watched_hours")
    message = (
        f"{fullest['local_day']}, {fullest['time_of_day'].replace('-', '–')} o'clock, is the fullest time told "
        f"apart: {amount(fullest['watched_hours'])} hours."
    )
    in_order = rows.sort_values("local_day", key=lambda days: days.map(place_of_day), kind="stable")
    days = len(DAYS) + (OTHER in set(rows["local_day"]))
    picture = drawn(KEY, message, 24 + _CELL * days + 40, lambda figure: _draw(figure, rows, days))
    return Section(KEY, HEADING, published.week_text, message, _DEFINITION, picture, shown_rows(in_order, _SHOWN))


def _of_all_titles(parts: pd.DataFrame) -> pd.DataFrame:
    return parts.groupby(["local_day", "time_of_day"])[["watched_hours"]].sum().reset_index()


def _place_of_time(time_of_day: str) -> float:
    """Apart from the clock where it is no time."""
    return _BLOCKS + 0.15 if time_of_day == OTHER else int(time_of_day.partition("-")[0]) // 3


def _draw(figure: Figure, rows: pd.DataFrame, days: int) -> None:
    has_other = OTHER in set(rows["time_of_day"])
    axes = panel(figure, left=34, top=22, right=2 if has_other else 6, bottom=40)
    own = rows[(rows["local_day"] != OTHER) & (rows["time_of_day"] != OTHER)]
    fullest = own["watched_hours"].max()
    for day, time_of_day, hours in rows[["local_day", "time_of_day", "watched_hours"]].itertuples(index=False):
        is_own = OTHER not in (day, time_of_day)
        _cell(axes, _place_of_time(time_of_day), place_of_day(day), hours, hours / fullest if is_own else None)
    axes.set_xlim(0, _BLOCKS + (1.2 if has_other else 0))
    axes.set_ylim(days, 0)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    names = [*(day[:3] for day in DAYS), "other"][:days]
    axes.set_yticks([place + 0.5 for place in range(days)], names)
    axes.set_xticks(range(_BLOCKS + 1), [str(3 * block) for block in range(_BLOCKS + 1)])
    axes.set_xlabel("o'clock, where the viewer is")
    above(axes, "hours watched")
    if has_other:
        axes.text(_BLOCKS + 0.62, -0.24, "other", ha="center", va="bottom", color=MUTED)


def _cell(axes: Axes, x: float, y: float, hours: float, share: float | None) -> None:
    """Coloured by its share of the fullest cell; what is told together is no cell of the clock and has no colour."""
    colour = GRID if share is None else matplotlib.colors.to_hex(matplotlib.colormaps["cividis"](share))
    axes.add_patch(Rectangle((x + 0.03, y + 0.04), 0.94, 0.92, facecolor=colour, linewidth=0))
    ink = INK if share is None else readable_on(colour)
    axes.text(x + 0.5, y + 0.52, f"{hours:,.0f}", ha="center", va="center", color=ink)


def readable_on(colour: str) -> str:
    """White or near black, whichever stands out more by WCAG 2's contrast ratio."""
    luminance = _luminance(colour)
    against_white, against_black = 1.05 / (luminance + 0.05), (luminance + 0.05) / (_luminance(_BLACK) + 0.05)
    return _WHITE if against_white > against_black else _BLACK


def _luminance(colour: str) -> float:
    """Relative luminance. Source: Web Content Accessibility Guidelines 2.2, "relative luminance"."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in matplotlib.colors.to_rgb(colour)
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
