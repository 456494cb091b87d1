"""What each profile will watch, in which order, and how far: the whole of its life, before any day is simulated.

A day only says how many of the next plays happen, and when. So days need no memory of each other.
"""

from dataclasses import dataclass

import numpy as np

from jobs.simulator.arrays import Flags, Floats, Ints, row_offsets
from jobs.simulator.streams import Purpose, open_stream
from jobs.simulator.world.catalogue import Catalogue
from jobs.simulator.world.regions import COUNTRY_OF_REGION
from jobs.simulator.world.viewers import Viewers

# How strongly popularity and taste pull, in the exponents of the chance to be chosen next.
POPULARITY_PULL, TASTE_PULL = 0.8, 2.2
# Nothing is disliked beyond reach: the floor below the match of a taste and a work.
LEAST_MATCH = 0.01
# A profile has had this share of its life's list at most when the default start comes, so that no two are in step.
LONGEST_HISTORY = 0.15
# Of works that match nothing, four in ten are left within two minutes, and two more later.
SAMPLED_SHARE, ABANDONED_SHARE = 0.40, 0.20
SHORTEST_SAMPLE_MS, LONGEST_SAMPLE_MS = 8_000, 110_000
# Films are long: every fourth is watched in two sittings.
SPLIT_FILM_SHARE = 0.25
# The chance to go on to one more episode, without and with a full match.
NEXT_EPISODE_SHARE, NEXT_EPISODE_SHARE_LIKED = 0.70, 0.93
# Of the people who reach the planted moment, this share leaves there, within some seconds of it.
LEAVING_SHARE, LEAVING_SPREAD_MS = 0.45, 4_000
# Many leave when the credits roll: in the last 6 %.
CREDITS_SHARE = 0.06
PROFILES_AT_A_TIME = 4096


@dataclass(frozen=True)
class Itinerary:
    """Plays by position, a profile's own next to each other: `count` of them from `first`, begun at `phase`."""

    first: Ints
    count: Ints
    phase: Ints
    title: Ints
    from_ms: Ints
    to_ms: Ints


def draw_itinerary(seed: int, catalogue: Catalogue, viewers: Viewers) -> Itinerary:
    """The plays of all profiles, in blocks, so that memory follows the result and not the way there."""
    stream = open_stream(seed, Purpose.ITINERARY, len(viewers.profile_ids))
    blocks = []
    for start in range(0, len(viewers.profile_ids), PROFILES_AT_A_TIME):
        profiles = slice(start, start + PROFILES_AT_A_TIME)
        blocks.append(_draw_block(stream, catalogue, viewers, profiles))
    count, title, from_ms, to_ms = (np.concatenate(column) for column in zip(*blocks, strict=True))
    return Itinerary(
        first=np.cumsum(count) - count,
        count=count,
        phase=(stream.random(len(count)) * LONGEST_HISTORY * count).astype(np.int64),
        title=title,
        from_ms=from_ms,
        to_ms=to_ms,
    )


def match(catalogue: Catalogue, taste: Floats) -> Floats:
    """How well each work fits each taste, 0 to 1: the shared weight of their groups."""
    return np.asarray(taste @ catalogue.mix.T, dtype=np.float64)


