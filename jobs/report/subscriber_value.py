"""What one subscriber is worth, region by region: what they will pay, less what serving costs, and what data adds."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jobs.contracts.published import FEWEST_SUBSCRIBERS, OTHER, SUBSCRIBER_VALUE_MONTHLY
from jobs.report.drawing import BLUE, GREEN, INK, ORANGE, PAPER, drawn, panel
from jobs.report.named_bars import FOOT, ROW, name_line, name_scale
from jobs.report.published_frames import PublishedFrames
from jobs.report.section import Section, shown_rows, text
from jobs.report.wording import amount, money, month_text, region_text, whole

KEY, HEADING = "subscriber-value", "What a subscriber is worth, by region"
_DEFINITION = (
    "Estimates, as means of one subscriber over the months to come: what they are expected to pay, less what it costs "
    "to serve them, and what their data adds to everybody's recommendations. The line is the 95 % interval of the sum. "
    "The demand that they show tells of the titles, and is not in it."
)
_LESS_COSTS = "less_costs"
_PARTS = {
    "direct_value_mean": ("will pay", BLUE, ""),
    "teaching_value_mean": ("data adds", ORANGE, "////"),
    _LESS_COSTS: ("costs to serve", GREEN, "\\\\\\\\"),
}
_MOST_REGIONS = 10
_HEAD = 20
_SHOWN = {
    "place": ("region", text),
    "currency": ("currency", text),
    "value_mean": ("worth, mean", amount),
    "value_mean_low": ("from", amount),
    "value_mean_high": ("to", amount),
    "direct_value_mean": ("will pay", amount),
    "serving_cost_mean": ("costs to serve", amount),
    "teaching_value_mean": ("data adds", amount),
    "demand_value_mean": ("demand shown, not in the sum", amount),
    "subscribers": ("subscribers", whole),
    "revenue_total": ("revenue of the month", amount),
    "revenue_mean": ("revenue of one", amount),
}


def subscriber_value(published: PublishedFrames) -> Section:
    rows = published.rows(SUBSCRIBER_VALUE_MONTHLY).sort_values("subscribers", ascending=False, kind="stable")
    rows = rows.assign(place=[region_text(*place) for place in rows[["country", "region"]].itertuples(index=False)])
    rows[_LESS_COSTS] = -rows["serving_cost_mean"].astype(float)
    rows["revenue_mean"] = rows["revenue_total"] / rows["subscribers"]
    period = month_text(published.month) if published.month else "no month yet"
    # What an earlier version released is a sum of other parts.
    valued = rows.dropna(subset=["value_mean", "serving_cost_mean"]).head(_MOST_REGIONS)
    if valued.empty:
        absent = (
            f"No region is shown: no whole month was released, {FEWEST_SUBSCRIBERS} people paid in none of them, the "
            "same people as before but for a few paid in each, or the source says nothing of subscriptions."
        )
        return Section(KEY, HEADING, period, absent, _DEFINITION, rows=shown_rows(rows, _SHOWN))
    named = valued[valued["region"] != OTHER]
    first = (valued if named.empty else named).iloc[0]
    message = (
        f"In {first['place']}, which has most subscribers of those shown, one of them paid "
        f"{money(first['revenue_mean'], first['currency'])} in the month, and over the months to come is worth an "
        f"estimated {money(first['value_mean'], first['currency'])}{_interval(first)}."
    )
    # Sums of different currencies have no axis in common.
    of_currency = [of_one for _, of_one in valued.groupby("currency")]
    height = _HEAD + sum(_height(of_one) for of_one in of_currency)
    picture = drawn(KEY, message, height, lambda figure: _draw(figure, of_currency, height))
    return Section(KEY, HEADING, period, message, _DEFINITION, picture, shown_rows(rows, _SHOWN))


def _interval(row: pd.Series) -> str:
    if pd.isna(row["value_mean_low"]) or pd.isna(row["value_mean_high"]):
        return ""
    return f" (95 % interval {amount(row['value_mean_low'])} to {amount(row['value_mean_high'])})"


def _height(rows: pd.DataFrame) -> int:
    return ROW * len(rows) + FOOT


def _draw(figure: Figure, of_currency: list[pd.DataFrame], height: float) -> None:
    top = _HEAD
    for rows in of_currency:
        axes = panel(figure, left=1, top=top, right=6, bottom=height - top - _height(rows) + FOOT)
        top += _height(rows)
        _stacked(axes, rows)
        axes.set_ylim(len(rows) - 0.55, -0.62)
        name_scale(axes, f"{rows['currency'].iloc[0]} a subscriber")
    handles, names = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="upper left", bbox_to_anchor=(0, 1 - 3 / height), ncols=3)


def _stacked(axes: Axes, rows: pd.DataFrame) -> None:
    """A part below zero begins at the left of it."""
    for place, (_, row) in enumerate(rows.iterrows()):
        ends = {True: 0.0, False: 0.0}
        for part, (name, colour, hatch) in _PARTS.items():
            value = 0.0 if pd.isna(row[part]) else float(row[part])
            axes.barh(
                place + 0.08,
                value,
                left=ends[value < 0],
                height=0.26,
                color=colour,
                hatch=hatch,
                edgecolor=PAPER,
                linewidth=0.6,
                label=name if place == 0 else None,
            )
            ends[value < 0] += value
        if _interval(row):
            axes.plot(
                [row["value_mean_low"], row["value_mean_high"]], [place + 0.33] * 2, "|-", color=INK, markersize=6
            )
            axes.plot(row["value_mean"], place + 0.33, "o", color=INK, markersize=4)
        name_line(axes, place, row["place"], f"{money(row['value_mean'], row['currency'])}{_range(row)}")
    if axes.get_xlim()[0] < 0:
        axes.axvline(0, color=INK, linewidth=0.8)


def _range(row: pd.Series) -> str:
    return f" ({amount(row['value_mean_low'])}–{amount(row['value_mean_high'])})" if _interval(row) else ""
