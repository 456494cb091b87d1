"""Released rows without a lake: what the sections are made from."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from jobs.report.published_frames import PublishedFrames
from jobs.tables.contract import Table
from jobs.tables.published import EXPORTED_TABLES

WEEK = date(2026, 6, 8)
MAY = date(2026, 5, 1)


def frames(rows_of: Mapping[Table, Sequence[Mapping[str, Any]]], weeks: tuple[date, ...] = (WEEK,)) -> PublishedFrames:
    """The rows of the week `WEEK` and of May, where they do not say otherwise; the other tables have none."""
    usual = {"week_start_date": WEEK, "month_start_date": MAY}
    made = {
        table.full_name: pd.DataFrame([usual | dict(row) for row in rows_of.get(table, [])], columns=table.column_names)
        for table in EXPORTED_TABLES
    }
    return PublishedFrames(weeks, MAY, made)
