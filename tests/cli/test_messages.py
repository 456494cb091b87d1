"""What is logged, as it comes out on standard error."""

import json
import logging
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobs.cli.commands import main
from jobs.cli.messages import messages_shown

WRONG_USAGE = ["tables", "no.such"]
NO_TABLE = "There is no table 'no.such'. `playhead tables` lists them."


def log_three() -> None:
    logging.getLogger("jobs.bronze").info("bronze: %s …", "3 files")
    logging.getLogger("jobs.silver").debug("nobody asked for this")
    logging.getLogger("infra.local_stack").error("in\ntwo lines")


def test_text_is_the_message_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    with messages_shown("text"):
        log_three()
    assert capsys.readouterr() == ("", "bronze: 3 files …\nin\ntwo lines\n")


def test_json_is_one_object_a_line_with_its_time_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    before = datetime.now(UTC)
    with messages_shown("json"):
        log_three()
    found = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    times = [datetime.fromisoformat(one.pop("time")) for one in found]
    assert found == [
        {"level": "info", "logger": "jobs.bronze", "message": "bronze: 3 files …"},
        {"level": "error", "logger": "infra.local_stack", "message": "in\ntwo lines"},
    ]
    assert before <= times[0] <= times[1] <= datetime.now(UTC)


def test_a_message_comes_once_where_the_root_logger_shows_messages_too(capsys: pytest.CaptureFixture[str]) -> None:
    of_root = logging.StreamHandler(sys.stderr)
    logging.getLogger().addHandler(of_root)
    with messages_shown("text"):
        logging.getLogger("jobs.bronze").info("bronze")
    logging.getLogger().removeHandler(of_root)
    assert capsys.readouterr().err == "bronze\n"


@pytest.mark.parametrize("library", ["py4j", "great_expectations", "mlflow", "alembic", "jobsearch"])
def test_no_other_library_gets_louder(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    # As loud as it is by itself: MLflow shows its messages, once it is imported.
    logging.getLogger(library).info("look at me")
    by_itself = capsys.readouterr().err.count("look at me")
    with messages_shown("text"):
        logging.getLogger(library).info("look at me")
    assert capsys.readouterr().err.count("look at me") == by_itself


def test_afterwards_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with messages_shown("text"):
        pass
    logging.getLogger("jobs.bronze").info("bronze")
    assert capsys.readouterr() == ("", "")


def test_an_error_is_its_kind_and_its_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run_wrong_usage(monkeypatch, tmp_path)
    assert capsys.readouterr() == ("", f"Wrong usage: {NO_TABLE}\n")


def test_a_setting_asks_for_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PLAYHEAD_LOG_FORMAT", "json")
    run_wrong_usage(monkeypatch, tmp_path)
    found = json.loads(capsys.readouterr().err)
    assert (found["level"], found["message"]) == ("error", f"Wrong usage: {NO_TABLE}")


def test_on_a_terminal_the_errors_kind_is_red_and_no_line_is_broken(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    narrow = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    narrow |= {"TERM": "xterm", "COLUMNS": "20", "PLAYHEAD_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "jobs.cli", *WRONG_USAGE]
    subprocess.run(command, stderr=theirs, stdout=subprocess.DEVNULL, env=narrow, check=False)
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert shown == f"\x1b[1;31mWrong usage\x1b[0m: {NO_TABLE}\r\n"


def run_wrong_usage(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["playhead", *WRONG_USAGE])
    with pytest.raises(SystemExit, match="2"):
        main()
