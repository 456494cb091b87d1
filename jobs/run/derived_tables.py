"""Tables made of others: each by the function of its name, as soon as what it reads is there, several at a time."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import date
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

import jobs.gold
from jobs.contracts.table import Period, Table
from jobs.gold.subscribers.retention_monthly import last_full_month
from jobs.run.due import days_read, sorter_of
from jobs.run.seen_rows import SeenRows
from jobs.storage.candidates import Candidate

# Queries over few rows are mostly planned, one thread each; more at a time wait for one another.
TABLES_AT_ONCE = 3
# What makes a table that no function of rows alone can make: its candidates, of the periods that are due.
Maker = Callable[[SeenRows, Sequence[date]], list[Candidate]]


def derived(
    due: Mapping[Table, Sequence[date]], seen: SeenRows, newest: date, makers: Mapping[Table, Maker]
) -> Iterator[Candidate]:
    """The candidates of all tables that are due, each after those of the tables that it reads.

    `newest` is the last day of which anything is known. They are computed when they are yielded.
    """
    order = sorter_of(due)
    order.prepare()
    running: dict[Future[list[Candidate]], Table] = {}
    with ThreadPoolExecutor(TABLES_AT_ONCE) as pool:
        try:
            while order.is_active():
                for table in order.get_ready():
                    make = makers.get(table) or _maker_of(table, newest)
                    running[pool.submit(make, seen, due[table])] = table
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    table = running.pop(future)
                    candidates = future.result()
                    for candidate in candidates:
                        seen.add(candidate)
                    order.done(table)
                    yield from candidates
        finally:
            pool.shutdown(cancel_futures=True)


def _maker_of(table: Table, newest: date) -> Maker:
    function = function_of(table)
    facts = {"newest": newest, "as_of": last_full_month(newest)}

    def make(seen: SeenRows, due: Sequence[date]) -> list[Candidate]:
        inputs = {
            name: seen.of_days(read.table or table, days_read(table, due, read)) for name, read in table.reads.items()
        }
        known = {name: value for name, value in (facts | {"due": due}).items() if name in parameters_of(function)}
        rows = function(**inputs, **known)
        if table.period == Period.ALL:
            return [Candidate(table, seen.lake.at_hand(rows))]
        is_due = F.col(table.partitioned_by[0]).isin(list(due))
        return [Candidate(table, seen.lake.at_hand(rows.where(is_due)), due)]

    return make


def function_of(table: Table) -> Callable[..., DataFrame]:
    """The function that makes the table's rows: it has the table's name, as has its module below `jobs.gold`."""
    function: Callable[..., DataFrame] = getattr(import_module(_modules()[table.name]), table.name)
    return function


@cache
def parameters_of(function: Callable[..., Any]) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)


@cache
def _modules() -> dict[str, str]:
    found = walk_packages(jobs.gold.__path__, f"{jobs.gold.__name__}.")
    return {module.name.rpartition(".")[2]: module.name for module in found if not module.ispkg}
