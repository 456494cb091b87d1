"""A file that arrived: opened without following links, checked, named by its bytes, and read as plain text."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from jobs.intake.feeds import EVENTS

# One load is at most 20 million lines; at 600 bytes each that is 12 GB. A larger file is not one delivery.
LARGEST_TEXT_BYTES = 16 * 1024**3
# Event lines shrink 15 to 30 times, very regular ones 100 times; a bomb 1,000 times (gzip) or far more (zstd).
HIGHEST_RATIO = 200
# Below this size any ratio is harmless.
ALWAYS_ALLOWED_BYTES = 64 * 1024**2
# One row group. A chunk of nothing but line ends, the costliest there is, takes 1 GB of memory while it is split.
CHUNK_BYTES = 16 * 1024**2

GZIP, ZSTD = "gzip", "zstd"
COMPRESSION_OF_EXTENSION = {".ndjson": None, ".ndjson.gz": GZIP, ".ndjson.zst": ZSTD, ".csv": None}
CSV = ".csv"
# How files of other kinds begin. A zstd file may begin with a skippable frame, as those of `pzstd` do.
_MAGIC = {
    b"\x1f\x8b": GZIP,
    b"\x28\xb5\x2f\xfd": ZSTD,
    **{bytes([number]) + b"\x2a\x4d\x18": ZSTD for number in range(0x50, 0x60)},
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"PAR1": "parquet",
}


class FileRefusedError(Exception):
    """Intake does not take this file in, whole. The message is the reason and holds nothing of its content."""


@dataclass(frozen=True)
class SourceFile:
    """One regular file, held open: what is at its path may change meanwhile, these bytes are those of `batch_id`."""

    path: Path
    handle: BinaryIO
    batch_id: str
    status: os.stat_result

    @property
    def size_bytes(self) -> int:
        return self.status.st_size

    @property
    def extension(self) -> str | None:
        """One of those that intake knows, else null."""
        name = self.path.name.lower()
        return next((known for known in COMPRESSION_OF_EXTENSION if name.endswith(known)), None)

    @property
    def is_still_at_its_path(self) -> bool:
        try:
            found = os.stat(self.path, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return _identity(found) == _identity(self.status)

    @property
    def has_changed(self) -> bool:
        return _identity(os.fstat(self.handle.fileno())) != _identity(self.status)


@contextmanager
def open_source(path: Path) -> Iterator[SourceFile]:
    """Opens and hashes the file. Raises `FileRefusedError` for a link, a pipe, a folder or a file it may not read."""
    try:
        # Not blocking: opening a pipe would wait for somebody to write to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        kind = "is a symbolic link" if path.is_symlink() else f"cannot be opened ({error.strerror})"
        raise FileRefusedError(f"The file {kind}. Put the file itself there, readable.") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise FileRefusedError("This is not a regular file. Put files into the inbox or one of its feed folders.")
    with open(descriptor, "rb") as handle:
        yield SourceFile(path, handle, hashlib.file_digest(handle, "sha256").hexdigest(), status)


def check_file(source: SourceFile, feed: str) -> None:
    """Raises `FileRefusedError` unless extension, first bytes and size are those of a file of this feed."""
    extension = source.extension
    if extension is None:
        raise FileRefusedError(f"The name ends with none of {', '.join(COMPRESSION_OF_EXTENSION)}. Rename the file.")
    if extension == CSV and feed == EVENTS:
        raise FileRefusedError("Events come as one JSON object a line, not as CSV.")
    found, expected = _compression_found(source.handle), COMPRESSION_OF_EXTENSION[extension]
    if found != expected:
        raise FileRefusedError(
            f"The name says {expected or 'plain text'}, the first bytes say {found or 'something else'}. Rename it."
        )
    if source.size_bytes > LARGEST_TEXT_BYTES:
        raise FileRefusedError(f"The file has more than {LARGEST_TEXT_BYTES:,} bytes. Deliver it in parts.")


def text_chunks(source: SourceFile, chunk_bytes: int = CHUNK_BYTES) -> Iterator[bytes]:
    """The decompressed bytes, piece by piece.

    Raises `FileRefusedError` where they are cut off, corrupt, or far more than a file of this size can hold.
    """
    total = 0
    # Arrow closes what it reads from, so it gets a descriptor of its own.
    with open(os.dup(source.handle.fileno()), "rb") as own_handle:
        own_handle.seek(0)
        reader = pa.PythonFile(own_handle, mode="r")
        if compression := COMPRESSION_OF_EXTENSION[source.extension or ""]:
            reader = pa.CompressedInputStream(reader, compression)
        limit = min(LARGEST_TEXT_BYTES, max(ALWAYS_ALLOWED_BYTES, HIGHEST_RATIO * source.size_bytes))
        while chunk := _read(reader, chunk_bytes):
            total += len(chunk)
            if total > limit:
                raise FileRefusedError(f"{source.size_bytes:,} bytes unpack to over {limit:,}: refused as a bomb.")
            yield chunk


def _read(reader: pa.NativeFile, count: int) -> bytes:
    try:
        return bytes(reader.read(count))
    except OSError as error:
        # A fault of the disk has a number; one of the compressed data has none.
        if error.errno is not None:
            raise
        raise FileRefusedError(f"The compressed data is broken ({error}). Send the file again.") from error


def _compression_found(handle: BinaryIO) -> str | None:
    handle.seek(0)
    beginning = handle.read(max(map(len, _MAGIC)))
    return next((kind for magic, kind in _MAGIC.items() if beginning.startswith(magic)), None)


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
