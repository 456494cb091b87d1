"""`landing/<sha256>.parquet`: the lines of one file, as Spark reads them."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.intake.numbered_lines import LINE_SCHEMA

# Ends the name of a file that is being written, or that a killed run left; it begins with a dot.
UNFINISHED = ".unfinished"


def write_landed_lines(path: Path, lines: Iterable[pa.RecordBatch]) -> int:
    """Writes the lines as `path`, whole or not at all and safe on disk; returns how many there are."""
    line_count = 0
    with written_whole(path) as unfinished, _line_writer(unfinished) as writer:
        for batch in _read_ahead(lines):
            writer.write_batch(batch)
            line_count += batch.num_rows
    return line_count


def _read_ahead(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same batches; the next one is unpacked and split while this one is compressed."""
    source = iter(batches)
    with ThreadPoolExecutor(max_workers=1) as reader:
        upcoming = reader.submit(next, source, None)
        while (batch := upcoming.result()) is not None:
            upcoming = reader.submit(next, source, None)
            yield batch


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Gives a path to write to, which becomes `path` when all went well.

    Once its bytes are on the disk: after a power cut there is no half file under a whole one's name.
    """
    unfinished = path.with_name(f".{path.name}{UNFINISHED}")
    try:
        yield unfinished
        _sync(unfinished)
        unfinished.replace(path)
        _sync(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def _line_writer(path: Path) -> pq.ParquetWriter:
    # Statistics would repeat whole lines in the footer; a dictionary of lines that differ only costs time.
    return pq.ParquetWriter(path, LINE_SCHEMA, compression="zstd", use_dictionary=False, write_statistics=False)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
