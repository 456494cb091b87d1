"""Which periods of a table are due where rows of others are new: what each table reads, read backwards."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from graphlib import TopologicalSorter

from jobs.contracts.table import Input, Period, Table
from jobs.expressions.periods import days_around, first_of_month, monday_of

# The only period of a table that is always made as a whole.
THE_WHOLE = date.min


def tables_in_order(tables: Iterable[Table]) -> list[Table]:
    """The tables, each after those of them that it reads."""
    return list(sorter_of(tables).static_order())


def sorter_of(tables: Iterable[Table]) -> "TopologicalSorter[Table]":
    known = list(tables)
    return TopologicalSorter(
        {table: [read.table for read in table.reads.values() if read.table in known] for table in known}
    )


def periods_of(table: Table, days: Iterable[date]) -> list[date]:
    """The periods of the table that hold these days, by the date with which they begin."""
    match table.period:
        case Period.DATE:
            return sorted(set(days))
        case Period.WEEK:
            return sorted({monday_of(day) for day in days})
        case Period.MONTH:
            return sorted({first_of_month(day) for day in days})
        case Period.ALL:
            return [THE_WHOLE]


def days_of(table: Table, periods: Iterable[date]) -> list[date]:
    """All days of these periods of the table."""
    match table.period:
        case Period.DATE:
            return sorted(set(periods))
        case Period.WEEK:
            return sorted({monday + timedelta(days=day) for monday in periods for day in range(7)})
        case Period.MONTH:
            return sorted({first + timedelta(days=day) for first in periods for day in range(_days_in_month(first))})
        case Period.ALL:
            return []


def days_read(table: Table, periods: Iterable[date], read: Input) -> list[date]:
    """The days of which the input's rows are needed to make these periods of the table."""
    return days_around(days_of(table, periods), read.days_before, read.days_after)


def periods_due(table: Table, changed: Mapping[Table, Collection[date]], newest: date) -> list[date]:
    """The periods of the table that rest on a day of `changed`; none begins after `newest`: nothing is known of it.

    On the viewers' clocks it may have begun nevertheless, a day at most (`Input`).
    What rests on the table's own stored rows is due as well, but not what would rest on that in turn (`Input`).
    """
    days = {
        day
        for read in table.reads.values()
        if read.table is not None
        for day in _days_that_read(changed.get(read.table, ()), read)
    }
    for read in table.reads.values():
        if read.table is None:
            days.update(_days_that_read(days_of(table, periods_of(table, days)), read))
    is_local = any(read.in_local_time for read in table.reads.values())
    last = newest + timedelta(days=1) if is_local else newest
    return [period for period in periods_of(table, days) if period <= last] if days else []


def changed_by(
    tables: Iterable[Table], changed: Mapping[Table, Collection[date]], newest: date
) -> dict[Table, Collection[date]]:
    """`changed`, and beside it the days of those of the tables that rest on it, one on another."""
    found = dict(changed)
    for table in tables_in_order(tables):
        due = days_of(table, periods_due(table, found, newest))
        found[table] = sorted({*found.get(table, ()), *due})
    return found


def _days_in_month(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _days_that_read(days: Iterable[date], read: Input) -> list[date]:
    return days_around(days, before=read.days_after, after=read.days_before)