def _draw_block(
    stream: np.random.Generator, catalogue: Catalogue, viewers: Viewers, profiles: slice
) -> tuple[Ints, Ints, Ints, Ints]:
    matches = match(catalogue, viewers.taste[profiles])
    country = np.array(COUNTRY_OF_REGION)[viewers.region[viewers.account[profiles]]]
    can_watch = catalogue.is_offered.T[country] & (catalogue.is_family | ~viewers.is_child[profiles, None])
    appeal = POPULARITY_PULL * np.log(catalogue.popularity) + TASTE_PULL * np.log(LEAST_MATCH + matches)
    # Sorting by log weight plus Gumbel noise draws without replacement in proportion to the weights.
    appeal = np.where(can_watch, appeal + stream.gumbel(size=appeal.shape), -np.inf)
    order = np.argsort(-appeal, axis=1)
    profile, place = np.nonzero(np.take_along_axis(can_watch, order, axis=1))
    work = order[profile, place]
    liking = matches[profile, work]

    is_sampled, is_abandoned = _draw_disappointment(stream, liking)
    plays = _plays_of_work(stream, catalogue, work, liking, is_sampled)
    row, number = np.repeat(np.arange(len(work)), plays), row_offsets(plays)
    is_last = number == plays[row] - 1
    is_film = catalogue.title_count[work[row]] == 1
    title = catalogue.first_title[work[row]] + np.where(is_film, 0, number)
    runtime = catalogue.runtime_ms[title]

    finish = np.where(stream.random(len(row)) < 0.5, 1.0, stream.uniform(1 - CREDITS_SHARE, 1, len(row)))
    left_at = np.where(is_abandoned[row] & is_last, stream.uniform(0.1, 0.9, len(row)), finish)
    # An episode that leads on to the next is seen to its end.
    end_ms = (np.where(is_last, left_at, 1.0) * runtime).astype(np.int64)
    split_ms = (stream.uniform(0.3, 0.7, len(work)) * catalogue.runtime_ms[catalogue.first_title[work]]).astype(
        np.int64
    )
    is_split = is_film & (plays[row] == 2)
    from_ms = np.where(is_split & is_last, split_ms[row], 0)
    to_ms = np.where(is_split & ~is_last, split_ms[row], np.maximum(end_ms, from_ms + SHORTEST_SAMPLE_MS))
    sample_ms = stream.integers(SHORTEST_SAMPLE_MS, LONGEST_SAMPLE_MS, len(row))
    to_ms = np.where(is_sampled[row], np.minimum(sample_ms, runtime), to_ms)
    to_ms = _leave_at_planted_moment(stream, catalogue, title, from_ms, np.minimum(to_ms, runtime))
    count = np.bincount(profile[row], minlength=len(matches))
    return count, title, from_ms, to_ms


def _draw_disappointment(stream: np.random.Generator, liking: Floats) -> tuple[Flags, Flags]:
    """Which works are dropped within minutes, which somewhere on the way: the worse the match, the more."""
    u = stream.random(len(liking))
    sampled = SAMPLED_SHARE * (1 - 0.75 * liking)
    abandoned = ABANDONED_SHARE * (1 - 0.5 * liking)
    return u < sampled, (u >= sampled) & (u < sampled + abandoned)


def _plays_of_work(
    stream: np.random.Generator, catalogue: Catalogue, work: Ints, liking: Floats, is_sampled: Flags
) -> Ints:
    """One play for a sampled work, one or two for a film, as many episodes as hold interest for a series."""
    go_on = NEXT_EPISODE_SHARE + (NEXT_EPISODE_SHARE_LIKED - NEXT_EPISODE_SHARE) * liking
    episodes = np.minimum(stream.geometric(1 - go_on), catalogue.title_count[work])
    is_trailer = catalogue.runtime_ms[catalogue.first_title[work]] < 10 * 60_000
    film_plays = 1 + ((stream.random(len(work)) < SPLIT_FILM_SHARE) & ~is_trailer)
    return np.where(is_sampled, 1, np.where(catalogue.title_count[work] > 1, episodes, film_plays)).astype(np.int64)


def _leave_at_planted_moment(
    stream: np.random.Generator, catalogue: Catalogue, title: Ints, from_ms: Ints, to_ms: Ints
) -> Ints:
    leave_ms = catalogue.leaving_position_ms + stream.integers(-LEAVING_SPREAD_MS, LEAVING_SPREAD_MS, len(title))
    reaches = (title == catalogue.leaving_title) & (from_ms < leave_ms) & (to_ms > leave_ms)
    return np.where(reaches & (stream.random(len(title)) < LEAVING_SHARE), leave_ms, to_ms)
