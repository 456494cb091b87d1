"""The lists of `gold.recommendations` by the ids that the source knows viewers by, for a page to show."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from jobs.config import Settings
from jobs.contracts.gold import RECOMMENDATIONS, VIEWING_SESSIONS
from jobs.contracts.silver import SEEN_PROFILES
from jobs.errors import WrongUsageError
from jobs.privacy.keys import PseudonymKey
from jobs.privacy.profile_keys import profile_keys
from jobs.storage.stored_tables import open_published, stored_rows


def served_lists(
    settings: Settings, key: PseudonymKey, profile_ids: Sequence[str], first_day: date, today: date
) -> pa.Table:
    """One row a title of a list: `profile_id`, `title_id`, `rank`, `source` and `model_version`, of who has one.

    They are for pages from `first_day` on. They live in memory only: a file of them would say who watches what. Raises
    `WrongUsageError` where nobody has a list, and where the lake knows what viewers did after the first day.
    """
    stored = open_published(settings, RECOMMENDATIONS)
    if stored is None:
        raise WrongUsageError("This lake has no lists yet. `playhead recommend` makes them.")
    if first_day < (last := _last_day(settings, today)):
        raise WrongUsageError(
            f"The lake has plays up to {last}, and lists are shown after what it knows: "
            f"give --start-date {last} or later."
        )
    found = profile_keys(stored_rows(settings, SEEN_PROFILES), key, profile_ids)
    pseudonyms = pa.array(list(found))
    lists = stored.to_pyarrow_dataset().to_table(
        columns=["profile_key", "title_id", "rank", "source", "model_version"],
        filter=pc.field("profile_key").isin(pseudonyms),
    )
    profile = pc.index_in(lists["profile_key"].cast(pa.string()), pseudonyms)
    served = lists.set_column(0, "profile_id", pc.take(pa.array(list(found.values())), profile))
    if not served.num_rows:
        raise WrongUsageError(
            f"None of these {len(profile_ids):,} viewers has a list in this lake. Give the seed and the number of "
            "viewers that its traffic was simulated with; lists under an older key are not found."
        )
    return served


def _last_day(settings: Settings, today: date) -> date:
    """The last UTC date with a play that gold shows; not after today, whatever a wrong clock says."""
    stored = open_published(settings, VIEWING_SESSIONS)
    if stored is None:
        return date.min
    files = pa.table(stored.get_add_actions(flatten=True))
    return min(pc.max(files["partition.session_date"]).as_py() or date.min, today)
