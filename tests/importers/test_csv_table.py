from pathlib import Path

import pytest

from jobs.importers.csv_table import ExportError, read_rows


def rows(tmp_path: Path, content: bytes) -> list[tuple[int, str, str]]:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    return [(row.number, row["a"], row["b"]) for row in read_rows(path, needed=("a", "b"), renamed={"B-old": "b"})]


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        b"b,c,a\n2,x,1\n",
        b"\xef\xbb\xbfa,b\r\n1,2\r\n",
        b"a;b\n1;2\n",
        b"a, B-old\n1,2\n",
    ],
)
def test_columns_are_bound_by_name(tmp_path: Path, content: bytes) -> None:
    assert rows(tmp_path, content) == [(2, "1", "2")]


def test_a_record_with_too_many_cells_has_none(tmp_path: Path) -> None:
    assert rows(tmp_path, b"a,b\n1,2,3\n4\n") == [(2, "", ""), (3, "4", "")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,c,d\n", r"f\.csv has no column b among the 3 in its first line\."),
        (b"", r"f\.csv has no column a, b among the 0 in its first line\."),
        (b'a,b\n"1,2\n', r"f\.csv, line 1: unexpected end of data"),
        (b"a,b\n\xff,2\n", r"f\.csv is not UTF-8"),
    ],
)
def test_a_file_that_does_not_fit_is_an_error_that_names_it(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(ExportError, match=message):
        rows(tmp_path, content)


@pytest.mark.parametrize(
    "content", [b"Ann Other,2\n3,4\n", b'a,b\n"Ann Other"x,2\n', b'a,b\n1,"Ann Other\n', b"a,b\nAnn Other,\xff\n"]
)
def test_no_message_says_what_stands_in_a_row(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ExportError) as refused:
        rows(tmp_path, content)
    assert "Ann" not in str(refused.value)
