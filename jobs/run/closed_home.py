"""A home is its owner's alone: its folders have mode 0700, its files 0600."""

import os
import stat
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def write_for_owner_only() -> None:
    """What this process and those it starts write from here on is closed to others, whatever the umask was."""
    os.umask(_OTHERS)


def close_home(home: Path) -> None:
    """Takes from others what they may do with a home of an earlier version, or with one that was copied.

    The home itself is closed first. What is in it is gone through only where it, or something that lies right in it,
    was open: a large lake has a hundred thousand files. A key is left as it is: that others could read it must be told.
    A file that waits in the inbox may be another user's, and is left to them. Raises `PermissionError` where anything
    else is.
    """
    home = home.resolve()
    if not any(map(_is_open, (home, *home.iterdir()))):
        return
    _close(home)
    # From the bottom up: what lies right in the home stays open, and tells the next run, until all in it is closed.
    for folder, folders, files in os.walk(home, topdown=False):
        for name in (*files, *folders):
            if not name.endswith(".key"):
                with suppress(PermissionError) if name in files and _is_of_inbox(folder, home) else nullcontext():
                    _close(Path(folder, name))


def open_to_others(home: Path) -> Iterator[Path]:
    """What others could read, write or enter. A file that waits in the inbox is as whoever brought it left it."""
    home = home.resolve()
    if _is_open(home):
        yield home
    for folder, folders, files in os.walk(home):
        is_waiting = _is_of_inbox(folder, home)
        yield from (path for name in folders + files * (not is_waiting) if _is_open(path := Path(folder, name)))


def _is_of_inbox(folder: str, home: Path) -> bool:
    """Whether what lies in the folder waits to be taken in."""
    return home / "inbox" in (Path(folder), Path(folder).parent)


def _close(path: Path) -> None:
    # Another process may have taken it away by now.
    with suppress(FileNotFoundError):
        if _is_open(path):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)


def _is_open(path: Path) -> bool:
    """Not a link: what it leads to counts for itself."""
    with suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        return not stat.S_ISLNK(mode) and bool(mode & _OTHERS)
    return False
