"""`keys rotate` cuts new rows off from the stored ones for good: it asks, and whoever cannot be asked says --yes."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.cli import commands as cli

ROTATE = [sys.executable, "-m", "jobs.cli", "keys", "rotate"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLAYHEAD_HOME", str(tmp_path))
    cli.app(["keys", "init"], standalone_mode=False)
    return tmp_path


def epochs(home: Path) -> list[str]:
    return sorted(path.stem for path in (home / "keys").iterdir())


def test_where_nobody_sits_it_does_nothing(home: Path) -> None:
    ended = subprocess.run(ROTATE, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Say --yes if you mean it." in ended.stderr
    assert epochs(home) == ["linkage", "pseudonym-epoch-1"]


@pytest.mark.parametrize(
    ("answer", "exit_code", "expected"),
    [
        ("n", 1, ["linkage", "pseudonym-epoch-1"]),
        ("", 1, ["linkage", "pseudonym-epoch-1"]),
        ("y", 0, ["linkage", "pseudonym-epoch-1", "pseudonym-epoch-2"]),
    ],
    ids=["no", "nothing", "yes"],
)
def test_at_a_terminal_it_asks(home: Path, answer: str, exit_code: int, expected: list[str]) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    ended = subprocess.run(ROTATE, stdin=theirs, capture_output=True, text=True, check=False)
    os.close(theirs)
    os.close(ours)
    assert (ended.returncode, epochs(home)) == (exit_code, expected)
    assert "This cannot be taken back." in ended.stderr
