"""What people have agreed to, purpose by purpose, and taken back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from jobs.simulator.arrays import Flags, Ints
from jobs.simulator.moments import DAY_MS, NEVER_MS, as_text, epoch_ms
from jobs.simulator.streams import Purpose, open_stream
from jobs.simulator.world.catalogue import Row
from jobs.simulator.world.viewers import Viewers

# Share of adults who agree. Reactions stay rare: they need an explicit yes.
CONSENT_SHARES = {"personalisation": 0.90, "research": 0.50, "marketing": 0.35, "reactions": 0.15}
WITHDRAWN_SHARE = 0.08
FIRST_GRANT, LAST_GRANT = datetime(2025, 6, 1), datetime(2026, 6, 10)
# A consent that is taken back is so within this time.
LONGEST_UNTIL_WITHDRAWAL_DAYS = 400


@dataclass(frozen=True)
class Consents:
    """Consents by position; `purpose` is a position in CONSENT_SHARES, times are ms since 1970, UTC."""

    profile: Ints
    purpose: Ints
    granted_ms: Ints
    withdrawn_ms: Ints

    def allow_reactions(self, day: date, profiles: int) -> Flags:
        """Profiles whose consent to reactions covers all hours that are that day somewhere on earth."""
        covers = (self.granted_ms <= epoch_ms(day) - DAY_MS) & (self.withdrawn_ms >= epoch_ms(day) + 3 * DAY_MS)
        covers &= self.purpose == list(CONSENT_SHARES).index("reactions")
        return np.bincount(self.profile[covers], minlength=profiles) > 0


def draw_consents(seed: int, viewers: Viewers) -> Consents:
    """The consents of all adults, past and future. Children's profiles have none."""
    profiles = len(viewers.profile_ids)
    stream = open_stream(seed, Purpose.CONSENTS, profiles)
    agreed = stream.random((profiles, len(CONSENT_SHARES))) < np.array(list(CONSENT_SHARES.values()))
    profile, purpose = np.nonzero(agreed & ~viewers.is_child[:, None])
    granted = stream.integers(epoch_ms(FIRST_GRANT), epoch_ms(LAST_GRANT), len(profile))
    lasted = stream.integers(DAY_MS, LONGEST_UNTIL_WITHDRAWAL_DAYS * DAY_MS, len(profile))
    is_withdrawn = stream.random(len(profile)) < WITHDRAWN_SHARE
    return Consents(profile, purpose, granted, np.where(is_withdrawn, granted + lasted, NEVER_MS))


def consent_rows(viewers: Viewers, consents: Consents, last_day: date) -> list[Row]:
    """The `consents` feed as it was known at the end of `last_day`: nothing from after it."""
    known_until_ms = epoch_ms(last_day + timedelta(days=1))
    purposes = list(CONSENT_SHARES)
    return [
        {
            "profile_id": viewers.profile_ids[profile],
            "purpose": purposes[purpose],
            "granted_at": as_text(int(granted)),
            "withdrawn_at": as_text(int(withdrawn)) if withdrawn < known_until_ms else None,
        }
        for profile, purpose, granted, withdrawn in zip(
            consents.profile, consents.purpose, consents.granted_ms, consents.withdrawn_ms, strict=True
        )
        if granted < known_until_ms
    ]
