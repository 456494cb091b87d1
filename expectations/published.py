"""What must be true of what leaves: every row stands for enough people, and none of them dominates it."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.contracts.published import DOMINANCE_PERCENT, EXPORTED_TABLES, FEWEST_SUBSCRIBERS, RELEASED_PARTS
from jobs.contracts.smallest_group import SMALLEST_GROUP

_FEWEST = dict.fromkeys(("viewers", "accounts", "profiles"), SMALLEST_GROUP) | {"subscribers": FEWEST_SUBSCRIBERS}

PUBLISHED_EXPECTATIONS: dict[str, list[Expectation]] = {
    table.full_name: [
        gxe.ExpectColumnValuesToBeBetween(column=name, min_value=_FEWEST[name])
        for name in table.column_names
        if name in _FEWEST
    ]
    for table in (*EXPORTED_TABLES, RELEASED_PARTS)
}
PUBLISHED_EXPECTATIONS[RELEASED_PARTS.full_name].append(
    gxe.ExpectColumnValuesToBeBetween(column="remainder_ratio", min_value=DOMINANCE_PERCENT / 100)
)
