from pathlib import Path

import pytest

from jobs.importers.inbox_file import write_inbox_file


def test_the_same_rows_make_the_same_file_under_the_same_name(tmp_path: Path) -> None:
    first = write_inbox_file(tmp_path, "events", "x", [{"a": 1}, {"a": 2}])
    again = write_inbox_file(tmp_path, "events", "x", [{"a": 1}, {"a": 2}])
    other = write_inbox_file(tmp_path, "events", "x", [{"a": 3}])
    assert first is not None
    assert other is not None
    assert (first, first.line_count, first.path.read_bytes()) == (again, 2, b'{"a":1}\n{"a":2}\n')
    assert sorted((tmp_path / "events").iterdir()) == sorted([first.path, other.path])


def test_no_rows_make_no_file(tmp_path: Path) -> None:
    assert write_inbox_file(tmp_path, "events", "x", []) is None
    assert list((tmp_path / "events").iterdir()) == []


def test_rows_that_fail_leave_no_file(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_inbox_file(tmp_path, "events", "x", [{"a": 1}, {"a": object()}])
    assert list((tmp_path / "events").iterdir()) == []
