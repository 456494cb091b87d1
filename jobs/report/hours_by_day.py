"""Hours by day: the latest week among the last quarter of a year."""

from datetime import date, timedelta

import pandas as pd
from matplotlib.figure import Figure

from jobs.contracts.published import OTHER, VIEWING_DAILY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.report.drawing import BLUE, QUIET, above, drawn, panel, scale
from jobs.report.published_frames import PublishedFrames, largest
from jobs.report.section import Section, shown_rows, text
from jobs.report.wording import amount, whole

KEY, HEADING = "hours-by-day", "Hours by day"
_DEFINITION = "Watched hours of the plays that began on each UTC date. The last seven days are the latest week."
_TOGETHER = (
    " Hatched are days without a row of their own: their hours are told together, so that nobody can be told apart, "
    "and here spread evenly over them."
)
_SHOWN = {
    "week_start_date": ("week from", lambda day: day.isoformat()),
    "day": ("day", text),
    "watched_hours": ("hours", amount),
    "plays": ("plays", whole),
    "viewers": ("viewers", whole),
}


def hours_by_day(published: PublishedFrames) -> Section:
    rows = published.rows(VIEWING_DAILY)
    if rows.empty or published.week is None:
        absent = f"No day is shown: on none of the days of a released week did {SMALLEST_GROUP} people watch."
        return Section(KEY, HEADING, published.week_text, absent, _DEFINITION)
    message = _message(rows, published.week)
    picture = drawn(KEY, message, 200, lambda figure: _draw(figure, rows, published.weeks))
    latest_first = rows.sort_values(["week_start_date", "day"], ascending=[False, True])
    definition = _DEFINITION + (_TOGETHER if OTHER in set(rows["day"]) else "")
    return Section(KEY, HEADING, published.week_text, message, definition, picture, shown_rows(latest_first, _SHOWN))


def _message(rows: pd.DataFrame, week: date) -> str:
    latest = rows[rows["week_start_date"] == week]
    days = latest[latest["day"] != OTHER]
    if days.empty:
        return f"No single day of the week had {SMALLEST_GROUP} viewers of its own."
    fullest = largest(days, "watched_hours")
    of_week, of_day = amount(latest["watched_hours"].sum()), amount(fullest["watched_hours"])
    weekday = f"{date.fromisoformat(fullest['day']):%A}"
    return f"{of_week} hours were watched in the week, {of_day} of them on {weekday}, the fullest day told apart."


def daily_bars(rows: pd.DataFrame) -> list[tuple[date, float, bool]]:
    """One bar a day: its hours, and whether they are its share of those that are told together."""
    bars = []
    for week in sorted(set(rows["week_start_date"])):
        of_week = rows[rows["week_start_date"] == week]
        own = {
            date.fromisoformat(day): hours for day, hours in of_week[["day", "watched_hours"]].values if day != OTHER
        }
        bars += [(day, hours, False) for day, hours in own.items()]
        together = of_week.loc[of_week["day"] == OTHER, "watched_hours"].sum()
        others = [day for number in range(7) if (day := week + timedelta(days=number)) not in own]
        bars += [(day, together / len(others), True) for day in others if together]
    return sorted(bars)


def _draw(figure: Figure, rows: pd.DataFrame, weeks: tuple[date, ...]) -> None:
    axes = panel(figure, left=40, top=26, right=4, bottom=24)
    bars = daily_bars(rows)
    latest = weeks[-1]
    first = min(rows["week_start_date"])
    for day, hours, is_together in bars:
        axes.bar(
            (day - first).days,
            hours,
            width=0.78,
            color="none" if is_together else BLUE if day >= latest else QUIET,
            edgecolor=BLUE if day >= latest else QUIET,
            linewidth=0.8 if is_together else 0,
            hatch="////" if is_together else None,
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
