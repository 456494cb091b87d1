"""`playhead upgrade`: the ledger and the tables of an earlier version get what this one's have more."""

import logging

from jobs.config import Settings
from jobs.contracts.gold import READ_AS_PUBLISHED
from jobs.contracts.published import PUBLISHED_TABLES
from jobs.contracts.table import Layer
from jobs.errors import WrongUsageError
from jobs.ledger.ledger import upgrade_ledger
from jobs.run.publication import publish_anew
from jobs.storage.lake import Lake
from jobs.storage.older_tables import OlderTable, older_tables
from jobs.storage.session import build_session

logger = logging.getLogger(__name__)

_READ_AT_VERSIONS = frozenset({*READ_AS_PUBLISHED, *PUBLISHED_TABLES})


def upgrade(settings: Settings) -> None:
    """Changes the ledger, then the tables, and says what was done. One that died is ended by the next; rows stay.

    Raises `jobs.ledger.revisions.LedgerVersionError` and `jobs.storage.contract_differences.TableVersionError` for what
    cannot be upgraded. A table is refused before anything is changed.
    """
    if not settings.root.is_dir():
        raise WrongUsageError(f"There is no home at {settings.root}: see that PLAYHEAD_HOME names it.")
    is_table_older = bool(older_tables(settings))
    is_ledger_older = upgrade_ledger(settings.ledger)
    if is_ledger_older:
        logger.info("upgrade: the ledger has all that this version keeps there.")
    if is_table_older:
        complete_tables(Lake(build_session(settings), settings.lake_root, settings.locks), settings)
    if not is_ledger_older and not is_table_older:
        logger.info("upgrade: nothing is lacking in %s.", settings.root)


def complete_tables(lake: Lake, settings: Settings) -> None:
    """Gives every table of the lake the columns and properties of its contract that it lacks."""
    with lake.filling_silver(), lake.publishing():
        # Looked at again: another process may have done it before this one had the locks.
        older = older_tables(settings)
        # The publications are among these: they are read in what follows.
        for each in older:
            if each.table not in _READ_AT_VERSIONS:
                _complete(lake, each)
        _complete_published(lake, [each for each in older if each.table in _READ_AT_VERSIONS])
    if any(each.columns and each.table.layer == Layer.GOLD for each in older):
        logger.info(
            "upgrade: rows that were there have nothing in new columns; `playhead gold --from DATE --to DATE` computes "
            "those of gold anew."
        )


def _complete_published(lake: Lake, older: list[OlderTable]) -> None:
    """Readers see the tables as they were, with their new columns, from one commit on."""
    published = lake.take_back_unpublished(each.table for each in older)
    seen = [each for each in older if published.version(each.table) >= 0]
    for each in older:
        if each in seen:
            _complete(lake, each)
        else:
            lake.remove(each.table)
            logger.info("upgrade: %s was never published; the next run makes it anew.", each.table.full_name)
    publish_anew(lake, [each.table for each in seen])


def _complete(lake: Lake, older: OlderTable) -> None:
    lake.complete(older.table, older.columns, older.properties)
    new = ", ".join([*(column.name for column in older.columns), *older.properties])
    logger.info("upgrade: %s has %s now.", older.table.full_name, new)
