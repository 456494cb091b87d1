"""Reactions (face, heart rate) are not kept where they are switched off: no byte of them is written."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts.withheld_line import WITHHELD_REACTION

# Wherever it stands outside a string, sound JSON or not. Inside a string its quotes would be escaped.
_REACTION = re.compile(rb'"event_type"\s*:\s*"reaction_sampled"')
# JSON may write any letter so. An escaped quote or backslash stays one: it belongs to a string.
_ESCAPE = re.compile(rb"\\u00(?!22|5[cC])([2-7][0-9a-fA-F])")


def withhold_reactions(lines: pa.RecordBatch) -> tuple[pa.RecordBatch, int]:
    """The numbered lines with `WITHHELD_REACTION` in the place of each reaction, and how many these are.

    `line_bytes` of such a line is the length of what stands there now.
    """
    text = lines["line"]
    offsets = np.frombuffer(text.buffers()[1], dtype=np.int32, count=len(text) + 1)
    content = memoryview(text.buffers()[2])
    found = [*_lines_with(_REACTION, content, offsets), *_escaped_reactions(content, offsets)]
    if not found:
        return lines, 0
    is_reaction = np.zeros(len(text), dtype=np.bool)
    is_reaction[found] = True
    mask = pa.array(is_reaction)
    replaced = {
        "line_number": lines["line_number"],
        "line": pc.if_else(mask, pa.scalar(WITHHELD_REACTION), text),
        "line_bytes": pc.if_else(mask, len(WITHHELD_REACTION), lines["line_bytes"]),
    }
    return pa.RecordBatch.from_pydict(replaced, schema=lines.schema), int(is_reaction.sum())


def _lines_with(
    pattern: re.Pattern[bytes], content: memoryview, offsets: "np.ndarray[tuple[int], np.dtype[np.int32]]"
) -> list[int]:
    """Indexes of the lines that have a match; the content has no newlines, so one may reach over two lines."""
    places = [match.span() for match in pattern.finditer(content)]
    if not places:
        return []
    first = np.searchsorted(offsets, [start for start, _ in places], side="right") - 1
    last = np.searchsorted(offsets, [end - 1 for _, end in places], side="right") - 1
    return [int(index) for index in np.unique(first[first == last])]


def _escaped_reactions(content: memoryview, offsets: "np.ndarray[tuple[int], np.dtype[np.int32]]") -> list[int]:
    return [
        index
        for index in _lines_with(_ESCAPE, content, offsets)
        if _REACTION.search(_ESCAPE.sub(_character, bytes(content[offsets[index] : offsets[index + 1]])))
    ]


def _character(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape.group(1), 16)])
