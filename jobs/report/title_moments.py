"""Where in a title people leave: the title of the week with most exits."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator

from jobs.contracts.published import TITLE_MOMENTS_WEEKLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.report.drawing import BLUE, VERMILLION, above, drawn, keep_labels_inside, panel, scale
from jobs.report.published_frames import EXITS, PublishedFrames, largest
from jobs.report.section import Section, shown_rows, text
from jobs.report.wording import amount, media_time, quoted, whole

KEY, HEADING = "title-moments", "A title, moment by moment"
# In this order, below the exits.
_OTHER_MEASURES = {
    "pauses": "pauses a minute",
    "rewatches": "watched again, times a minute",
    "skips_over": "skipped, times a minute",
    "stalls": "stalls a minute",
}
_DEFINITION = (
    "The title with most exits in the week: plays that ended before it was over, per minute of the title. A step is "
    f"the title, or a half, quarter, eighth or sixteenth of it, as {SMALLEST_GROUP} different people allow."
)
_HEAD, _EXITS, _SMALL, _FOOT = 42, 124, 58, 40
_MINUTES_BETWEEN_TICKS = (1, 2, 5, 10, 15, 20, 30, 60, 120)
_SHOWN = {
    "measure": ("what", text),
    "from_seconds": ("from", media_time),
    "to_seconds": ("to", media_time),
    "times": ("times", whole),
    "per_minute": ("per minute", amount),
    "viewers": ("viewers", whole),
}


@dataclass(frozen=True)
class Place:
    """A stretch of the title, and how densely people leave in it."""

    from_seconds: float
    to_seconds: float
    per_minute: float

    def __str__(self) -> str:
        return f"{media_time(self.from_seconds)}–{media_time(self.to_seconds)}"


def title_moments(published: PublishedFrames) -> Section:
    rows = published.rows(TITLE_MOMENTS_WEEKLY)
    exits = rows[rows["measure"] == EXITS]
    if exits.empty:
        absent = (
            f"No title is shown: none of them was left before its end by {SMALLEST_GROUP} people, or the source does "
            "not say where in a title something happened."
        )
        return Section(KEY, HEADING, published.week_text, absent, _DEFINITION)
    of_title = with_density(rows)
    left = of_title[of_title["measure"] == EXITS]
    densest = largest(left, "per_minute")
    place = Place(densest["from_seconds"], densest["to_seconds"], densest["per_minute"])
    elsewhere = " more often than elsewhere" if len(left) > 1 else ""
    message = (
        f"People leave {quoted(densest['name'])} between {media_time(place.from_seconds)} and "
        f"{media_time(place.to_seconds)}{elsewhere}: {amount(place.per_minute)} exits a minute."
    )
    measures = [name for name in _OTHER_MEASURES if (of_title["measure"] == name).any()]
    height = _HEAD + _EXITS + len(measures) * _SMALL + _FOOT
    picture = drawn(KEY, message, height, lambda figure: _draw(figure, of_title, measures, place))
    return Section(KEY, HEADING, published.week_text, message, _DEFINITION, picture, shown_rows(of_title, _SHOWN))


def with_density(rows: pd.DataFrame) -> pd.DataFrame:
    """Adds `per_minute`: times / length of the stretch in minutes, so that long and short stretches compare."""
    minutes = (rows["to_seconds"] - rows["from_seconds"]) / 60
    return rows.assign(per_minute=rows["times"] / minutes)


def _draw(figure: Figure, rows: pd.DataFrame, measures: list[str], place: Place) -> None:
    runtime = float(rows["to_seconds"].max())
    height = _HEAD + _EXITS + len(measures) * _SMALL + _FOOT
    exits = panel(figure, left=36, top=_HEAD, right=8, bottom=height - _HEAD - _EXITS)
    _steps(exits, rows[rows["measure"] == EXITS], VERMILLION, 0.22)
    above(exits, "exits a minute", lift=20)
    _mark(exits, place, runtime)
    lowest = exits
    for number, measure in enumerate(measures):
        top = _HEAD + _EXITS + number * _SMALL + 26
        lowest = panel(figure, left=36, top=top, right=8, bottom=height - top - _SMALL + 26)
        _steps(lowest, rows[rows["measure"] == measure], BLUE, 0.15)
        above(lowest, _OTHER_MEASURES[measure], lift=4)
    for axes in figure.axes:
        axes.set_xlim(0, runtime)
        axes.set_ylim(bottom=0)
        axes.grid(axis="y")
        scale(axes.yaxis, 4 if axes is exits else 1)
        between = next((m for m in _MINUTES_BETWEEN_TICKS if runtime / 60 / m <= 6), _MINUTES_BETWEEN_TICKS[-1])
        axes.xaxis.set_major_locator(MultipleLocator(60 * between))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda position, _: media_time(position)))
        axes.tick_params(labelbottom=axes is lowest)
        keep_labels_inside(axes)
    lowest.set_xlabel("place in the title, minutes:seconds")


def _steps(axes: Axes, rows: pd.DataFrame, colour: str, opacity: float) -> None:
    """One level a stretch; stretches that touch are joined, and nothing is drawn where there is none."""
    touches = rows["from_seconds"].eq(rows["to_seconds"].shift())
    for _, run in rows.groupby((~touches).cumsum()):
        edges = [*run["from_seconds"], run["to_seconds"].iloc[-1]]
        axes.stairs(run["per_minute"], edges, fill=True, color=colour, alpha=opacity, linewidth=0)
        axes.stairs(run["per_minute"], edges, color=colour, linewidth=1.3)


def _mark(axes: Axes, place: Place, runtime: float) -> None:
    """Says above the densest stretch that it is that."""
    middle = (place.from_seconds + place.to_seconds) / 2
    is_left = middle < runtime / 2
    axes.axvspan(place.from_seconds, place.to_seconds, color=VERMILLION, alpha=0.14, linewidth=0)
    axes.annotate(
        f"▾ densest here, {place}" if is_left else f"densest here, {place} ▾",
        (middle, 1),
        (-5 if is_left else 5, 3),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="left" if is_left else "right",
        color=VERMILLION,
    )
