"""What must be true of bronze beyond its contract."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

_ARRIVAL: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="line_number", min_value=1),
    gxe.ExpectColumnValueLengthsToEqual(column="batch_id", value=64),
]

BRONZE_EXPECTATIONS: dict[str, list[Expectation]] = {
    "bronze.raw_events": _ARRIVAL,
    "bronze.raw_reference": _ARRIVAL,
}
