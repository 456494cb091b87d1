"""Tables of an earlier version get the columns of their contracts; readers lose nothing meanwhile."""

import logging

from jobs.config import Settings
from jobs.contracts.gold import READ_AS_PUBLISHED
from jobs.contracts.published import PUBLISHED_TABLES
from jobs.contracts.table import Layer
from jobs.run.publication import publish_anew, take_from_readers
from jobs.storage.lake import Lake
from jobs.storage.older_tables import OlderTable, older_tables, released_otherwise

logger = logging.getLogger(__name__)

_READ_AT_VERSIONS = frozenset({*READ_AS_PUBLISHED, *PUBLISHED_TABLES})


def complete_tables(lake: Lake, settings: Settings) -> None:
    """Gives every table of the lake the columns and properties of its contract that it lacks.

    Where a released table has others than it lacks, all released ones are taken away: what notes that a week was
    released is one of them, so that each is released anew.
    """
    with lake.filling_silver(), lake.publishing():
        # Looked at again: another process may have done it before this one had the locks.
        older = older_tables(settings)
        # The publications are among these: they are read in what follows.
        for each in older:
            if each.table not in _READ_AT_VERSIONS:
                _complete(lake, each)
        if released_otherwise(settings):
            _take_releases_away(lake)
            older = [each for each in older if each.table not in PUBLISHED_TABLES]
        _complete_published(lake, [each for each in older if each.table in _READ_AT_VERSIONS])
    if any(each.columns and each.table.layer == Layer.GOLD for each in older):
        logger.info(
            "upgrade: rows that were there have nothing in new columns; `playhead gold --from DATE --to DATE` computes "
            "those of gold anew."
        )


def _take_releases_away(lake: Lake) -> None:
    """First from readers, in one commit: a death after it leaves tables that the next upgrade takes away."""
    take_from_readers(lake, PUBLISHED_TABLES)
    for table in PUBLISHED_TABLES:
        if lake.exists(table):
            lake.remove(table)
    logger.info(
        "upgrade: this version releases other tables. Those that were there are taken away, and `playhead publish` "
        "makes them anew from gold, for all weeks and months: compute new columns of gold first. What was exported "
        "before stays told; do not hand out both."
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
