"""Hours by day: the latest week among the last quarter of a year. They are sums of the parts of titles."""

from datetime import date, timedelta

import pandas as pd
from matplotlib.figure import Figure

from jobs.contracts.published import OTHER, VIEWING_CLOCK_WEEKLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.report.drawing import BLUE, QUIET, above, drawn, panel, scale
from jobs.report.published_frames import PublishedFrames, largest
from jobs.report.section import Section, shown_rows, text
from jobs.report.wording import DAYS, amount, place_of_day

KEY, HEADING = "hours-by-day", "Hours by day"
_DEFINITION = (
    "Watched hours by the day on which the play began, on the viewers' own clocks. The last seven days are the latest "
    "week."
)
_TOGETHER = (
    " Hatched are hours whose day is not told, so that nobody can be told apart: here they are spread evenly over the "
    "week."
)
_SHOWN = {
    "week_start_date": ("week from", lambda day: day.isoformat()),
    "local_day": ("day", text),
    "watched_hours": ("hours", amount),
}


def hours_by_day(published: PublishedFrames) -> Section:
    rows = hours_of_days(published.rows(VIEWING_CLOCK_WEEKLY))
    if rows.empty or published.week is None:
        absent = f"No day is shown: of none of the released weeks can the hours of {SMALLEST_GROUP} people be told."
        return Section(KEY, HEADING, published.week_text, absent, _DEFINITION)
    message = _message(rows, published.week)
    picture = drawn(KEY, message, 200, lambda figure: _draw(figure, rows, published.weeks))
    latest_first = rows.sort_values("week_start_date", ascending=False, kind="stable")
    definition = _DEFINITION + (_TOGETHER if OTHER in set(rows["local_day"]) else "")
    return Section(KEY, HEADING, published.week_text, message, definition, picture, shown_rows(latest_first, _SHOWN))


def hours_of_days(parts: pd.DataFrame) -> pd.DataFrame:
    """One row a week and day, in their order; last in a week the hours whose day is not told."""
    rows = parts.groupby(["week_start_date", "local_day"])[["watched_hours"]].sum().reset_index()
    rows["place"] = rows["local_day"].map(place_of_day)
    return rows.sort_values(["week_start_date", "place"], ignore_index=True)


def _message(rows: pd.DataFrame, week: date) -> str:
    latest = rows[rows["week_start_date"] == week]
    days = latest[latest["local_day"] != OTHER]
    if days.empty:
        return f"No single day of the week had {SMALLEST_GROUP} viewers of its own."
    fullest = largest(days, "watched_hours")
    of_week, of_day = amount(latest["watched_hours"].sum()), amount(fullest["watched_hours"])
    return f"{of_week} hours were watched in the week; most are told of {fullest['local_day']}: {of_day}."


def daily_bars(rows: pd.DataFrame) -> list[tuple[date, float, float]]:
    """One bar a day: the hours that are told of it, and its even share of those whose day is not told."""
    bars = []
    for week in sorted(set(rows["week_start_date"])):
        of_week = rows[rows["week_start_date"] == week].set_index("local_day")["watched_hours"]
        together = of_week.get(OTHER, 0.0) / len(DAYS)
        bars += [(week + timedelta(days=n), of_week.get(day, 0.0), together) for n, day in enumerate(DAYS)]
    return bars


def _draw(figure: Figure, rows: pd.DataFrame, weeks: tuple[date, ...]) -> None:
    axes = panel(figure, left=40, top=26, right=4, bottom=24)
    bars = daily_bars(rows)
    latest = weeks[-1]
    first = min(rows["week_start_date"])
    for day, hours, together in bars:
        place, colour = (day - first).days, BLUE if day >= latest else QUIET
        axes.bar(place, hours, width=0.78, color=colour, linewidth=0)
        if together:
            axes.bar(
                place, together, bottom=hours, width=0.78, color="none", edgecolor=colour, linewidth=0.8, hatch="////"
            )
    above(axes, "hours a day")
    axes.grid(axis="y")
    scale(axes.yaxis, 4)
    mondays = [week for week in weeks if week >= first]
    if len(mondays) == 1:
        days = [latest + timedelta(days=number) for number in range(7)]
        axes.set_xticks(range(7), [f"{day:%a}" for day in days])
    else:
        every = -(-len(mondays) // 5)
        named = mondays[::-1][::every]
        axes.set_xticks([(day - first).days for day in named], [f"{day.day} {day:%b}" for day in named])
    axes.set_xlim(-0.6, (latest - first).days + 6.6)
