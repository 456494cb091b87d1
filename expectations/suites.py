"""What must be true of each table, as Great Expectations suites: the contract's part, and each table's own."""

from copy import copy

import great_expectations.expectations as gxe
from great_expectations import ExpectationSuite
from great_expectations.expectations.expectation import Expectation

from expectations.bronze import BRONZE_EXPECTATIONS
from expectations.promised import promised
from expectations.published import PUBLISHED_EXPECTATIONS
from expectations.silver import SILVER_EXPECTATIONS
from expectations.unique_key import ExpectKeyToBeUnique
from jobs.contracts.table import Table

# What no contract says yet in its promises, by the table's name.
TABLE_EXPECTATIONS: dict[str, list[Expectation]] = {
    **BRONZE_EXPECTATIONS,
    **SILVER_EXPECTATIONS,
    **PUBLISHED_EXPECTATIONS,
}

# Each asks for something of every value by itself, or for the names of the columns.
DECIDED_BY_VALUES = (
    gxe.ExpectTableColumnsToMatchSet,
    gxe.ExpectColumnValuesToNotBeNull,
    gxe.ExpectColumnValuesToBeBetween,
    gxe.ExpectColumnValuesToBeInSet,
    gxe.ExpectColumnValuesToMatchRegex,
    gxe.ExpectColumnValueLengthsToEqual,
)


def suite_for(table: Table) -> ExpectationSuite:
    """Contract first (columns, nulls, key), then what this table promises beyond it."""
    return ExpectationSuite(name=table.full_name, expectations=_expectations(table))


def suites_for(table: Table) -> tuple[ExpectationSuite, ExpectationSuite]:
    """The same in two: what few values of each column decide, and what only all rows do."""
    expected = _expectations(table)
    of_columns = [one for one in expected if isinstance(one, DECIDED_BY_VALUES)]
    across = [one for one in expected if not isinstance(one, DECIDED_BY_VALUES)]
    return (
        ExpectationSuite(name=f"{table.full_name} columns", expectations=of_columns),
        ExpectationSuite(name=f"{table.full_name} across", expectations=across),
    )


def columns_of(expectation: Expectation) -> list[str]:
    """The columns that an expectation looks at."""
    kwargs = expectation.configuration.kwargs
    single = [kwargs[name] for name in ("column", "column_A", "column_B") if name in kwargs]
    return [*kwargs.get("key_columns", []), *kwargs.get("column_list", []), *single]


def _expectations(table: Table) -> list[Expectation]:
    """Great Expectations lets an expectation belong to one suite only, and several gates may live in one process."""
    by_hand = map(copy, TABLE_EXPECTATIONS.get(table.full_name, []))
    return [*_contract_expectations(table), *promised(table), *by_hand]


def _contract_expectations(table: Table) -> list[Expectation]:
    return [
        gxe.ExpectTableColumnsToMatchSet(column_set=table.column_names, exact_match=True),
        *(gxe.ExpectColumnValuesToNotBeNull(column=name) for name in table.never_null),
        ExpectKeyToBeUnique(key_columns=list(table.key)),
    ]
