"""Finds tokens below a folder, whatever holds them: Parquet, JSON, gzip, zstd, SQLite, or plain bytes."""

import base64
import gzip
import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import zstandard

_GZIP, _ZSTD, _SQLITE, _PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"SQLite format 3\0", b"PAR1"
_HASHES = ("md5", "sha1", "sha256", "sha512")
# What a pseudonym is made of, but for the key.
_PREFIXES = ("", "account\x1f", "profile\x1f", "device\x1f", "account", "profile", "device")


@dataclass(frozen=True)
class Finding:
    """A token in a file: which one, and in which form."""

    path: str
    token: str
    form: str


class TokenScanner:
    """Looks for named tokens as they are, in base64, in hexadecimal, and hashed without a key."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._meaning: dict[bytes, tuple[str, str]] = {}
        for name, token in tokens.items():
            for form, needle in forms(token):
                self._meaning.setdefault(needle, (name, form))

    def scan(self, folder: Path) -> set[Finding]:
        """Everything below the folder."""
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        parts = [(path.relative_to(folder).as_posix(), content) for path in files for content in contents(path)]
        are_suspect = self._have_any([content for _, content in parts])
        return {
            Finding(name, *meaning)
            for (name, content), is_suspect in zip(parts, are_suspect, strict=True)
            if is_suspect
            for meaning in self.find(content)
        }

    def find(self, content: bytes) -> set[tuple[str, str]]:
        return {meaning for needle, meaning in self._meaning.items() if needle in content}

    def _have_any(self, contents_of_files: list[bytes]) -> list[bool]:
        """Whether there is a needle in each: one search for all of them at once, which does not say for which."""
        texts = pl.Series([_byte_for_byte(content) for content in contents_of_files], dtype=pl.String)
        return texts.str.contains_any([_byte_for_byte(needle) for needle in self._meaning]).to_list()


def _byte_for_byte(content: bytes) -> str:
    return content.decode("latin-1")


def forms(token: str) -> Iterator[tuple[str, bytes]]:
    """How a token can look."""
    plain = token.encode()
    for name, text in {"plain": plain, "lower case": plain.lower(), "upper case": plain.upper()}.items():
        yield name, text
    yield "UTF-16", token.encode("utf-16-le")
    yield "hexadecimal", plain.hex().encode()
    yield "upper hexadecimal", plain.hex().upper().encode()
    for shift in range(3):
        # Base64 of a part of a longer text: what the neighbours decide is cut off.
        encoded = base64.b64encode(b"\0" * shift + plain)
        core = encoded[{0: 0, 1: 2, 2: 3}[shift] : len(encoded) - 4]
        yield "base64", core
        yield "base64 for addresses", core.translate(bytes.maketrans(b"+/", b"-_"))
    for prefix in _PREFIXES:
        for name in _HASHES:
            digest = hashlib.new(name, f"{prefix}{token}".encode()).digest()
            yield name, digest.hex().encode()
            yield name, digest.hex().upper().encode()
            yield name, digest
            yield name, base64.b64encode(digest).rstrip(b"=")


def contents(path: Path) -> Iterator[bytes]:
    """The file's bytes, and what they mean to those who know its format."""
    raw = path.read_bytes()
    yield raw
    if raw.startswith(_GZIP):
        yield gzip.decompress(raw)
    elif raw.startswith(_ZSTD):
        yield zstandard.ZstdDecompressor().decompressobj().decompress(raw)
    elif raw.startswith(_PARQUET):
        yield b"\0".join(_parquet_values(path))
    elif raw.startswith(_SQLITE):
        yield b"\0".join(_sqlite_values(path))


def _parquet_values(path: Path) -> Iterator[bytes]:
    for row in pq.ParquetFile(path).read().to_pylist():
        yield from map(_as_bytes, row.values())


def _sqlite_values(path: Path) -> Iterator[bytes]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            for row in database.execute(f'SELECT * FROM "{name}"'):
                yield from map(_as_bytes, row)


def _as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
