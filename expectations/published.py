"""What must be true of what leaves: every row stands for enough people, and so does what two rows differ by."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.contracts.published import DIFFERENCES, EXPORTED_TABLES
from jobs.contracts.smallest_group import SMALLEST_GROUP

_COUNTS_OF_PEOPLE = ("viewers", "subscribers", "people")

PUBLISHED_EXPECTATIONS: dict[str, list[Expectation]] = {
    table.full_name: [
        gxe.ExpectColumnValuesToBeBetween(column=name, min_value=SMALLEST_GROUP)
        for name in table.column_names
        if name in _COUNTS_OF_PEOPLE
    ]
    for table in (*EXPORTED_TABLES, DIFFERENCES)
}
