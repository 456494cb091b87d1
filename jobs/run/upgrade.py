"""`playhead upgrade`: the ledger and the tables of an earlier version get what this one's have more."""

import logging

from jobs.config import Settings
from jobs.ledger.ledger import upgrade_ledger
from jobs.run.consents_that_ended import has_withdrawals_to_apply
from jobs.run.home import has_ledger, home_to_change
from jobs.run.workspace import Workspace
from jobs.storage.older_tables import older_tables, released_otherwise

logger = logging.getLogger(__name__)


def upgrade(settings: Settings) -> None:
    """Changes the ledger, then the tables, and says what was done. One that died is ended by the next; rows stay.

    Raises `jobs.run.home.HomeError`, and `jobs.ledger.revisions.LedgerVersionError` and
    `jobs.storage.contract_differences.TableVersionError` for what cannot be upgraded. A table is refused before
    anything is changed.
    """
    home_to_change(settings)
    is_table_older = bool(older_tables(settings) or released_otherwise(settings))
    is_ledger_older = has_ledger(settings) and upgrade_ledger(settings.ledger)
    if is_ledger_older:
        logger.info("upgrade: the ledger has all that this version keeps there.")
    is_key_lacking = has_ledger(settings) and _make_linkage_key(Workspace(settings))
    if is_table_older:
        # Only here: few homes need Spark for it.
        from jobs.run.completed_tables import complete_tables
        from jobs.storage.lake import Lake
        from jobs.storage.session import build_session

        complete_tables(Lake(build_session(settings), settings.lake_root, settings.locks), settings)
    is_withdrawal_due = has_ledger(settings) and has_withdrawals_to_apply(settings)
    if is_withdrawal_due:
        _apply_withdrawals(Workspace(settings))
    if not is_ledger_older and not is_table_older and not is_key_lacking and not is_withdrawal_due:
        logger.info("upgrade: nothing is lacking in %s.", settings.root)


def _apply_withdrawals(work: Workspace) -> None:
    """Versions before left what rested on a consent that was taken back, or took it out without a note of that."""
    from jobs.run.publication import verdicts_kept
    from jobs.run.withdrawn_rows import take_out_unconsented

    with work.lake.filling_silver(), work.lake.publishing(), verdicts_kept(work):
        take_out_unconsented(work)
    logger.info("upgrade: what rested on consents that were taken back is taken out; `playhead run` computes the rest.")


def _make_linkage_key(work: Workspace) -> bool:
    """Makes the linkage key of a home that has pseudonyms, where it has none yet."""
    if not work.ledger.known_keys() or work.ledger.known_linkage_key():
        return False
    work.make_linkage_key()
    logger.info(
        "upgrade: there is a linkage key now; back up %s. Rows that are there keep the ids that their source gave "
        "them: events and viewings of theirs that come again, in other files, are not known again. Profiles have other "
        "pseudonyms from now on, which are not linked with the stored ones, as after `playhead keys rotate`.",
        work.settings.keys,
    )
    return True
