"""Who watches: accounts, the people on them, their tastes, and how often they watch."""

from dataclasses import dataclass

import numpy as np

from jobs.simulator.arrays import Flags, Floats, Ints, row_offsets
from jobs.simulator.streams import Purpose, open_stream
from jobs.simulator.world.catalogue import FAMILY_GROUP, TASTE_GROUPS
from jobs.simulator.world.plans import PLAN_SHARES
from jobs.simulator.world.regions import REGIONS

# Profiles on an account: five at most, as services allow; the mean is 2.1, a household.
PROFILE_COUNT_SHARES = (0.38, 0.30, 0.17, 0.10, 0.05)
# Of the profiles after an account's first one.
CHILD_SHARE = 0.3
# A person likes one or two groups: a small parameter keeps tastes apart.
TASTE_CONCENTRATION = 0.12
# Plays a day of an active profile, lognormal: the median watches once a day, one in fifty three times.
MEDIAN_PLAYS_PER_DAY, SPREAD_PLAYS_PER_DAY, MOST_PLAYS_PER_DAY = 0.95, 0.55, 5.0


@dataclass(frozen=True)
class Viewers:
    """Accounts (`region`, `plan`: positions in REGIONS and PLANS) and profiles, each an array by position.

    `taste` is a profile's share of each taste group; `plays_per_day` its mean while the subscription runs.
    """

    account_ids: list[str]
    region: Ints
    plan: Ints
    profile_ids: list[str]
    account: Ints
    is_child: Flags
    taste: Floats
    plays_per_day: Floats


def profile_ids(seed: int, viewers: int) -> list[str]:
    """The ids of the profiles of a seed, as its traffic has them."""
    return draw_viewers(seed, viewers).profile_ids


def draw_viewers(seed: int, viewers: int) -> Viewers:
    """Exactly `viewers` profiles; the last account may have fewer than it drew."""
    stream = open_stream(seed, Purpose.ACCOUNTS, viewers)
    sizes = stream.choice(len(PROFILE_COUNT_SHARES), viewers, p=PROFILE_COUNT_SHARES) + 1
    accounts = int(np.searchsorted(np.cumsum(sizes), viewers)) + 1
    account = np.repeat(np.arange(accounts), sizes[:accounts])[:viewers]
    number = row_offsets(sizes[:accounts])[:viewers]
    weights = np.array([region.weight for region in REGIONS])
    region = stream.choice(len(REGIONS), accounts, p=weights / weights.sum())
    plan = stream.choice(len(PLAN_SHARES), accounts, p=PLAN_SHARES)

    stream = open_stream(seed, Purpose.PROFILES, viewers)
    is_child = (stream.random(viewers) < CHILD_SHARE) & (number > 0)
    taste = stream.dirichlet(np.full(len(TASTE_GROUPS), TASTE_CONCENTRATION), viewers)
    taste[is_child] = np.eye(len(TASTE_GROUPS))[FAMILY_GROUP]
    plays = stream.lognormal(np.log(MEDIAN_PLAYS_PER_DAY), SPREAD_PLAYS_PER_DAY, viewers)
    return Viewers(
        account_ids=[f"account-{seed}-{viewers}-{i:05d}" for i in range(accounts)],
        region=region,
        plan=plan,
        profile_ids=[f"profile-{seed}-{viewers}-{a:05d}-{n + 1}" for a, n in zip(account, number, strict=True)],
        account=account,
        is_child=is_child,
        taste=taste,
        plays_per_day=np.minimum(plays, MOST_PLAYS_PER_DAY),
    )
