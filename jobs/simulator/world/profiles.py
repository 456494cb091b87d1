"""The profiles of each account, and what the youngest of them may see."""

from jobs.simulator.world.catalogue import CHILD_MATURITY, Row
from jobs.simulator.world.viewers import Viewers


def profile_rows(viewers: Viewers) -> list[Row]:
    """The `profiles` feed: one row a profile; a child's has the highest age class that it may see."""
    return [
        {
            "profile_id": profile_id,
            "account_id": viewers.account_ids[account],
            "is_child": bool(is_child),
            "maturity": CHILD_MATURITY[-1] if is_child else None,
        }
        for profile_id, account, is_child in zip(viewers.profile_ids, viewers.account, viewers.is_child, strict=True)
    ]
