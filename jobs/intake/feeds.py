"""The kinds of files that arrive, and where a folder of them keeps each."""

from collections.abc import Iterator
from pathlib import Path

EVENTS = "events"
FEEDS = (EVENTS, "titles", "subscriptions", "consents", "profiles", "reported_viewings")


def feed_of(path: Path, otherwise: str = EVENTS) -> str:
    """The feed that the file's folder is named for, else `otherwise`."""
    return path.parent.name if path.parent.name in FEEDS else otherwise


def waiting_files(folder: Path) -> Iterator[Path]:
    """What lies in the folder and in its feed folders, in the order of names.

    A name that starts with a dot is a file that somebody still writes.
    """
    for path in _visible(folder):
        if path.name in FEEDS and path.is_dir():
            yield from _visible(path)
        else:
            yield path


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []
