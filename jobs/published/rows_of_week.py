"""A table of weeks by the function of its name, from what its parameters are called: nothing else is entered."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from inspect import getmembers, isfunction, signature
from pkgutil import iter_modules

from pyspark.sql import DataFrame

import jobs.published
from jobs.contracts.table import Table


def rows_of_week(table: Table, told_of: Mapping[str, DataFrame]) -> DataFrame:
    """The table's rows. `told_of`: what may be told of, by the names that parameters have."""
    function = function_of(table)
    return function(**{name: told_of[name] for name in signature(function).parameters})


def function_of(table: Table) -> Callable[..., DataFrame]:
    """The function of the table's name, in whichever module of this package."""
    return _functions()[table.name]


@cache
def _functions() -> dict[str, Callable[..., DataFrame]]:
    found = iter_modules(jobs.published.__path__, f"{jobs.published.__name__}.")
    modules = (import_module(module.name) for module in found)
    return {name: function for module in modules for name, function in getmembers(module, isfunction)}
