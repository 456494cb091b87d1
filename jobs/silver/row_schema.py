"""What is wrong with a line, as columns of its row."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from jobs.contracts.table import Column
from jobs.silver.line_columns import spread
from jobs.silver.line_faults import Fault

# What is wrong with a line: all three null where nothing is.
REASON = Column("reason", "string", "Why the line is refused, as a code")
FIELD = Column("field", "string", "The field that is at fault, where it is one")
MESSAGE = Column("message", "string", "Why the line is refused, as a sentence")
FAULT_COLUMNS = (REASON, FIELD, MESSAGE)
LINE_HASH = Column("line_hash", "bigint", "What the line adds to the sum over its file")


def fault_columns(faults: Mapping[int, Fault], count: int) -> dict[str, pa.Array]:
    """`FAULT_COLUMNS` of so many lines, from the faults by the line's place."""
    places = np.array(sorted(faults), dtype=np.int64)
    parts = zip(*(faults[place] for place in places.tolist()), strict=True) if faults else ([], [], [])
    return {
        column.name: spread(pa.array(part, pa.string()), places, count)
        for column, part in zip(FAULT_COLUMNS, parts, strict=True)
    }
