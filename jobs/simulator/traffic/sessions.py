"""Which plays happen on a day: who, what, from where to where, on which device, at about what hour."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Self

import numpy as np

from jobs.simulator.arrays import Flags, Floats, Ints, Texts, row_offsets
from jobs.simulator.traffic.pace import plays_of_day
from jobs.simulator.world.catalogue import Catalogue
from jobs.simulator.world.devices import DEVICE_USE
from jobs.simulator.world.subscriptions import FADING_SHARE
from jobs.simulator.world.world import World

HOUR_MS = 60 * 60 * 1000
# Plays by local hour, 0 to 23, as weights. Television peaks from 20 to 22; at weekends the afternoon fills.
EVENING = (9, 4, 2, 1, 1, 1, 3, 7, 9, 8, 8, 10, 14, 13, 12, 13, 16, 24, 36, 55, 80, 85, 60, 28)
WEEKEND = (14, 7, 3, 2, 1, 1, 2, 6, 14, 22, 28, 30, 32, 36, 40, 42, 44, 48, 54, 66, 84, 88, 66, 36)
# Phones and tablets follow the day: the way to work, the lunch break, bed.
PORTABLE = (12, 5, 2, 1, 1, 2, 8, 20, 22, 14, 12, 16, 28, 24, 14, 14, 20, 30, 30, 30, 34, 40, 44, 28)
CHILD = (0, 0, 0, 0, 0, 0, 8, 20, 18, 12, 10, 10, 10, 9, 12, 22, 34, 40, 36, 22, 8, 2, 0, 0)
CELLULAR_SHARE_OF_PHONES = 0.35
# The share of an evening's further plays that come at another hour, not right after the one before.
LATER_SHARE = 0.3
# Said of a session that begins when the one before it ends.
RIGHT_AFTER = -1


@dataclass(frozen=True)
class Sessions:
    """One element is one play. A profile's plays are next to each other, in order.

    `wish_ms` is the wished local time of day, or RIGHT_AFTER; `stalls_per_hour` what the network does to it;
    `begins_on_page` says that the viewer came by a list of recommendations.
    """

    profile: Ints
    title: Ints
    from_ms: Ints
    to_ms: Ints
    device: Ints
    network: Texts
    region: Ints
    wish_ms: Ints
    stalls_per_hour: Floats
    has_reactions: Flags
    begins_on_page: Flags

    def __len__(self) -> int:
        return len(self.profile)

    def is_begun(self, catalogue: Catalogue) -> Flags:
        """The rest of a film, or a later episode."""
        first_title = catalogue.first_title[catalogue.work_of_title[self.title]]
        return (self.from_ms > 0) | (self.title > first_title)

    def only(self, keep: Flags) -> Self:
        return replace(self, **{field.name: getattr(self, field.name)[keep] for field in fields(self)})


def plan_sessions(
    world: World, day: date, profiles: slice, stalls_per_hour: Floats, stream: np.random.Generator
) -> Sessions:
    """The plays of these profiles on that day of their local calendar. `stalls_per_hour` is by region."""
    people, itinerary = world.viewers, world.itinerary
    first, count = plays_of_day(world.seed, people.plays_per_day, day)
    accounts = len(people.account_ids)
    is_active = world.subscriptions.active_accounts(day, accounts)[people.account]
    count = np.where(is_active, count, 0)[profiles]
    profile = np.repeat(np.arange(len(people.profile_ids))[profiles], count)
    number = row_offsets(count)
    nth = itinerary.phase[profile] + first[profile] + number
    play = itinerary.first[profile] + nth % np.maximum(itinerary.count[profile], 1)

    account = people.account[profile]
    devices = world.devices
    favourite = np.searchsorted(np.cumsum(DEVICE_USE)[:-1], stream.random(len(profile)), side="right")
    device = devices.first[account] + favourite % devices.count[account]
    is_outside = devices.is_phone[device] & (stream.random(len(profile)) < CELLULAR_SHARE_OF_PHONES)
    wish = _draw_times(stream, day, people.is_child[profile], devices.is_portable[device])
    goes_right_on = (number > 0) & (stream.random(len(profile)) >= LATER_SHARE)
    region = people.region[account]
    sessions = Sessions(
        profile=profile,
        title=itinerary.title[play],
        from_ms=itinerary.from_ms[play],
        to_ms=itinerary.to_ms[play],
        device=device,
        network=np.where(is_outside, devices.on_the_move[device], devices.at_home[account]),
        region=region,
        wish_ms=np.where(goes_right_on, RIGHT_AFTER, wish),
        stalls_per_hour=stalls_per_hour[region],
        has_reactions=world.consents.allow_reactions(day, len(people.profile_ids))[profile],
        begins_on_page=np.zeros(len(profile), dtype=bool),
    )
    is_fading = world.subscriptions.fading_accounts(day, accounts)[account]
    loses_interest = is_fading & (stream.random(len(profile)) < FADING_SHARE)
    return sessions.only(world.catalogue.is_licensed(sessions.title, day) & ~loses_interest)


def _draw_times(stream: np.random.Generator, day: date, is_child: Flags, is_portable: Flags) -> Ints:
    """A local time of day for each play, in ms, from the clock that fits the viewer, the device and the day."""
    clocks: Floats = np.array([WEEKEND if day.weekday() >= 5 else EVENING, PORTABLE, CHILD], dtype=np.float64)
    chances = np.cumsum(clocks / clocks.sum(axis=1, keepdims=True), axis=1)
    clock = np.where(is_child, 2, np.where(is_portable, 1, 0))
    hour: Ints = (stream.random(len(clock))[:, None] > chances[clock]).sum(axis=1)
    times: Ints = np.minimum(hour, 23) * HOUR_MS + stream.integers(0, HOUR_MS, len(clock))
    return times
