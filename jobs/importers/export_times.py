"""Times as exports write them, and as spreadsheets leave them behind."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import Enum

from jobs.contracts.epoch_units import LATEST_SECOND, UNITS_OF_A_SECOND
from jobs.importers.csv_table import ExportError

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?: ?(?P<half>[AaPp][Mm]))?"
_ISO = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})[ T]{_CLOCK}Z?")
# A spreadsheet may show no time of day; the date alone is then all that is left.
_LOCAL = re.compile(rf"(?P<first>\d{{1,2}})([/.])(?P<next>\d{{1,2}})\2(?P<year>\d{{4}}|\d{{2}})(?:,? {_CLOCK})?")
_DURATION = re.compile(r"(\d+):([0-5]\d):([0-5]\d)")
_MONTHS = 12


class DateOrder(Enum):
    """Which number comes first in `5/6/2022`."""

    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"


def date_order(file: str, texts: Iterable[tuple[int, str]]) -> DateOrder:
    """The order that all of a file's dates share; `texts` are row numbers with their dates.

    A number over 12 tells. Dates with dots are written day first. Raises `ExportError` where rows contradict each other
    or none tells.
    """
    telling: dict[DateOrder, int] = {}
    undecided: int | None = None
    for row, text in texts:
        if (found := _LOCAL.fullmatch(text)) is None:
            continue
        is_first_a_month, is_next_a_month = int(found["first"]) <= _MONTHS, int(found["next"]) <= _MONTHS
        if is_first_a_month != is_next_a_month:
            telling.setdefault(DateOrder.MONTH_FIRST if is_first_a_month else DateOrder.DAY_FIRST, row)
        elif is_first_a_month and "/" in text:
            undecided = undecided or row
    if len(telling) > 1:
        rows = " and ".join(str(row) for row in sorted(telling.values()))
        raise ExportError(
            f"{file}: the dates in rows {rows} cannot both be right: one has the month first, the other the day. "
            "Use the file as it was downloaded."
        )
    if undecided and not telling:
        raise ExportError(
            f"{file}, row {undecided}: nothing in the file says whether the day or the month comes first. "
            "Write the dates as YYYY-MM-DD HH:MM:SS, or use the file as it was downloaded."
        )
    return next(iter(telling), DateOrder.DAY_FIRST)


def read_time(text: str, order: DateOrder) -> datetime | None:
    """The moment in UTC; null where the text is no such time. A date alone means its midnight."""
    found = _ISO.fullmatch(text) or _LOCAL.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    if "first" in parts:
        is_month_first = order is DateOrder.MONTH_FIRST
        month, day = (parts["first"], parts["next"]) if is_month_first else (parts["next"], parts["first"])
        year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    else:
        year, month, day = int(parts["year"]), parts["month"], parts["day"]
    hour = int(parts["hour"] or 0)
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower() == "pm" else 0)
    try:
        return datetime(year, int(month), int(day), hour, int(parts["minute"] or 0), int(parts["second"] or 0), 0, UTC)
    except ValueError:
        return None


def read_moment(text: str) -> datetime | None:
    """From a number of time since 1970, in the unit that its size tells, or an ISO date; null where it is neither.

    A date is in UTC, where it names no other zone.

    >>> read_moment("1526124414022") == read_moment("1526124414.022") == read_moment("2018-05-12T11:26:54.022Z")
    True
    """
    try:
        number = float(text)
    except ValueError:
        return _iso_moment(text)
    for of_a_second in UNITS_OF_A_SECOND:
        if abs(number) < LATEST_SECOND * of_a_second:
            with suppress(OverflowError):
                return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number / of_a_second)
            return None
    return None


def _iso_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def read_seconds(text: str) -> int | None:
    """`H:MM:SS` in seconds; null where the text is no such duration."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = (int(part) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def rfc3339(moment: datetime, plus_ms: int = 0) -> str:
    """`2026-06-01T12:00:00.000Z`. Raises `OverflowError` where the sum is no date."""
    return (moment + timedelta(milliseconds=plus_ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
