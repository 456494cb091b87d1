"""Recommendations on the page: what of a viewer's list is shown, noticed, and played instead of something else."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulator.arrays import Flags, Ints
from jobs.simulator.traffic.sessions import Sessions
from jobs.simulator.world.itinerary import match
from jobs.simulator.world.regions import COUNTRY_OF_REGION
from jobs.simulator.world.world import World

RECOMMENDED, RECOMMENDED_SHUFFLED, POPULAR, POPULAR_SHUFFLED = range(4)
LIST_ROWS = ("recommended", "recommended_shuffled", "popular", "popular_shuffled")
PLACES = 10
# Of the plays that nothing else leads to, so many are found on the page.
PAGE_SHARE = 0.8
# On so many visits a list is shown in random order, so that what a place does can be told from what a title does.
SHUFFLED_SHARE = 0.2
# The title at place r is noticed on r^-0.7 of the visits: less than half of them at the third.
NOTICED_EXPONENT = 0.7
# Of titles that are noticed and fit the taste wholly, so many are wanted.
WANTED_SHARE = 0.2
FINISHED_SHARE = 0.75


@dataclass(frozen=True)
class Lists:
    """Of each profile the titles (positions) at its `PLACES`, -1 where there is none, and whether it is personal.

    `version` is of the model that made the list, as JSON.
    """

    title: Ints
    is_personal: Flags
    version: pa.Array

    @classmethod
    def of_table(cls, lists: pa.Table, world: World) -> "Lists":
        """From rows of `profile_id`, `title_id`, `rank` (from 1), `source` and `model_version`.

        Titles that the world lacks are left out.
        A list is personal where one of its titles has a source other than "popular".
        """
        profile = _positions(lists["profile_id"], world.viewers.profile_ids)
        title = _positions(lists["title_id"], world.catalogue.title_ids)
        place = lists["rank"].to_numpy() - 1
        is_known = (profile >= 0) & (title >= 0) & (place < PLACES)
        profiles = len(world.viewers.profile_ids)
        titles = np.full((profiles, PLACES), -1)
        titles[profile[is_known], place[is_known]] = title[is_known]
        is_other = np.array(lists["source"].to_pylist()) != "popular"
        versions = [json.dumps(version) for version in lists["model_version"].to_pylist()]
        of_profile = np.full(profiles, "null", dtype=object)
        of_profile[profile[is_known]] = np.array(versions, dtype=object)[is_known]
        is_personal = np.bincount(profile[is_known], is_other[is_known], profiles) > 0
        return cls(titles, is_personal, pa.array(of_profile, pa.string()))


@dataclass(frozen=True)
class Page:
    """One element a title shown before a session: at which place from 1, in which of `LIST_ROWS`, by which version."""

    session: Ints
    title: Ints
    rank: Ints
    row: Ints
    version: pa.Array


def visit_page(
    world: World, lists: Lists, day: date, sessions: Sessions, stream: np.random.Generator
) -> tuple[Sessions, Page]:
    """The sessions as they become, and what was shown before them.

    Who comes by their list plays one of the titles that they notice there and want, and else what they had in mind.
    """
    catalogue = world.catalogue
    visits = np.flatnonzero(~sessions.is_begun(catalogue) & (stream.random(len(sessions)) < PAGE_SHARE))
    profile = sessions.profile[visits]

    is_shuffled = stream.random(len(visits)) < SHUFFLED_SHARE
    order = np.where(is_shuffled[:, None], stream.random((len(visits), PLACES)), np.arange(PLACES)).argsort(axis=1)
    title = np.take_along_axis(lists.title[profile], order, axis=1)
    rank = np.broadcast_to(np.arange(1, PLACES + 1), title.shape)
    work = catalogue.work_of_title[title]
    country = np.array(COUNTRY_OF_REGION)[sessions.region[visits]]
    may_watch = catalogue.is_family[work] | ~world.viewers.is_child[profile, None]
    is_offered = catalogue.is_licensed(title, day) & catalogue.is_offered[work, country[:, None]]
    is_shown = (title >= 0) & may_watch & is_offered

    liking = np.take_along_axis(match(catalogue, world.viewers.taste[profile]), work, axis=1)
    is_noticed = stream.random(title.shape) < rank**-NOTICED_EXPONENT
    is_wanted = is_shown & is_noticed & (stream.random(title.shape) < WANTED_SHARE * liking)
    chosen = np.where(is_wanted, stream.random(title.shape), -1.0).argmax(axis=1)
    has_chosen = is_wanted.any(axis=1)

    visit, place = np.nonzero(is_shown)
    shown = Page(
        session=visits[visit],
        title=title[visit, place],
        rank=rank[visit, place],
        row=np.where(lists.is_personal[profile], RECOMMENDED, POPULAR)[visit] + is_shuffled[visit],
        version=lists.version.take(pa.array(profile[visit])),
    )
    taken, session = title[has_chosen, chosen[has_chosen]], visits[has_chosen]
    return _played_instead(world, sessions, shown.session, session, taken, stream), shown


def _played_instead(
    world: World, sessions: Sessions, on_page: Ints, session: Ints, taken: Ints, stream: np.random.Generator
) -> Sessions:
    """The sessions with the titles taken from the page, most of them seen to their end."""
    title, from_ms, to_ms = sessions.title.copy(), sessions.from_ms.copy(), sessions.to_ms.copy()
    seen = np.where(stream.random(len(session)) < FINISHED_SHARE, 1.0, stream.uniform(0.1, 0.9, len(session)))
    title[session], from_ms[session] = taken, 0
    to_ms[session] = (seen * world.catalogue.runtime_ms[taken]).astype(np.int64)
    begins_on_page = np.zeros(len(sessions), dtype=bool)
    begins_on_page[on_page] = True
    return replace(sessions, title=title, from_ms=from_ms, to_ms=to_ms, begins_on_page=begins_on_page)


def _positions(values: pa.ChunkedArray, known: Sequence[str]) -> Ints:
    places = pc.index_in(values, pa.array(known)).fill_null(-1)
    return np.asarray(places.to_numpy(), dtype=np.int64)
