"""The figures at the top of the page."""

from dataclasses import dataclass

import pandas as pd

from jobs.contracts.published import EXPORTED_TABLES, OTHER, TITLE_VIEWING_WEEKLY
from jobs.report.published_frames import PublishedFrames
from jobs.report.wording import NOTHING, amount, percent, whole

_PEOPLE = ("viewers", "subscribers")


@dataclass(frozen=True)
class Figure:
    """One figure, and what it is of."""

    value: str
    meaning: str


def headline(published: PublishedFrames) -> list[Figure]:
    titles = published.rows(TITLE_VIEWING_WEEKLY)
    own = titles[titles["title_id"] != OTHER]
    hours = titles["watched_hours"].sum()
    smallest = smallest_group(published)
    weeks = len(published.weeks)
    return [
        Figure(amount(hours) if len(titles) else NOTHING, "hours watched in the week"),
        Figure(percent(own["watched_hours"].sum() / hours) if hours else NOTHING, "of them told by title"),
        Figure(whole(len(own)), "titles with a row of their own"),
        Figure(whole(weeks), "week released" if weeks == 1 else "weeks released"),
        Figure(NOTHING if smallest is None else whole(smallest), "people behind the smallest row"),
    ]


def smallest_group(published: PublishedFrames) -> int | None:
    """The fewest people of any row on the page that says how many it is of; None where no row is shown."""
    counts = [
        published.rows(table)[name] for table in EXPORTED_TABLES for name in _PEOPLE if name in table.column_names
    ]
    people = pd.concat([count for count in counts if len(count)]) if any(map(len, counts)) else None
    return None if people is None else int(people.min())
