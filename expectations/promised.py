"""What a contract promises of values, as expectations."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.contracts.promises import AtLeast, Between, Equal, OneOf, Promise, Unique
from jobs.contracts.table import Table


def promised(table: Table) -> list[Expectation]:
    return [_expectation(promise) for promise in table.promises]


def _expectation(promise: Promise) -> Expectation:
    match promise:
        case Between(column, least, most):
            return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=least, max_value=most)
        case AtLeast(higher, lower):
            return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=higher, column_B=lower, or_equal=True, ignore_row_if="either_value_is_missing"
            )
        case OneOf(column, values):
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(values))
        case Unique((column,)):
            return gxe.ExpectColumnValuesToBeUnique(column=column)
        case Unique(columns):
            return gxe.ExpectCompoundColumnsToBeUnique(column_list=list(columns))
        case Equal(column, other):
            return gxe.ExpectColumnPairValuesToBeEqual(column_A=column, column_B=other)
