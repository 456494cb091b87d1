"""Released rows without a lake: what sections are made from, and what they say."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from jobs.contracts.published import EXPORTED_TABLES
from jobs.contracts.table import Table
from jobs.report.published_frames import PublishedFrames
from jobs.report.section import Section

WEEK = date(2026, 6, 8)
MAY = date(2026, 5, 1)
# What every row of a title has.
VIEWED = {"viewers": 12}


def frames(rows_of: Mapping[Table, Sequence[Mapping[str, Any]]], weeks: tuple[date, ...] = (WEEK,)) -> PublishedFrames:
    """The rows of the week `WEEK` and of May, where they do not say otherwise; the other tables have none."""
    usual = {"week_start_date": WEEK, "month_start_date": MAY}
    made = {
        table.full_name: pd.DataFrame([usual | dict(row) for row in rows_of.get(table, [])], columns=table.column_names)
        for table in EXPORTED_TABLES
    }
    return PublishedFrames(weeks, MAY, made)


def cells(section: Section) -> list[tuple[str, ...]]:
    """The rows of the section's table, in words."""
    assert section.rows is not None
    return list(section.rows.cells)


def words(section: Section) -> str:
    """The message, without the marks that keep a name from turning the sentence around, and with plain spaces."""
    return section.message.replace("\u2068", "").replace("\u2069", "").replace("\u00a0", " ")


def title(name: str, hours: float, **values: object) -> dict[str, object]:
    """A row of a title that is called like its id."""
    return VIEWED | {"title_id": name, "name": name, "watched_hours": hours} | values
