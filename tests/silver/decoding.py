"""Lines through the kernels, as Spark hands them over, without Spark."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from jobs.privacy.keys import PseudonymKey
from jobs.privacy.linkage_key import Keys, LinkageKey
from jobs.silver.event_rows import event_rows
from jobs.silver.line_columns import TIMESTAMP
from jobs.silver.reference_rows import reference_rows
from tests.factories import NOON

KEYS = Keys(PseudonymKey(1, bytes(range(32))), LinkageKey(bytes(range(32, 64))))
Kernel = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def decoded_events(lines: Sequence[bytes | None], keys: Keys = KEYS) -> list[dict[str, Any]]:
    """The row of each line of events."""
    return _decoded(lines, partial(event_rows, keys=keys))


def decoded_reference(feed: str, lines: Sequence[bytes | None]) -> list[dict[str, Any]]:
    """The row of each line of a feed."""
    return _decoded(lines, partial(reference_rows, feed=feed, keys=KEYS))


def _decoded(lines: Sequence[bytes | None], kernel: Kernel) -> list[dict[str, Any]]:
    numbers = range(1, len(lines) + 1)
    batch = pa.RecordBatch.from_pydict(
        {
            "batch_id": pa.array(["batch"] * len(lines)),
            "line_number": pa.array(numbers, pa.int64()),
            "line_hash": pa.array(numbers, pa.int64()),
            "received_at": pa.array([NOON] * len(lines), TIMESTAMP),
            "line": pa.array(lines, pa.binary()),
        }
    )
    (rows,) = kernel([batch])
    return [dict(row) for row in rows.to_pylist()]
