import csv
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.cli.export import export, write_csv
from jobs.config import Settings
from jobs.contracts.all_tables import ALL_TABLES
from jobs.contracts.published import EXPORTED_TABLES
from jobs.errors import WrongUsageError


def test_no_other_table_leaves(settings: Settings) -> None:
    for name in (table.full_name for table in ALL_TABLES if table not in EXPORTED_TABLES):
        with pytest.raises(WrongUsageError, match=f"'{name}' may not leave: only released tables do"):
            export(settings, name, "csv", None)


def test_before_the_first_release_it_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(WrongUsageError, match="`playhead publish` releases"):
        export(settings, "title_viewing_weekly", "csv", None)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"], ids=ascii)
def test_no_text_in_a_csv_is_a_formula(tmp_path: Path, sign: str) -> None:
    """The names, as they are, would start a program in a spreadsheet."""
    name = f'{sign}cmd|"/C calc"!A0'
    rows = pa.table({"name": [name, None, f"plain{sign}"], "change": [-1.5, 2.0, None], "day": [date(2026, 6, 1)] * 3})
    write_csv(rows, str(tmp_path / "f.csv"))
    with open(tmp_path / "f.csv", newline="") as text:
        header, *records = csv.reader(text)
    assert header == ["name", "change", "day"]
    assert records == [
        ["'" + name, "-1.5", "2026-06-01"],
        ["", "2", "2026-06-01"],
        [f"plain{sign}", "", "2026-06-01"],
    ]


def test_nothing_else_in_a_csv_is_changed(tmp_path: Path) -> None:
    names = ["Amélie", "'71", "1+1=2", 'a, "b"\nc', " spaced", "\u200f=x"]
    write_csv(pa.table({"name": names}), str(tmp_path / "f.csv"))
    with open(tmp_path / "f.csv", newline="") as text:
        assert [name for (name,) in csv.reader(text)] == ["name", *names]
