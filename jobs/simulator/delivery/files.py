"""Files that appear whole or not at all: written under a name that starts with a dot, then renamed."""

from collections.abc import Iterable
from pathlib import Path

import orjson
import pyarrow as pa
import zstandard

from jobs.simulator.world.catalogue import Row

# On such lines level 1 is faster than 3 and packs better: 149 MB to 7.7 MB at 1.4 GB/s. Level 6 saves 10 %, at a sixth
# of the speed.
ZSTD_LEVEL = 1


def write_event_file(path: Path, lines: pa.Array) -> None:
    """Write the lines, each with its line end, zstd-compressed, as `path`."""
    _, offsets, values = lines.buffers()
    ends = pa.Array.from_buffers(pa.int32(), len(lines) + 1, [None, offsets], offset=lines.offset)
    body = memoryview(values)[ends[0].as_py() : ends[-1].as_py()]
    _write_whole(path, zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body))


def write_reference_file(path: Path, rows: Iterable[Row]) -> None:
    """Write one JSON object a line as `path`."""
    _write_whole(path, b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(path)
