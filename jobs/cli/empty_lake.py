"""A lake that has nothing yet for a stage is told so at once, without Spark."""

from typing import TYPE_CHECKING

from jobs.terminal import say

if TYPE_CHECKING:
    from jobs.config import Settings
    from jobs.contracts.table import Table


def has_nothing_for(stage: str, settings: "Settings", table: "Table") -> bool:
    """Whether readers see no row of the table that the stage begins with; if so, it is said."""
    from jobs.storage.stored_tables import has_published_rows

    if has_published_rows(settings, table):
        return False
    say(
        f"{stage}: nothing to do: {table.full_name} has no rows yet in {settings.lake_root}. `playhead run` takes in "
        "what waits."
    )
    return True
