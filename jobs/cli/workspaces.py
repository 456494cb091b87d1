"""What commands work with, each by what it may do to the home. Raise `jobs.run.home.HomeError`."""

from typing import TYPE_CHECKING

from jobs.errors import WrongUsageError

if TYPE_CHECKING:
    from jobs.ledger.ledger import Batch
    from jobs.run.workspace import Workspace


def new_workspace() -> "Workspace":
    """For who brings data in: the home is made where it is missing."""
    from jobs.config import Settings
    from jobs.run.home import home_to_fill
    from jobs.run.workspace import Workspace

    return Workspace(home_to_fill(Settings()))


def workspace() -> "Workspace":
    """For who goes on with what is there."""
    from jobs.config import Settings
    from jobs.run.home import home_to_change
    from jobs.run.workspace import Workspace

    return Workspace(home_to_change(Settings()))


def workspace_to_read() -> "Workspace":
    """For who looks at what was landed, and makes nothing."""
    from jobs.config import Settings
    from jobs.run.home import home_with_files
    from jobs.run.workspace import Workspace

    return Workspace(home_with_files(Settings()))


def known_file(work: "Workspace", name: str) -> "Batch":
    """The one file of that name or SHA-256. Raises `WrongUsageError`."""
    found = work.ledger.find(name)
    if len(found) != 1:
        raise WrongUsageError(f"{len(found)} files are known by {name!r}. `playhead audit` lists them all.")
    return found[0]
