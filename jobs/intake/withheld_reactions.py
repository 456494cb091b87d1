"""Reactions (face, heart rate) that may not be kept: no byte of them is written."""

import re
from collections.abc import Iterator
from typing import TypeAlias

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts.withheld_line import WITHHELD_MEASUREMENT, WITHHELD_REACTION

Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool]]"

# Wherever it stands outside a string, sound JSON or not. Inside a string its quotes would be escaped.
_REACTION = r'"event_type"\s*:\s*"reaction_sampled"'
_ESCAPED_REACTION = re.compile(_REACTION.encode())
# What a withheld line must have somewhere. All lines are searched for it at once; those that have it are looked at.
_SUSPECT = r"reaction_sampled|(?i:heart[ _.-]?rate|pulse|face|facial|emotion|valence|arousal)"
_SUSPECT_ESCAPE = r"\\u00[2-7]"
# A key wherever it stands, in JSON inside a string too. A player that writes `null` says nothing.
_KEY_WITH_VALUE = re.compile(rb'"([^"\\]*)\\*"\s*:\s*(?!null\b|\s)')
# `heart_rate_bpm`, `heartRate`, `face_embedding`, `userFace`; not `heartbeat_ms`, `network_interface`, `facets`.
_OF_A_BODY = re.compile(
    rb"(?i:heart[ _.-]?rate|(?<![a-z])pulse|facial|emotion|valence|arousal)"
    rb"|(?:(?<![A-Za-z])[Ff]ace|(?<=[a-z])Face|(?<![A-Za-z])FACE)s?(?![a-z])"
)
# JSON may write any letter so. An escaped quote or backslash stays one: it belongs to a string.
_ESCAPE = re.compile(rb"\\u00(?!22|5[cC])([2-7][0-9a-fA-F])")
_BACKSLASH = ord("\\")


class _Event(msgspec.Struct):
    """Which event a line is. What a key `event_type` deeper in it says is not that."""

    event_type: str


_EVENT = msgspec.json.Decoder(_Event)


def withhold_reactions(lines: pa.RecordBatch, takes_reactions: bool = False) -> tuple[pa.RecordBatch, int]:
    """The numbered lines without what may not be kept, and how many were withheld.

    `WITHHELD_REACTION` stands in the place of each reaction, unless it `takes_reactions`; `WITHHELD_MEASUREMENT` in any
    case in that of another event that tells of somebody's heart or face, or has a reaction within it. `line_bytes` of
    such a line is the length of what stands there now.
    """
    text = lines["line"]
    kept = dict(_kept_in_the_place_of(text, takes_reactions))
    if not kept:
        return lines, 0
    is_withheld = np.zeros(len(text), dtype=np.bool)
    is_withheld[list(kept)] = True
    mask = pa.array(is_withheld)
    replaced = {
        "line_number": lines["line_number"],
        "line": pc.replace_with_mask(text, mask, pa.array(kept.values(), text.type)),
        "line_bytes": pc.replace_with_mask(lines["line_bytes"], mask, pa.array(map(len, kept.values()), pa.int64())),
    }
    return pa.RecordBatch.from_pydict(replaced, schema=lines.schema), len(kept)


def _kept_in_the_place_of(text: pa.Array, takes_reactions: bool) -> Iterator[tuple[int, bytes]]:
    """Places of lines that are withheld, in their order, and what is kept of each."""
    suspects = np.flatnonzero(_found(text, _SUSPECT))
    # Nearly no player escapes anything: to look for a character takes a thirtieth of the time of a search.
    if (np.frombuffer(text.buffers()[2] or b"", np.uint8) == _BACKSLASH).any():
        suspects = np.union1d(suspects, np.flatnonzero(_found(text, _SUSPECT_ESCAPE)))
    lines = text.take(pa.array(suspects))
    for place, line, is_written in zip(suspects.tolist(), lines, _found(lines, _REACTION).tolist(), strict=True):
        if takes_reactions and _is_reaction(line.as_py()):
            continue
        unescaped = b"" if is_written else _ESCAPE.sub(_character, line.as_py())
        if is_written or _ESCAPED_REACTION.search(unescaped):
            yield place, WITHHELD_MEASUREMENT if takes_reactions else WITHHELD_REACTION
        elif any(_OF_A_BODY.search(found[1]) for found in _KEY_WITH_VALUE.finditer(unescaped)):
            yield place, WITHHELD_MEASUREMENT


def _is_reaction(line: bytes) -> bool:
    """As silver will read it: whoever agreed to reactions agreed to events that say so of themselves."""
    try:
        return _EVENT.decode(line).event_type == "reaction_sampled"
    except (ValueError, RecursionError):
        return False


def _found(text: pa.Array, pattern: str) -> Flags:
    """Polars' search looks at many bytes at once: it takes a third of the time of Arrow's, but wants UTF-8."""
    try:
        found = pl.Series(text.cast(pa.string())).str.contains(pattern).to_arrow()
    except pa.ArrowInvalid:
        found = pc.match_substring_regex(text, pattern)
    return np.asarray(pc.fill_null(found, False))


def _character(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape.group(1), 16)])
