"""The job and its command: a file that says where it is, whole, the same for the same rows."""

import os
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from jobs.cli import commands as cli
from jobs.config import Settings
from jobs.contracts.published import RELEASES, TITLE_VIEWING_WEEKLY
from jobs.report.build_report import SECTIONS, build_report
from tests.report.parsed_page import parsed
from tests.report.published_lake import AT, RowsByTable, publish_rows, write_rows
from tests.report.released_rows import released_rows

RELEASED = {"period": "week", "period_start_date": date(2026, 6, 8), "released_at": AT}
TITLE = {
    "week_start_date": date(2026, 6, 8),
    "title_id": "title-1",
    "name": "Published",
    "viewers": 20,
    "watched_hours": 30.0,
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLAYHEAD_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run_report(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """The exit code."""
    monkeypatch.setattr(sys, "argv", ["playhead", "report", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


def test_the_command_says_where_the_report_is(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_rows(Settings(), {RELEASES: [RELEASED]})
    assert run_report(monkeypatch) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"The report is in {home / 'report/playhead.html'}. Open it in a browser.\n")
    assert (home / "report" / "playhead.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_command_writes_where_it_is_told_to(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_rows(Settings(), {RELEASES: [RELEASED]})
    (tmp_path / "new").mkdir()
    assert run_report(monkeypatch, "--out", "new/page.html") == 0
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["page.html"]


def test_no_folder_is_made_for_a_mistyped_place(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_rows(Settings(), {RELEASES: [RELEASED]})
    assert run_report(monkeypatch, "--out", "mistyped/page.html") == 2
    assert "There is no folder mistyped." in capsys.readouterr().err
    assert not (tmp_path / "mistyped").exists()


@pytest.mark.parametrize("rows_of", [{}, {RELEASES: []}], ids=["no lake", "no release"])
def test_before_the_first_release_the_command_says_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rows_of: RowsByTable
) -> None:
    home.mkdir()
    if rows_of:
        publish_rows(Settings(), rows_of)
    assert run_report(monkeypatch) == 2
    said = capsys.readouterr().err
    assert f"Nothing is released yet in {home / 'lake'}. `playhead publish` releases each week 14 days" in said
    assert not (home / "report").exists()


def test_a_place_that_cannot_be_written_is_named(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_rows(Settings(), {RELEASES: [RELEASED]})
    place = Path("/proc/page.html")
    assert run_report(monkeypatch, "--out", str(place)) == 1
    assert f"could not be written to {place}" in capsys.readouterr().err


def test_only_published_versions_are_read(settings: Settings) -> None:
    publish_rows(settings, {RELEASES: [RELEASED], TITLE_VIEWING_WEEKLY: [TITLE]})
    write_rows(settings, TITLE_VIEWING_WEEKLY, [TITLE, TITLE | {"title_id": "title-2", "name": "Half-done"}])
    text = build_report(settings).read_text(encoding="utf-8")
    assert ("Published" in text, "Half-done" in text) == (True, False)


def test_the_same_rows_make_the_same_bytes(report_file: Path, settings: Settings) -> None:
    publish_rows(settings, {table: rows[::-1] for table, rows in released_rows().items()})
    assert build_report(settings).read_bytes() == report_file.read_bytes()


def test_who_has_the_old_report_open_still_reads_all_of_it(settings: Settings) -> None:
    publish_rows(settings, {RELEASES: [RELEASED], TITLE_VIEWING_WEEKLY: [TITLE | {"name": "Old"}]})
    target = build_report(settings)
    with target.open(encoding="utf-8") as old:
        before = old.read()
        publish_rows(settings, {RELEASES: [RELEASED], TITLE_VIEWING_WEEKLY: [TITLE | {"name": "New"}]})
        build_report(settings)
        old.seek(0)
        assert (old.read(), os.fstat(old.fileno()).st_nlink) == (before, 0)
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_every_picture_has_its_own_ids(report_file: Path) -> None:
    root = parsed(report_file.read_text(encoding="utf-8"))
    ids = Counter(element.attributes["id"] for element in root.every("") if "id" in element.attributes)
    assert [name for name, times in ids.items() if times > 1] == []


def test_what_a_picture_refers_to_is_in_it(report_file: Path) -> None:
    for picture in parsed(report_file.read_text(encoding="utf-8")).every("svg"):
        attributes = [element.attributes for element in picture.every("")]
        values = [value for of_one in attributes for name, value in of_one.items() if name != "aria-label"]
        references = {name for value in values for name in re.findall(r"url\(#([^)]*)\)|^#(.*)", value)}
        assert references
        assert {url or href for url, href in references} <= {of_one.get("id") for of_one in attributes}


def test_every_picture_says_what_it_shows(report_file: Path) -> None:
    sections = [
        section for section in parsed(report_file.read_text(encoding="utf-8")).every("section") if section.every("svg")
    ]
    assert len(sections) == len(SECTIONS)
    for section in sections:
        (picture,) = section.every("svg")
        (message,) = (p for p in section.every("p") if p.attributes["class"] == "message")
        assert (picture.attributes["role"], picture.attributes["aria-label"]) == ("img", message.all_text)
        assert section.every("details")
