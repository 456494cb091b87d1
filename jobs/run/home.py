"""The home of a lake: that it is there to be read, that it can be made and written, and that nobody else reads it."""

import os

from jobs.config import Settings
from jobs.errors import PlayheadError
from jobs.run.closed_home import close_home
from jobs.storage.work_folder import sweep


class HomeError(PlayheadError):
    """The home is not there, or cannot be made or written."""


def home_to_read(settings: Settings) -> Settings:
    """The settings, of a home that is there; nothing is made. Raises `HomeError`."""
    if settings.lake is None and not os.path.isdir(settings.root):
        raise HomeError(
            f"There is no home at {settings.root}. See that its disk is mounted and that PLAYHEAD_HOME names it, or "
            "begin a new one: `playhead demo`, or `playhead run` for files of your own."
        )
    return settings


def home_to_change(settings: Settings) -> Settings:
    """The settings, of a home that is there and can be written. Raises `HomeError`."""
    home_to_read(settings)
    return home_to_fill(settings)


def home_to_fill(settings: Settings) -> Settings:
    """The settings, of a home that can be written, made where it was missing. Raises `HomeError`.

    It is closed to others, and what runs put aside that died since is swept away.
    """
    try:
        settings.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise HomeError(_not_ours(settings, f"cannot be made ({error.strerror})")) from error
    if not os.access(settings.root, os.W_OK | os.X_OK):
        raise HomeError(_not_ours(settings, "cannot be written"))
    try:
        close_home(settings.root)
    except PermissionError as error:
        raise HomeError(_not_ours(settings, f"is open to others, and {error.filename} is another user's")) from error
    sweep(settings.root)
    return settings


def home_with_files(settings: Settings) -> Settings:
    """The settings, of a home into which something was landed; nothing is made. Raises `HomeError`."""
    home_to_read(settings)
    if not has_ledger(settings):
        raise HomeError(
            f"Nothing was landed in {settings.root} yet: it has no ledger. See that its disk is mounted and that "
            "PLAYHEAD_HOME names it; `playhead run` takes in what waits in its inbox."
        )
    return settings


def has_ledger(settings: Settings) -> bool:
    """Whether the ledger can be opened without making a file. One at a URL of its own is taken to be there."""
    return settings.ledger_url is not None or settings.ledger_file.is_file()


def _not_ours(settings: Settings, why: str) -> str:
    return f"The home {settings.root} {why}. Set PLAYHEAD_HOME to a folder on a disk that you can write."
