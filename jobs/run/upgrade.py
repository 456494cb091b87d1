"""`playhead upgrade`: the ledger and the tables of an earlier version get what this one's have more."""

import logging

from jobs.config import Settings
from jobs.ledger.ledger import upgrade_ledger
from jobs.run.home import has_ledger, home_to_change
from jobs.storage.older_tables import older_tables

logger = logging.getLogger(__name__)


def upgrade(settings: Settings) -> None:
    """Changes the ledger, then the tables, and says what was done. One that died is ended by the next; rows stay.

    Raises `jobs.run.home.HomeError`, and `jobs.ledger.revisions.LedgerVersionError` and
    `jobs.storage.contract_differences.TableVersionError` for what cannot be upgraded. A table is refused before
    anything is changed.
    """
    home_to_change(settings)
    is_table_older = bool(older_tables(settings))
    is_ledger_older = has_ledger(settings) and upgrade_ledger(settings.ledger)
    if is_ledger_older:
        logger.info("upgrade: the ledger has all that this version keeps there.")
    if is_table_older:
        # Only here: few homes need Spark for it.
        from jobs.run.completed_tables import complete_tables
        from jobs.storage.lake import Lake
        from jobs.storage.session import build_session

        complete_tables(Lake(build_session(settings), settings.lake_root, settings.locks), settings)
    if not is_ledger_older and not is_table_older:
        logger.info("upgrade: nothing is lacking in %s.", settings.root)
