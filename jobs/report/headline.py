"""The figures at the top of the page."""

from dataclasses import dataclass

import pandas as pd

from jobs.contracts.published import EXPORTED_TABLES, OTHER, TITLE_VIEWING_WEEKLY, VIEWING_DAILY
from jobs.report.published_frames import PublishedFrames
from jobs.report.wording import NOTHING, amount, whole

_PEOPLE = ("viewers", "subscribers")


@dataclass(frozen=True)
class Figure:
    """One figure, and what it is of."""

    value: str
    meaning: str


def headline(published: PublishedFrames) -> list[Figure]:
    days = published.rows(VIEWING_DAILY)
    of_week = days[days["week_start_date"] == published.week]
    titles = published.rows(TITLE_VIEWING_WEEKLY)
    # A week that is released may have no day with enough people.
    weeks = days["week_start_date"].nunique()
    smallest = smallest_group(published)
    return [
        Figure(amount(of_week["watched_hours"].sum()) if len(of_week) else NOTHING, "hours watched in the week"),
        Figure(whole(of_week["plays"].sum()) if len(of_week) else NOTHING, "plays in the week"),
        Figure(whole((titles["title_id"] != OTHER).sum()), "titles with a row of their own"),
        Figure(whole(weeks), "week shown" if weeks == 1 else "weeks shown"),
        Figure(NOTHING if smallest is None else whole(smallest), "people behind the smallest row"),
    ]


def smallest_group(published: PublishedFrames) -> int | None:
    """The fewest people of any row on the page that says how many it is of; None where no row is shown."""
    counts = [
        published.rows(table)[name] for table in EXPORTED_TABLES for name in _PEOPLE if name in table.column_names
    ]
    people = pd.concat([count for count in counts if len(count)]) if any(map(len, counts)) else None
    return None if people is None else int(people.min())
