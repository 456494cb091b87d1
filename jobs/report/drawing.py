"""Pictures as SVG that is part of the page: in its colours, light or dark, in its letters, and the same every time."""

import io
import warnings
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

# Pixels: a phone of 390 without the page's margins. There, a letter has the size that it is drawn in.
WIDTH = 358
LETTER = 11
# Unbroken colours of Okabe and Ito, and greys. `page.css` has each of them twice: for light and for dark.
INK, MUTED, GRID, QUIET, PAPER = "#1b2026", "#59636e", "#dde2e6", "#a9b2bb", "#fdfdfc"
BLUE, ORANGE, GREEN, VERMILLION, SKY, PURPLE = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7"
VARIABLES = {
    INK: "ink",
    MUTED: "muted",
    GRID: "grid",
    QUIET: "quiet",
    PAPER: "paper",
    BLUE: "blue",
    ORANGE: "orange",
    GREEN: "green",
    VERMILLION: "vermillion",
    SKY: "sky",
    PURPLE: "purple",
}
_STYLE: dict[Any, Any] = {
    # Letters, not outlines of them: any script that the reader's machine can show, and a smaller page.
    "svg.fonttype": "none",
    # A dollar in a name is a dollar.
    "text.parse_math": False,
    # It comes with matplotlib, so that widths are the same everywhere, and is wider than what browsers have.
    "font.family": "DejaVu Sans",
    "font.size": LETTER,
    "axes.labelsize": LETTER,
    "xtick.labelsize": LETTER,
    "ytick.labelsize": LETTER,
    "legend.fontsize": LETTER,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "axes.edgecolor": GRID,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "ytick.major.size": 0,
    "xtick.major.size": 3,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "hatch.linewidth": 0.8,
    "legend.frameon": False,
    "legend.handlelength": 1.2,
    "legend.handletextpad": 0.5,
    "legend.borderaxespad": 0.0,
    "legend.borderpad": 0.0,
    "legend.columnspacing": 1.4,
}
_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"


def drawn(name: str, label: str, height: float, draw: Callable[[Figure], None]) -> Markup:
    """The picture that `draw` makes, `height` pixels high, as an `<svg>` for the page that says `label` to a reader.

    `name` is its own on the page: marks that the picture refers to begin with it.
    """
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": name}), warnings.catch_warnings():
        # The browser finds a font that has the letter.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
        draw(figure)
        written = io.BytesIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    return Markup(_as_part_of_a_page(ElementTree.fromstring(written.getvalue()), name, label))


def panel(figure: Figure, left: float, top: float, right: float, bottom: float) -> Axes:
    """Axes with these pixels of margin between them and the figure's edges."""
    width, height = (72 * inches for inches in figure.get_size_inches())
    return figure.add_axes(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )


def above(axes: Axes, words: str, lift: float = 6) -> None:
    """Says above the axes what their height means, where it needs no turned letters."""
    axes.annotate(
        words, (0, 1), (0, lift), xycoords="axes fraction", textcoords="offset points", color=MUTED, va="bottom"
    )


def scale(axis: Axis, most: int, *, is_share: bool = False) -> None:
    """At most so many round steps, written as figures or, of shares, as per cent."""
    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g} %" if is_share else f"{value:,g}"))


def keep_labels_inside(axes: Axes) -> None:
    """Moves the labels at the ends of the scale inwards, where a picture's edge would cut them. The limits are set."""
    low, high = axes.get_xlim()
    for label in axes.get_xticklabels():
        share = (label.get_position()[0] - low) / (high - low)
        label.set_horizontalalignment("left" if share < 0.03 else "right" if share > 0.97 else "center")


def _as_part_of_a_page(svg: ElementTree.Element, name: str, label: str) -> str:
    """Without what only a file of its own needs, and with ids that no other picture of the page has."""
    references = " ".join(value for element in svg.iter() for value in element.attrib.values() if "#" in value)
    for element in list(svg.iter()):
        for child in list(element):
            if child.tag in (f"{_SVG}metadata", f"{_SVG}style"):
                element.remove(child)
        element.tag = element.tag.removeprefix(_SVG)
        if f"{_XLINK}href" in element.attrib:
            element.set("href", element.attrib.pop(f"{_XLINK}href").replace("#", f"#{name}-"))
        for key, value in element.attrib.items():
            element.set(key, _in_the_colours_of_the_page(value.replace("url(#", f"url(#{name}-")))
        own_id = element.attrib.pop("id", None)
        if own_id and f"#{own_id}" in references:
            element.set("id", f"{name}-{own_id}")
    for attribute in ("width", "height", "version"):
        svg.attrib.pop(attribute, None)
    svg.set("role", "img")
    svg.set("aria-label", label)
    return ElementTree.tostring(svg, encoding="unicode")


def _in_the_colours_of_the_page(value: str) -> str:
    for colour, variable in VARIABLES.items():
        value = value.replace(colour, f"var(--{variable})")
    return value
