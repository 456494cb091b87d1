"""Invented people and real ones in one lake: nothing takes them apart again, so whoever mixes them has to say so."""

import re

from jobs.errors import WrongUsageError
from jobs.run.home import has_ledger
from jobs.run.workspace import Workspace
from jobs.wording import counted

# As `simulate` ends the name of each file.
_OF_A_SIMULATION = re.compile(r"-seed\d+-viewers\d+(-part\d+)?\.ndjson(\.zst)?$")
_WAY_OUT = "set PLAYHEAD_HOME to a folder of its own, or say --yes."


def refuse_invented_beside_real(work: Workspace) -> None:
    """Raises `WrongUsageError` where the home has files, in its inbox or landed, that no simulation wrote."""
    if real := [name for name in _file_names(work) if not _OF_A_SIMULATION.search(name)]:
        raise WrongUsageError(
            f"{work.settings.root} has {counted(len(real), 'file')} of others, with whom a demo would mix invented "
            f"people for good: {_WAY_OUT}"
        )


def refuse_real_beside_invented(work: Workspace) -> None:
    """Raises `WrongUsageError` where the home has files, in its inbox or landed, that a simulation wrote."""
    if invented := [name for name in _file_names(work) if _OF_A_SIMULATION.search(name)]:
        raise WrongUsageError(
            f"{work.settings.root} has {counted(len(invented), 'file')} of invented people, with whom these would be "
            f"mixed for good: {_WAY_OUT}"
        )


def _file_names(work: Workspace) -> set[str]:
    landed = {batch.source_name for batch in work.ledger.all_batches()} if has_ledger(work.settings) else set()
    return landed | {path.name for path in work.settings.inbox.rglob("[!.]*") if path.is_file()}
