"""Who pays, from when to when, and why they left: driven by the plan and by the network of the region."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from jobs.simulator.arrays import Flags, Floats, Ints
from jobs.simulator.moments import DAY_MS, NEVER_MS, as_text, epoch_ms
from jobs.simulator.streams import Purpose, open_stream
from jobs.simulator.world.catalogue import Row
from jobs.simulator.world.plans import CURRENCIES, PLANS, PRICES
from jobs.simulator.world.plants import Plants
from jobs.simulator.world.regions import REGIONS
from jobs.simulator.world.viewers import Viewers

# People sign up over this span: a year before the default start, and some weeks into what is simulated.
FIRST_SIGN_UP, LAST_SIGN_UP = datetime(2025, 6, 1), datetime(2026, 6, 20)
# 2 % leave in a month, as large services report; the planted plan and region multiply that.
LEAVING_PER_DAY = 0.02 / 30
PLANTED_PLAN_FACTOR, PLANTED_REGION_FACTOR = 4.0, 3.0
# A third of those who leave come back, after 20 to 150 days, for good.
RETURNING_SHARE = 0.33
PAYMENT_FAILED_SHARE = 0.15
# In their last weeks people watch less: the sign by which leaving can be foreseen.
FADING_DAYS, FADING_SHARE = 21, 0.6


@dataclass(frozen=True)
class Subscriptions:
    """Periods by position: an account's second one follows as its own row. Times in ms since 1970, UTC.

    `ended_ms` is `NEVER_MS` where the period goes on.
    """

    account: Ints
    started_ms: Ints
    ended_ms: Ints
    payment_failed: Flags

    def active_accounts(self, day: date, accounts: int) -> Flags:
        """Accounts whose period covers all hours that are that day somewhere on earth."""
        covers = (self.started_ms <= epoch_ms(day) - DAY_MS) & (self.ended_ms >= epoch_ms(day) + 3 * DAY_MS)
        return np.bincount(self.account[covers], minlength=accounts) > 0

    def fading_accounts(self, day: date, accounts: int) -> Flags:
        """Accounts that are in the last weeks of a period."""
        left_ms = self.ended_ms - epoch_ms(day)
        fading = (left_ms > 0) & (left_ms < FADING_DAYS * DAY_MS)
        return np.bincount(self.account[fading], minlength=accounts) > 0


def draw_subscriptions(seed: int, viewers: Viewers, plants: Plants) -> Subscriptions:
    """All periods of all accounts, past and future."""
    stream = open_stream(seed, Purpose.SUBSCRIPTIONS, len(viewers.profile_ids))
    accounts = len(viewers.account_ids)
    hazard: Floats = np.full(accounts, LEAVING_PER_DAY)
    hazard[viewers.plan == plants.churning_plan] *= PLANTED_PLAN_FACTOR
    hazard[viewers.region == plants.stalling_region] *= PLANTED_REGION_FACTOR
    started = stream.integers(epoch_ms(FIRST_SIGN_UP), epoch_ms(LAST_SIGN_UP), accounts)
    # Nobody leaves within the first week: the shortest period that can be paid for.
    ended = started + 7 * DAY_MS + (stream.exponential(1 / hazard) * DAY_MS).astype(np.int64)
    returning = stream.random(accounts) < RETURNING_SHARE
    back = ended[returning] + stream.integers(20 * DAY_MS, 150 * DAY_MS, int(returning.sum()))
    return Subscriptions(
        account=np.concatenate([np.arange(accounts), np.flatnonzero(returning)]),
        started_ms=np.concatenate([started, back]),
        ended_ms=np.concatenate([ended, np.full(len(back), NEVER_MS)]),
        payment_failed=stream.random(accounts + len(back)) < PAYMENT_FAILED_SHARE,
    )


def subscription_rows(viewers: Viewers, subscriptions: Subscriptions, last_day: date) -> list[Row]:
    """The `subscriptions` feed as it was known at the end of `last_day`: nothing from after it."""
    known_until_ms = epoch_ms(last_day + timedelta(days=1))
    rows: list[Row] = []
    for i in np.argsort(subscriptions.started_ms, kind="stable"):
        if subscriptions.started_ms[i] >= known_until_ms:
            continue
        account = int(subscriptions.account[i])
        country = REGIONS[viewers.region[account]].country
        has_ended = bool(subscriptions.ended_ms[i] < known_until_ms)
        reason = "payment_failed" if subscriptions.payment_failed[i] else "cancelled"
        rows.append(
            {
                "account_id": viewers.account_ids[account],
                "plan": PLANS[viewers.plan[account]],
                "price": PRICES[country][viewers.plan[account]],
                "currency": CURRENCIES[country],
                "country": country,
                "started_at": as_text(int(subscriptions.started_ms[i])),
                "ended_at": as_text(int(subscriptions.ended_ms[i])) if has_ended else None,
                "end_reason": reason if has_ended else None,
            }
        )
    return rows
