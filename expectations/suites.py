"""What must be true of each table, as Great Expectations suites: the contract's part, and each table's own."""

from copy import copy

import great_expectations.expectations as gxe
from great_expectations import ExpectationSuite
from great_expectations.expectations.expectation import Expectation

from expectations.bronze import BRONZE_EXPECTATIONS
from expectations.gold import GOLD_EXPECTATIONS
from expectations.published import PUBLISHED_EXPECTATIONS
from expectations.silver import SILVER_EXPECTATIONS
from jobs.tables.contract import Table

TABLE_EXPECTATIONS: dict[str, list[Expectation]] = {
    **BRONZE_EXPECTATIONS,
    **SILVER_EXPECTATIONS,
    **GOLD_EXPECTATIONS,
    **PUBLISHED_EXPECTATIONS,
}


def suite_for(table: Table) -> ExpectationSuite:
    """Contract first (columns, nulls, key), then what this table promises beyond it.

    Great Expectations lets an expectation belong to one suite only, and several gates may live in one process.
    """
    return ExpectationSuite(
        name=table.full_name,
        expectations=[*_contract_expectations(table), *map(copy, TABLE_EXPECTATIONS.get(table.full_name, []))],
    )


def _contract_expectations(table: Table) -> list[Expectation]:
    return [
        gxe.ExpectTableColumnsToMatchSet(column_set=table.column_names, exact_match=True),
        *(gxe.ExpectColumnValuesToNotBeNull(column=name) for name in table.never_null),
        _unique_key(table),
    ]


def _unique_key(table: Table) -> Expectation:
    if len(table.key) == 1:
        return gxe.ExpectColumnValuesToBeUnique(column=table.key[0])
    return gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key))
