"""The released rows that the report shows, at the versions that `gold.publications` names. Starts no Spark."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from jobs.config import Settings
from jobs.contracts.published import (
    EXPORTED_TABLES,
    RELEASES,
    TITLE_MOMENTS_WEEKLY,
    VIEWING_CLOCK_WEEKLY,
)
from jobs.contracts.table import Period, Table
from jobs.report.wording import week_text
from jobs.storage.stored_tables import open_table, published_versions

# A quarter of a year: as many bars a day as are still told apart on a phone.
MOST_WEEKS = 13
EXITS = "exits"
Filters = list[tuple[str, str, Any]]


@dataclass(frozen=True)
class PublishedFrames:
    """What is shown: the latest week and month; of all `weeks`, ascending, when they were watched."""

    weeks: tuple[date, ...]
    month: date | None
    frames: Mapping[str, pd.DataFrame]

    @property
    def week(self) -> date | None:
        return self.weeks[-1] if self.weeks else None

    @property
    def week_text(self) -> str:
        return week_text(self.week) if self.week else "no week yet"

    def rows(self, table: Table) -> pd.DataFrame:
        """In the order of the table's key, so that the same rows make the same page."""
        return self.frames[table.full_name]


def read_published(settings: Settings) -> PublishedFrames:
    """Everything that the report shows. No weeks and no month where nothing was released yet."""
    versions = published_versions(settings)
    releases = _read(settings, RELEASES, versions, [])
    weeks = tuple(sorted(releases.loc[releases["period"] == "week", "period_start_date"])[-MOST_WEEKS:])
    month = max(releases.loc[releases["period"] == "month", "period_start_date"], default=None)
    shown = {table: _filters(table, weeks, month) for table in EXPORTED_TABLES}
    if (of_week := shown[TITLE_MOMENTS_WEEKLY]) is not None:
        shown[TITLE_MOMENTS_WEEKLY] = [*of_week, ("title_id", "=", _most_left_title(settings, versions, of_week))]
    frames = {
        table.full_name: _read(settings, table, versions, filters)
        for table, filters in shown.items()
        if filters is not None
    }
    nothing = {table.full_name: pd.DataFrame(columns=table.column_names) for table in EXPORTED_TABLES}
    return PublishedFrames(weeks, month, nothing | frames)


def largest(rows: pd.DataFrame, column: str) -> Any:
    """The row with the largest value, the first of several: its values by column name."""
    return rows.loc[rows[column].idxmax()]


def each(rows: pd.DataFrame) -> Iterable[Any]:
    """The rows one by one: a value is the attribute that its column is called."""
    return rows.itertuples(index=False, name="Row")


def _filters(table: Table, weeks: tuple[date, ...], month: date | None) -> Filters | None:
    """Which rows of the table are shown; None for none of them."""
    if table.period == Period.ALL:
        return []
    if table.period == Period.MONTH:
        return [("month_start_date", "=", month)] if month else None
    assert table.period == Period.WEEK, table.full_name
    shown = weeks if table == VIEWING_CLOCK_WEEKLY else weeks[-1:]
    return [("week_start_date", "in", list(shown))] if shown else None


def _most_left_title(settings: Settings, versions: Mapping[str, int], of_week: Filters) -> str:
    """The title with most exits: a week has many stretches of titles, and one title is shown. Empty without exits."""
    version = versions.get(TITLE_MOMENTS_WEEKLY.full_name)
    if version is None:
        return ""
    stored = open_table(settings, TITLE_MOMENTS_WEEKLY, version)
    exits = stored.to_pyarrow_table(columns=["title_id", "times"], filters=[*of_week, ("measure", "=", EXITS)])
    most_first = [("times_sum", "descending"), ("title_id", "ascending")]
    titles = exits.group_by("title_id").aggregate([("times", "sum")]).sort_by(most_first)["title_id"].to_pylist()
    return titles[0] if titles else ""


def _read(settings: Settings, table: Table, versions: Mapping[str, int], filters: Filters) -> pd.DataFrame:
    version = versions.get(table.full_name)
    if version is None:
        return pd.DataFrame(columns=table.column_names)
    stored = open_table(settings, table, version)
    rows: pd.DataFrame = stored.to_pyarrow_table(columns=table.column_names, filters=filters or None).to_pandas()
    return rows.sort_values(list(table.key), kind="stable", ignore_index=True)
