import io

import pytest

from jobs.intake.csv_records import csv_records, joined
from jobs.intake.source_file import FileRefusedError


def records(content: bytes) -> list[bytes]:
    return list(csv_records(io.BytesIO(content), longest_line=100))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"a,b\n", []),
        (b"a,b\n1,2\n", [b'{"a":"1","b":"2"}\n']),
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n", [b'{"a":"1","b":"2"}\n']),
        (b'a\n"x\ny"\n', [b'{"a":"x\\ny"}\n']),
        (b'a\n"say ""hi"""\n', [b'{"a":"say \\"hi\\""}\n']),
        (b"a,b\n,2\n", [b'{"b":"2"}\n']),
        (b"a\n=cmd()\n", [b'{"a":"=cmd()"}\n']),
    ],
)
def test_a_record_is_one_json_line_bound_by_name(content: bytes, expected: list[bytes]) -> None:
    assert records(content) == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a,b\n1\n", "Record 1 .* has not as many cells"),
        (b"a,b\n1,2\n1,2,3\n", "Record 2 .* has not as many cells"),
        (b'a\n"open\n', "Broken CSV"),
        (b'a\n"x"y\n', "Broken CSV"),
        (b"a,a\n1,2\n", "names a column twice"),
        (b"a,\n1,2\n", "column without a name"),
        (b"a\n\xff\n", "not UTF-8"),
        (b"a\n" + b"x" * 101 + b"\n", "Line 2 has over 100 characters"),
    ],
)
def test_a_broken_file_is_refused_whole(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefusedError, match=reason):
        records(content)


def test_records_are_handed_on_in_pieces_of_some_size() -> None:
    assert list(joined([b"1\n", b"22\n", b"333\n", b"4\n"], chunk_bytes=4)) == [b"1\n22\n", b"333\n", b"4\n"]
