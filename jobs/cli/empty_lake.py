"""A lake that has nothing yet for a stage is told so at once, without Spark."""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.config import Settings
    from jobs.contracts.table import Table


logger = logging.getLogger(__name__)


def has_nothing_for(stage: str, settings: "Settings", table: "Table") -> bool:
    """Whether readers see no row of the table that the stage begins with; if so, it is said."""
    from jobs.storage.stored_tables import has_rows

    if has_rows(settings, table):
        return False
    logger.info(
        "%s: nothing to do: %s has no rows yet in %s. `playhead run` takes in what waits.",
        stage,
        table.full_name,
        settings.lake_root,
    )
    return True
