"""Bars with their names above them, which leaves the whole width of a phone to the bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jobs.report.drawing import BLUE, INK, MUTED, WIDTH, keep_labels_inside, panel, scale
from jobs.report.wording import short_name

ROW = 34
FOOT = 40
# Of a letter of average width; wider than what browsers show.
_LETTER_WIDTH = 6.7


@dataclass(frozen=True)
class NamedBar:
    """`note` are its figures in words, at the right end of its name's line."""

    name: str
    note: str
    length: float


def height_of(rows: int) -> float:
    return rows * ROW + FOOT


def name_line(axes: Axes, place: float, name: str, note: str) -> None:
    """Name and note above the bar at that place, as much of the name as the note leaves room for."""
    room = int((WIDTH - 12 - _LETTER_WIDTH * len(note)) / _LETTER_WIDTH)
    across = axes.get_yaxis_transform()
    axes.text(0, place - 0.12, short_name(name, room), transform=across, va="bottom", color=INK)
    axes.text(1, place - 0.12, note, transform=across, ha="right", va="bottom", color=MUTED)


def draw_named_bars(figure: Figure, bars: Sequence[NamedBar], unit: str) -> None:
    """From the top down, in the order given."""
    axes = panel(figure, left=1, top=2, right=4, bottom=FOOT)
    for place, bar in enumerate(bars):
        axes.barh(place + 0.12, bar.length, height=0.3, color=BLUE)
        name_line(axes, place, bar.name, bar.note)
    axes.set_ylim(len(bars) - 0.55, -0.62)
    axes.set_xlim(left=0)
    name_scale(axes, unit)


def name_scale(axes: Axes, unit: str) -> None:
    """Says below the bars what their length means."""
    axes.set_yticks([])
    scale(axes.xaxis, 5)
    axes.set_xlabel(unit)
    keep_labels_inside(axes)
