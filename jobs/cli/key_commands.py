"""Commands for the secret keys that make pseudonyms."""

import logging
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli.panels import KEYS
from jobs.cli.workspaces import new_workspace, workspace
from jobs.errors import WrongUsageError

if TYPE_CHECKING:
    from jobs.run.workspace import Workspace

logger = logging.getLogger(__name__)

commands = typer.Typer()
keys = typer.Typer(help="The secret keys that make pseudonyms, one an epoch.", no_args_is_help=True)
commands.add_typer(keys, name="keys", rich_help_panel=KEYS)


@keys.command("init")
def init_keys() -> None:
    """Makes the first key and the linkage key, before the first silver run would."""
    from jobs.privacy.keys import first_key, has_key

    work = new_workspace()
    refuse_given_key(work)
    if has_key(work.settings.keys):
        raise WrongUsageError(f"{work.settings.keys} has a key. `playhead keys rotate` begins the next epoch.")
    key = first_key(work.settings.keys, work.ledger.known_keys())
    work.ledger.record_key(key.epoch, key.check_value, work.now())
    work.linkage_key  # noqa: B018 - makes it
    logger.info(
        "The key of epoch 1 and the linkage key are in %s. Back them up, and show them to nobody.", work.settings.keys
    )


@keys.command("rotate")
def rotate_keys(
    is_agreed: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Begins the next epoch: new rows get new pseudonyms, which are not linked with the old ones."""
    from jobs.ledger.ledger import REPLAY
    from jobs.privacy.keys import has_key, next_key
    from jobs.run.home import has_ledger

    work = workspace()
    refuse_given_key(work)
    is_known = has_ledger(work.settings) and bool(work.ledger.known_keys())
    if not has_key(work.settings.keys) and not is_known:
        raise WrongUsageError(f"There is no key in {work.settings.keys} yet. `playhead keys init` makes the first one.")
    current = work.key
    if work.ledger.has_begun("silver") or work.ledger.has_begun(REPLAY):
        raise WrongUsageError(
            "A load of silver was begun and not finished. Let it end, or `playhead silver` or "
            "`playhead quarantine replay` finish it first."
        )
    if not is_agreed:
        ask_before_rotating(current.epoch)
    key = next_key(work.settings.keys, current)
    work.ledger.record_key(key.epoch, key.check_value, work.now())
    logger.info(
        "Epoch %d begins. New rows have new pseudonyms, which are not linked with the stored ones. "
        "Land consents and subscriptions again, in new files: what is stored of them is under epoch %d. Ids of events "
        "and plays, and what retention follows accounts by, go on under the linkage key. "
        "Back the new key up, and keep the old one as long as its rows.",
        key.epoch,
        current.epoch,
    )


def ask_before_rotating(epoch: int) -> None:
    """Ends the command unless whoever sits there agrees. Raises `WrongUsageError` where nobody can be asked."""
    if not sys.stdin.isatty():
        raise WrongUsageError("Nobody can be asked here whether to rotate the keys. Say --yes if you mean it.")
    typer.confirm(
        f"From now on nobody's plays are linked with those that are stored under epoch {epoch}, and consents and "
        "subscriptions must be landed again. This cannot be taken back. Begin the next epoch?",
        abort=True,
        err=True,
    )


def refuse_given_key(work: "Workspace") -> None:
    from jobs.config import PSEUDONYM_KEY

    if work.settings.pseudonym_key:
        raise WrongUsageError(f"{PSEUDONYM_KEY} is set: that is the key. Unset it to have Playhead make one.")
