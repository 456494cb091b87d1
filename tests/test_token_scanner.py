"""The scanner that finds nothing must be able to find something."""

import base64
import gzip
import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from tests.token_scanner import TokenScanner

TOKEN = "canary-5f0c2a9d71"


def in_parquet(path: Path) -> None:
    pq.write_table(pa.table({"key": ["x", f"before {TOKEN} behind"]}), path, compression="zstd", write_statistics=False)


def in_nested_parquet(path: Path) -> None:
    pq.write_table(pa.table({"shares": [{"genres": [TOKEN]}]}), path, compression="zstd", write_statistics=False)


def in_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE notes (note TEXT)")
        database.execute("INSERT INTO notes VALUES (?)", (TOKEN,))


WRITERS: dict[str, Callable[[Path], object]] = {
    "plain": lambda path: path.write_text(f"log of {TOKEN}"),
    "json": lambda path: path.write_text(json.dumps({"minValues": {"account": TOKEN}})),
    "gzip": lambda path: path.write_bytes(gzip.compress(TOKEN.encode())),
    "zstd": lambda path: path.write_bytes(zstandard.compress(TOKEN.encode())),
    "parquet": in_parquet,
    "nested parquet": in_nested_parquet,
    "sqlite": in_sqlite,
    "hexadecimal": lambda path: path.write_text(TOKEN.encode().hex()),
    "sha256": lambda path: path.write_text(hashlib.sha256(TOKEN.encode()).hexdigest()),
    "sha256 of the domain and it": lambda path: path.write_bytes(
        hashlib.sha256(f"profile\x1f{TOKEN}".encode()).digest()
    ),
    **{
        f"base64 behind {shift} bytes": lambda path, shift=shift: path.write_bytes(  # type: ignore[misc]
            base64.b64encode(b"-" * shift + TOKEN.encode() + b"------")
        )
        for shift in range(4)
    },
}


@pytest.mark.parametrize("form", WRITERS)
def test_finds(tmp_path: Path, form: str) -> None:
    WRITERS[form](tmp_path / "file")
    assert {(finding.path, finding.token) for finding in TokenScanner({"account": TOKEN}).scan(tmp_path)} == {
        ("file", "account")
    }


def test_finds_nothing_where_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("canary")
    assert TokenScanner({"account": TOKEN}).scan(tmp_path) == set()
