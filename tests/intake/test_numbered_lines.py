import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.intake.numbered_lines import number_lines

TEXTS = st.lists(st.sampled_from([b"\n", b"\r", b"a", b"\x00", b"\xff", "é\u2028".encode(), b"longer"])).map(b"".join)


def in_chunks(text: bytes, size: int) -> list[bytes]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def lines_of(text: bytes, size: int, limit: int = 1000) -> list[tuple[int, bytes | None, int]]:
    batches = list(number_lines(in_chunks(text, size), limit))
    for batch in batches:
        batch.validate(full=True)
    rows = pa.Table.from_batches(batches).to_pylist() if batches else []
    return [(row["line_number"], row["line"], row["line_bytes"]) for row in rows]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"", []),
        (b"\n", [b""]),
        (b"a", [b"a"]),
        (b"a\n", [b"a"]),
        (b"a\n\nb", [b"a", b"", b"b"]),
        (b"a\r\nb\rc\n", [b"a\r", b"b\rc"]),
        (b"\xef\xbb\xbf{}\n", [b"\xef\xbb\xbf{}"]),
        ("a\u2028b\x85c\n".encode(), ["a\u2028b\x85c".encode()]),
    ],
)
def test_only_a_newline_ends_a_line(text: bytes, lines: list[bytes]) -> None:
    assert [line for _, line, _ in lines_of(text, 1000)] == lines


@given(TEXTS, st.integers(1, 9))
def test_joined_lines_are_the_bytes_whatever_the_chunks(text: bytes, size: int) -> None:
    found = lines_of(text, size)
    joined = b"".join(line + b"\n" for _, line, _ in found if line is not None)
    assert joined == (text if text.endswith(b"\n") or not text else text + b"\n")
    assert [number for number, _, _ in found] == list(range(1, len(found) + 1))
    assert [length for _, _, length in found] == [len(line or b"") for _, line, _ in found]


@given(TEXTS, st.integers(1, 9), st.integers(0, 5))
def test_a_long_line_keeps_its_number_and_length_but_not_its_bytes(text: bytes, size: int, limit: int) -> None:
    whole = lines_of(text, size)
    assert lines_of(text, size, limit) == [
        (number, line if length <= limit else None, length) for number, line, length in whole
    ]
