import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from jobs.intake.source_file import FileRefusedError, check_file, open_source, text_chunks

# Lines that differ: compressed, a cut at any place leaves something out.
TEXT = b"".join(b'{"number":%d,"square":%d}\n' % (number, number * number) for number in range(20_000))
ZSTD_WITH_CHECKSUM = zstandard.ZstdCompressor(write_checksum=True).compress
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {"ndjson.gz": gzip.compress, "ndjson.zst": ZSTD_WITH_CHECKSUM}


def read(path: Path, feed: str = "events") -> bytes:
    with open_source(path) as source:
        check_file(source, feed)
        return b"".join(text_chunks(source, chunk_bytes=10_000))


def flip_bit(content: bytes, place: int) -> bytes:
    flipped = bytearray(content)
    flipped[place] ^= 1
    return bytes(flipped)


@pytest.mark.parametrize("extension", COMPRESSORS)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_cut_file_is_refused_wherever_it_was_cut(tmp_path: Path, extension: str, share: float) -> None:
    whole = COMPRESSORS[extension](TEXT)
    path = tmp_path / f"a.{extension}"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(FileRefusedError):
        read(path)


@pytest.mark.parametrize("extension", COMPRESSORS)
@pytest.mark.parametrize("missing", [1, 4, 8])
def test_a_file_without_its_last_bytes_is_refused(tmp_path: Path, extension: str, missing: int) -> None:
    path = tmp_path / f"a.{extension}"
    path.write_bytes(COMPRESSORS[extension](TEXT)[:-missing])
    with pytest.raises(FileRefusedError, match="broken"):
        read(path)


@pytest.mark.parametrize("extension", COMPRESSORS)
def test_a_wrong_checksum_is_noticed(tmp_path: Path, extension: str) -> None:
    whole = COMPRESSORS[extension](TEXT)
    # gzip ends with CRC-32 and length, four bytes each; zstd with four bytes of checksum.
    checksum_place = len(whole) - (8 if extension.endswith("gz") else 4)
    path = tmp_path / f"a.{extension}"
    path.write_bytes(flip_bit(whole, checksum_place))
    with pytest.raises(FileRefusedError, match="broken"):
        read(path)


@pytest.mark.parametrize("extension", COMPRESSORS)
def test_text_behind_the_compressed_data_is_refused(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a.{extension}"
    path.write_bytes(COMPRESSORS[extension](TEXT) + b"more")
    with pytest.raises(FileRefusedError, match="broken"):
        read(path)


@pytest.mark.parametrize("extension", COMPRESSORS)
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a.{extension}"
    path.write_bytes(COMPRESSORS[extension](bytes(100_000_000)))
    with pytest.raises(FileRefusedError, match="bomb"):
        read(path)


def zipped(content: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.ndjson", content)
    return archive.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param(
            "a.ndjson", gzip.compress(TEXT, mtime=0), "plain text, the first bytes say gzip", id="text is gzip"
        ),
        pytest.param("a.ndjson", zipped(TEXT), "plain text, the first bytes say zip", id="text is zip"),
        pytest.param("a.ndjson.gz", zstandard.compress(TEXT), "gzip, the first bytes say zstd", id="gzip is zstd"),
        pytest.param("a.ndjson.zst", gzip.compress(TEXT, mtime=0), "zstd, the first bytes say gzip", id="zstd is gzip"),
        pytest.param("a.ndjson.gz", TEXT, "gzip, the first bytes say something else", id="gzip is text"),
        pytest.param("a.ndjson.gz", b"", "gzip, the first bytes say something else", id="gzip is empty"),
        pytest.param("a.json", TEXT, "ends with none of", id="another ending"),
        pytest.param("ndjson", TEXT, "ends with none of", id="no ending"),
        pytest.param("a.csv", b"event_id\n1\n", "not as CSV", id="CSV"),
    ],
)
def test_a_name_that_does_not_fit_is_refused(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefusedError, match=reason):
        read(tmp_path / name)


def test_a_refusal_says_nothing_of_the_content(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(b"\x1f\x8bcanary-1234")
    with pytest.raises(FileRefusedError) as refusal:
        read(path)
    assert "canary" not in str(refusal.value)


def test_a_file_that_is_written_to_meanwhile_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(TEXT)
    with open_source(path) as source:
        assert (source.has_changed, source.is_still_at_its_path) == (False, True)
        with open(path, "ab") as writer:
            writer.write(b"more")
        assert source.has_changed


def test_a_file_that_another_one_replaced_is_noticed(tmp_path: Path) -> None:
    path, newer = tmp_path / "a.ndjson", tmp_path / "newer"
    path.write_bytes(TEXT)
    newer.write_bytes(TEXT)
    with open_source(path) as source:
        os.replace(newer, path)
        assert (source.has_changed, source.is_still_at_its_path) == (False, False)
