"""How much of the week stands in rows called OTHER: what the report cannot show one by one."""

from dataclasses import dataclass

from jobs.contracts.published import OTHER, TITLE_VIEWING_WEEKLY, VIEWING_CLOCK_WEEKLY
from jobs.contracts.table import Table
from jobs.report.published_frames import PublishedFrames
from jobs.report.wording import amount, percent

# What has hours, and the labels that may be OTHER in it.
_FOLDED: dict[str, tuple[Table, tuple[str, ...]]] = {
    "titles": (TITLE_VIEWING_WEEKLY, ("title_id",)),
    "days": (VIEWING_CLOCK_WEEKLY, ("local_day",)),
    "clock": (VIEWING_CLOCK_WEEKLY, ("local_day", "time_of_day")),
}


@dataclass(frozen=True)
class Folded:
    """Of one table: the hours in rows called OTHER, and their share of its hours, in words and between 0 and 1."""

    name: str
    hours: str
    share_text: str
    share: float


def folded(published: PublishedFrames) -> list[Folded]:
    """A line for each table of the week that has hours."""
    lines = []
    for name, (table, labels) in _FOLDED.items():
        rows = published.rows(table)
        rows = rows[rows["week_start_date"] == published.week]
        hours = rows["watched_hours"].sum()
        if hours:
            in_other = rows.loc[(rows[list(labels)] == OTHER).any(axis=1), "watched_hours"].sum()
            lines.append(Folded(name, amount(in_other), percent(in_other / hours), float(in_other / hours)))
    return lines
