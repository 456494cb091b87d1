import io
import shutil
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from jobs.intake.csv_records import csv_records, joined
from jobs.intake.land import land
from jobs.intake.source_file import FileRefusedError
from jobs.ledger.ledger import Ledger
from tests.conftest import SHARED_DATA

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

CASE = SHARED_DATA.parent / "cases" / "21-titles-with-semicolons"


def records(content: bytes) -> list[bytes]:
    """In these files, the column `cost` is a number."""
    return list(csv_records(io.BytesIO(content), longest_line=100, number_columns={"cost"}))


def landed_titles(root: Path) -> list[dict[str, str]]:
    """The lines of what is in the inbox, as objects, in the order of the files' names."""
    ledger = Ledger(f"sqlite:///{root / 'ledger.db'}")
    report = land([], inbox=root / "inbox", landing=root / "landing", ledger=ledger, now=lambda: NOON)
    assert [file.reason for file in report.files if file.reason] == []
    landed = [pq.read_table(root / "landing" / f"{file.batch_id}.parquet") for file in report.files]
    return [orjson.loads(line) for lines in landed for line in lines["line"].to_pylist()]


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
    ("content", "expected"),
    [
        (b"a;b\n1;2\n", [b'{"a":"1","b":"2"}\n']),
        (b"a\tb\n1\t2\n", [b'{"a":"1","b":"2"}\n']),
        (b"\xef\xbb\xbfa;b\r\n1;2\r\n", [b'{"a":"1","b":"2"}\n']),
        (b'a;b\n"1;x";2\n', [b'{"a":"1;x","b":"2"}\n']),
        (b"a;b\nx,y,z;2\n", [b'{"a":"x,y,z","b":"2"}\n']),
        (b"a,b\nx;y;z,2\n", [b'{"a":"x;y;z","b":"2"}\n']),
        (b"a\nx;y\n", [b'{"a":"x;y"}\n']),
        (b"a|b\n1|2\n", [b'{"a|b":"1|2"}\n']),
        (b'"a;x;y",b\n1,2\n', [b'{"a;x;y":"1","b":"2"}\n']),
        (b'b,"a;x;y"\n1,2\n', [b'{"b":"1","a;x;y":"2"}\n']),
        (b'"a",b;x;y\n1,2\n', [b'{"a":"1","b;x;y":"2"}\n']),
        (b'b;"a,x"\n1;2\n', [b'{"b":"1","a,x":"2"}\n']),
    ],
    ids=[
        "semicolons",
        "tabs",
        "a byte order mark",
        "semicolon in a cell",
        "more commas in a record",
        "more semicolons in a record",
        "one column",
        "bars separate words",
        "first header cell quoted",
        "last header cell quoted",
        "comma after a quoted header cell",
        "comma in a header cell",
    ],
)
def test_the_header_says_what_separates_the_cells(content: bytes, expected: list[bytes]) -> None:
    assert records(content) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12500,50", "12500.50"),
        ("-0,5", "-0.5"),
        ("12500.50", "12500.50"),
        ("12500", "12500"),
        ("1.250,50", "1.250,50"),
        ("1,250,500", "1,250,500"),
        (",5", ",5"),
        ("5,", "5,"),
        ("1,2 drei", "1,2 drei"),
        ("\u0661,\u0662", "\u0661,\u0662"),
    ],
    ids=[
        "decimal",
        "negative",
        "point",
        "whole",
        "thousands with points",
        "thousands with commas",
        "nothing before",
        "nothing after",
        "words",
        "other digits",
    ],
)
@pytest.mark.parametrize("separator", [";", "\t"], ids=["semicolons", "tabs"])
def test_a_decimal_comma_becomes_a_point(separator: str, cell: str, expected: str) -> None:
    (record,) = records(f"a{separator}cost\nx{separator}{cell}\n".encode())
    assert orjson.loads(record)["cost"] == expected


def test_a_text_like_a_number_stays_as_it_is() -> None:
    assert records(b"name;cost\n7,5;1\n") == [b'{"name":"7,5","cost":"1"}\n']


def test_a_decimal_comma_stays_where_commas_separate_the_cells() -> None:
    assert records(b'a,cost\n1,"12500,50"\n') == [b'{"a":"1","cost":"12500,50"}\n']


@pytest.mark.parametrize(
    "content",
    [b"a,b\n,\n1,2\n", b"a;b\n1;2\n;\n", b'a,b\n"",""\n1,2\n', b"a;cost\r\n1;\r\n;\r\n"],
    ids=["commas", "semicolons", "quoted", "a number column"],
)
def test_a_record_of_empty_cells_is_left_out(content: bytes) -> None:
    assert len(records(content)) == 1


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


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b\n1;2\n", "Record 1 (line 2) has not as many cells as the header."),
        (b"a;b\n1,2\n", "Record 1 (line 2) has not as many cells as the header, which is separated by `;`."),
        (b"a;b\n1;2\n;;\n", "Record 2 (line 3) has not as many cells as the header, which is separated by `;`."),
        (b"a\tb\n1\n", "Record 1 (line 2) has not as many cells as the header, which is separated by tabs."),
    ],
    ids=["commas", "semicolons", "too many semicolons", "tabs"],
)
def test_a_refusal_for_the_number_of_cells_names_an_unusual_separator(content: bytes, sentence: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        records(content)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'a;b\n1;"open\n', "Broken CSV"),
        (b"a;a\n1;2\n", "names a column twice"),
        (b"a;b;\n1;2;\n", "column without a name"),
    ],
    ids=["open quotation mark", "a column twice", "a column without a name"],
)
def test_what_is_refused_with_commas_is_refused_with_semicolons(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefusedError, match=reason):
        records(content)


@pytest.mark.parametrize(
    ("column", "expected"),
    [("licence_cost", "7.5"), ("runtime_seconds", "7.5"), ("season_number", "7.5"), ("name", "7,5")],
)
def test_the_contract_says_which_columns_are_numbers(tmp_path: Path, column: str, expected: str) -> None:
    titles = tmp_path / "inbox" / "titles"
    titles.mkdir(parents=True)
    (titles / "t.csv").write_text(f"title_id;{column}\nt;7,5\n")
    assert landed_titles(tmp_path) == [{"title_id": "t", column: expected}]


@pytest.mark.skipif(not CASE.exists(), reason=f"real input is not here: {CASE}")
def test_titles_as_a_german_spreadsheet_writes_them(tmp_path: Path) -> None:
    shutil.copytree(CASE / "inbox", tmp_path / "inbox")
    titles = {title["title_id"]: title for title in landed_titles(tmp_path)}
    assert {title_id: title.get("licence_cost") for title_id, title in titles.items()} == {
        "c21-a": "12500.50",
        "c21-b": "9000.00",
        "c21-c": None,
        "c21-d": None,
    }


def test_records_are_handed_on_in_pieces_of_some_size() -> None:
    assert list(joined([b"1\n", b"22\n", b"333\n", b"4\n"], chunk_bytes=4)) == [b"1\n22\n", b"333\n", b"4\n"]
