"""One stream of random numbers for each purpose, so that a change in one place moves nothing anywhere else."""

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream is for. The numbers are part of every simulated byte: add, never renumber."""

    PLANTS = 1
    CATALOGUE = 2
    ACCOUNTS = 3
    PROFILES = 4
    DEVICES = 5
    SUBSCRIPTIONS = 6
    CONSENTS = 7
    ITINERARY = 8
    PACE = 9
    SESSIONS = 10
    PLAYBACK = 11
    SCHEDULE = 12
    BROWSING = 13
    COLLECTION = 14
    FAULTS = 15
    DELIVERY = 16
    QUERIES = 17
    PAGE = 18


def open_stream(seed: int, purpose: Purpose, *keys: int) -> np.random.Generator:
    """The same numbers for the same seed, purpose and keys, on every machine."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(int(purpose), *keys))))
