"""Nobody but its owner can read a home, whatever the umask, and also one of an earlier version."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.config import Settings
from jobs.run.closed_home import close_home, open_to_others
from jobs.run.home import home_to_fill
from tests.factories import make_line

# Root, as anybody: what is not its own it may not change.
WITHOUT_POWERS = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"]


def modes(home: Path) -> dict[str, str]:
    return {
        path.relative_to(home.parent).as_posix(): oct(stat.S_IMODE(path.stat().st_mode))
        for path in (home, *home.rglob("*"))
        if not path.is_symlink()
    }


@pytest.fixture
def open_home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    for name in ("ledger.db", "lake/gold/t/part", "lake/gold/t/_delta_log/0.json", "inbox/events/e.ndjson"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).touch()
    for path in (home, *home.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o664)
    return home


def test_a_new_home_is_closed_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        home_to_fill(Settings(home=tmp_path / "home"))
    finally:
        os.umask(before)
    assert modes(tmp_path / "home") == {"home": "0o700"}


def test_a_command_closes_all_that_it_writes_whatever_the_umask(tmp_path: Path) -> None:
    """A file that is taken in, kept and refused; the ledger; the first key."""
    home, inbox = tmp_path / "home", tmp_path / "home" / "inbox" / "events"
    inbox.mkdir(parents=True)
    (inbox / "sound.ndjson").write_bytes(make_line() + b"\n")
    (inbox / "cut.ndjson.gz").write_bytes(b"\x1f\x8b")
    for path in (home, *home.rglob("*")):
        path.chmod(0o777)
    for command in (["land"], ["keys", "init"]):
        subprocess.run(
            [sys.executable, "-m", "jobs.cli", *command],
            env=os.environ | {"PLAYHEAD_HOME": str(home)},
            umask=0,
            check=False,
        )
    written = modes(home)
    assert {"home/ledger.db", "home/keys/pseudonym-epoch-1.key", "home/landing/refused"} <= set(written)
    assert {name: mode for name, mode in written.items() if mode not in ("0o700", "0o600")} == {}


def test_a_home_of_an_earlier_version_is_closed_by_who_writes_in_it(open_home: Path) -> None:
    # The home, four folders of the lake and two of the inbox, and the files but for the one that waits there.
    assert len(list(open_to_others(open_home))) == 7 + 3
    home_to_fill(Settings(home=open_home))
    assert list(open_to_others(open_home)) == []
    assert set(modes(open_home).values()) == {"0o700", "0o600"}


def test_closing_that_was_cut_off_is_ended_by_the_next(open_home: Path) -> None:
    open_home.chmod(0o700)
    close_home(open_home)
    assert list(open_to_others(open_home)) == []


def test_what_links_lead_to_is_left_alone(open_home: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    outside.chmod(0o755)
    (open_home / "link").symlink_to(outside)
    (open_home / "nowhere").symlink_to(tmp_path / "missing")
    close_home(open_home)
    assert (list(open_to_others(open_home)), stat.S_IMODE(outside.stat().st_mode)) == ([], 0o755)


def test_a_home_that_is_a_link_is_closed_where_it_leads(open_home: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    linked.symlink_to(open_home)
    assert open_home in open_to_others(linked)
    close_home(linked)
    assert (list(open_to_others(linked)), modes(open_home)["home"]) == ([], "0o700")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
@pytest.mark.parametrize(("name", "exit_code"), [("inbox/events/theirs", 0), ("lake/theirs", 1)])
def test_of_another_users_files_those_in_the_inbox_stop_nothing(open_home: Path, name: str, exit_code: int) -> None:
    theirs = open_home / name
    theirs.touch()
    theirs.chmod(0o644)
    os.chown(theirs, 12345, 12345)
    close = "import sys, pathlib; from jobs.run.closed_home import close_home; close_home(pathlib.Path(sys.argv[1]))"
    ended = subprocess.run(
        [*WITHOUT_POWERS, sys.executable, "-c", close, str(open_home)], stderr=subprocess.DEVNULL, check=False
    )
    still_open = [theirs] if exit_code else []
    assert (ended.returncode, [path for path in open_to_others(open_home) if path == theirs]) == (exit_code, still_open)
    assert stat.S_IMODE(theirs.stat().st_mode) == 0o644


def test_a_key_that_others_could_read_is_not_closed_in_silence(open_home: Path) -> None:
    key = open_home / "keys" / "pseudonym-epoch-1.key"
    key.parent.mkdir()
    key.touch()
    key.chmod(0o644)
    close_home(open_home)
    assert list(open_to_others(open_home)) == [key]


def test_a_file_that_waits_in_the_inbox_is_as_it_was_brought(open_home: Path) -> None:
    close_home(open_home)
    (open_home / "inbox/events/e.ndjson").chmod(0o644)
    assert list(open_to_others(open_home)) == []
    (open_home / "inbox/events").chmod(0o755)
    assert list(open_to_others(open_home)) == [open_home / "inbox/events"]
    shutil.rmtree(open_home)
