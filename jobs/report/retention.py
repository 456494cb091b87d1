"""How long subscribers stay, plan by plan."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from jobs.contracts.published import OTHER, RETENTION_MONTHLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.report.drawing import BLUE, GREEN, INK, ORANGE, PURPLE, QUIET, VERMILLION, above, drawn, panel, scale
from jobs.report.published_frames import PublishedFrames, largest
from jobs.report.section import Section, shown_rows, text
from jobs.report.wording import day_text, percent, quoted, short_name, whole
from jobs.wording import counted

KEY, HEADING = "retention", "Who stays, by plan"
_DEFINITION = (
    "Estimated share of those who signed up that still subscribes so many months later (Kaplan–Meier), with its 95 % "
    f"interval. A step is a third month by which at least {SMALLEST_GROUP} more had left; between two steps "
    "the curve does not say when. A plan without a step is not drawn."
)
_STYLES = (
    ("-", "o", BLUE),
    ("--", "s", VERMILLION),
    (":", "^", GREEN),
    ("-.", "D", PURPLE),
    ((0, (1, 3)), "v", ORANGE),
)
_HEIGHT = 262
# Of the curve's height: two labels that are closer touch.
_LABEL_HEIGHT = 15 / 192
_SHOWN = {
    "plan": ("plan", text),
    "months_since": ("months", whole),
    "kept_share": ("still subscribe", percent),
    "kept_share_low": ("from", percent),
    "kept_share_high": ("to", percent),
}


def retention(published: PublishedFrames) -> Section:
    rows = published.rows(RETENTION_MONTHLY)
    if not (rows["months_since"] > 0).any():
        absent = (
            f"No curve is shown: of no plan have {SMALLEST_GROUP} left while as many stay, or the source says nothing "
            "of subscriptions."
        )
        return Section(KEY, HEADING, "", absent, _DEFINITION, rows=shown_rows(rows, _SHOWN))
    with_steps = rows[rows["plan"].isin(rows.loc[rows["months_since"] > 0, "plan"])]
    is_named = (rows["plan"] != OTHER) & (rows["months_since"] > 0)
    furthest = largest(rows[is_named] if is_named.any() else rows, "months_since")
    message = (
        f"Of those who signed up for {quoted(_plan(furthest['plan']))}, an estimated {percent(furthest['kept_share'])} "
        f"still subscribe after {counted(int(furthest['months_since']), 'month')}."
    )
    period = f"as of {day_text(furthest['as_of_date'])}"
    picture = drawn(KEY, message, _HEIGHT, lambda figure: _draw(figure, with_steps))
    return Section(KEY, HEADING, period, message, _DEFINITION, picture, shown_rows(rows, _SHOWN))


def _plan(plan: str) -> str:
    return "others" if plan == OTHER else plan


def spread(heights: Mapping[str, float], distance: float, top: float) -> dict[str, float]:
    """The heights of labels, moved as little as keeps that distance between any two, and none above the top."""
    placed: dict[str, float] = {}
    in_order = sorted(heights, key=lambda name: (heights[name], name))
    lowest, highest = float("-inf"), top
    for name in in_order:
        lowest = placed[name] = max(heights[name], lowest + distance)
    for name in reversed(in_order):
        placed[name] = min(placed[name], highest)
        highest = placed[name] - distance
    return placed


def _draw(figure: Figure, rows: pd.DataFrame) -> None:
    axes = panel(figure, left=44, top=26, right=112, bottom=44)
    plans = sorted(set(rows["plan"]), key=lambda plan: (plan == OTHER, plan))
    curves = {plan: rows[rows["plan"] == plan] for plan in plans}
    last_month = rows["months_since"].max()
    bottom = min(0.9, rows[["kept_share", "kept_share_low"]].min().min() - 0.03)
    height = max(0.0, bottom), 1.0
    ends = {plan: float(of_plan["kept_share"].iloc[-1]) for plan, of_plan in curves.items()}
    labels = spread(ends, _LABEL_HEIGHT * (height[1] - height[0]), top=height[1])
    for number, (plan, of_plan) in enumerate(curves.items()):
        line, marker, colour = _STYLES[number % len(_STYLES)]
        months, kept = of_plan["months_since"], of_plan["kept_share"]
        axes.step(months, kept, where="post", color=colour, linestyle=line, linewidth=1.8)
        axes.plot(months[months > 0], kept[months > 0], marker, color=colour, markersize=5)
        has_interval = of_plan["kept_share_low"].notna()
        axes.vlines(
            months[has_interval],
            of_plan["kept_share_low"][has_interval],
            of_plan["kept_share_high"][has_interval],
            color=colour,
            linewidth=1.1,
        )
        label = f"{short_name(_plan(plan), 10)}, {percent(ends[plan])}"
        axes.annotate(
            label,
            (months.iloc[-1], ends[plan]),
            (last_month * 1.05, labels[plan]),
            va="center",
            color=INK,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.8, "shrinkA": 1, "shrinkB": 4},
        )
    above(axes, "still subscribe")
    axes.set_xlim(0, last_month * 1.02)
    axes.set_ylim(height[0], height[1] + 0.005)
    scale(axes.yaxis, 5, is_share=True)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.grid(axis="y")
    axes.set_xlabel("months since signing up")
