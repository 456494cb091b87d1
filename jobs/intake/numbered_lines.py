"""Bytes split into numbered lines, without a Python object per line."""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

# Kafka's brokers refuse messages over 1 MiB by default (message.max.bytes): no event that came through one is longer.
LONGEST_LINE_BYTES = 1024**2
LINE_SCHEMA = pa.schema(
    [
        pa.field("line_number", pa.int64(), nullable=False),
        pa.field("line", pa.binary()),
        pa.field("line_bytes", pa.int64(), nullable=False),
    ]
)
_NEWLINE = ord("\n")


def number_lines(chunks: Iterable[bytes], max_line_bytes: int = LONGEST_LINE_BYTES) -> Iterator[pa.RecordBatch]:
    """Lines in the order of the file: `line_number` from 1, `line` without its newline, `line_bytes`.

    Only a newline (0x0A) ends a line; what follows the last one is a line unless it is empty. `line` is null where it
    is longer than `max_line_bytes`. Memory is bounded by a chunk and one line, whatever the length of lines.
    """
    last_number = 0
    unended = b""
    # Bytes of a line that is too long to keep: they are counted and let go.
    dropped = 0
    for chunk in chunks:
        ended, newline, rest = chunk.rpartition(b"\n")
        if newline:
            lines = _split(unended + ended + newline, last_number, dropped, max_line_bytes)
            yield lines
            last_number += lines.num_rows
            unended, dropped = rest, 0
        else:
            unended += rest
        if len(unended) > max_line_bytes or dropped:
            dropped += len(unended)
            unended = b""
    if unended or dropped:
        yield _split(unended + b"\n", last_number, dropped, max_line_bytes)


def _split(text: bytes, last_number: int, dropped: int, max_line_bytes: int) -> pa.RecordBatch:
    """`text` ends with a newline; `dropped` bytes of its first line are already gone."""
    characters = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(characters == _NEWLINE)
    lengths = np.diff(ends, prepend=-1) - 1
    starts = ends - lengths
    line_bytes = lengths.copy()
    line_bytes[0] += dropped
    is_too_long = line_bytes > max_line_bytes
    if is_too_long.any():
        is_kept = np.ones(len(characters), dtype=np.bool)
        for place in np.flatnonzero(is_too_long):
            is_kept[starts[place] : ends[place]] = False
        text = characters[is_kept].tobytes()
        lengths[is_too_long] = 0
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    lines = pa.BinaryArray.from_buffers(
        pa.binary(), len(ends), [_validity(~is_too_long), pa.py_buffer(offsets), pa.py_buffer(text.replace(b"\n", b""))]
    )
    numbers = np.arange(last_number + 1, last_number + 1 + len(ends), dtype=np.int64)
    return pa.RecordBatch.from_arrays([pa.array(numbers), lines, pa.array(line_bytes)], schema=LINE_SCHEMA)


def _validity(is_kept: "np.ndarray[tuple[int], np.dtype[np.bool]]") -> pa.Buffer:
    return pa.py_buffer(np.packbits(is_kept, bitorder="little"))
