"""What people do around their plays: look at rows of titles, search, rate, keep a list."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa

from jobs.simulator.arrays import Flags, Ints
from jobs.simulator.traffic.page import LIST_ROWS, Page
from jobs.simulator.traffic.playback import Playback
from jobs.simulator.traffic.schedule import HOME, SEARCH, Schedule
from jobs.simulator.traffic.sessions import Sessions
from jobs.simulator.world.catalogue import Catalogue
from jobs.simulator.world.itinerary import match
from jobs.simulator.world.queries import QueryBook
from jobs.simulator.world.regions import COUNTRY_OF_REGION
from jobs.simulator.world.world import World


class OtherKind(StrEnum):
    """The event types outside of a session."""

    SEARCHED = "searched"
    SEARCH_RESULT_OPENED = "search_result_opened"
    TITLE_SHOWN = "title_shown"
    RATED = "rated"
    LIST_ADDED = "list_added"
    LIST_REMOVED = "list_removed"


BROWSED_ROWS = ("trending", "new", "because_you_watched", "my_list", "top_10", "continue_watching")
ROWS = (*BROWSED_ROWS, *LIST_ROWS)
RATINGS = ("thumbs_down", "thumbs_up", "two_thumbs_up")
TITLES_SHOWN_BEFORE_PLAY = 5.0
# A list comes into view, title by title, so long before the play.
LIST_SHOWN_MS, NEXT_PLACE_MS = 20_000, 400
# One play in eight is followed by a search that leads nowhere; what it asks for, in these shares.
LOST_SEARCHES_PER_PLAY = 0.125
LOST_SEARCH_SHARES = {"scarce_genre": 0.40, "genres": 0.22, "typos": 0.18, "beginning": 0.16, "personal": 0.04}
RATED_SHARE, LIST_ADDED_SHARE, LIST_REMOVED_SHARE = 0.12, 0.06, 0.03
# From which match of taste and title a thumb goes up, and both do.
LIKED_MATCH, LOVED_MATCH = 0.3, 0.7


@dataclass(frozen=True)
class OtherEvents:
    """Events of one kind by position; `title` is -1 and `query` unused where the kind has none.

    `number` is the rank, the result count or the position in RATINGS; `word` the position of the query or in ROWS.
    `version` is of the model that chose the title, as JSON, where one did.
    """

    kind: OtherKind
    session: Ints
    at_ms: Ints
    title: Ints
    number: Ints
    word: Ints
    version: pa.Array | None = None


def draw_other_events(
    world: World,
    queries: QueryBook,
    sessions: Sessions,
    plan: Schedule,
    playback: Playback,
    page: Page | None,
    stream: np.random.Generator,
) -> list[OtherEvents]:
    """Everything around these sessions, one element a kind, or two where a kind has two causes.

    `page` is what lists showed, if any did.
    """
    end_ms = plan.start_ms + playback.duration_ms
    country = np.array(COUNTRY_OF_REGION)[sessions.region]
    return [
        _draw_shown(world.catalogue, sessions, plan, country, stream),
        *_draw_searches_before_plays(world.catalogue, queries, sessions, plan, country, stream),
        _draw_lost_searches(queries, end_ms, country, stream),
        _draw_ratings(world, sessions, playback, end_ms, stream),
        _draw_list(OtherKind.LIST_ADDED, LIST_ADDED_SHARE, sessions, plan.start_ms - 20_000, stream),
        _draw_list(OtherKind.LIST_REMOVED, LIST_REMOVED_SHARE, sessions, end_ms + 15_000, stream),
        *([_list_shown(page, plan)] if page else []),
    ]


def _draw_shown(
    catalogue: Catalogue, sessions: Sessions, plan: Schedule, country: Ints, stream: np.random.Generator
) -> OtherEvents:
    """Titles that passed by before a play from the page: popular ones, offered in the country."""
    counts = np.where(plan.source == HOME, stream.poisson(TITLES_SHOWN_BEFORE_PLAY, len(sessions)), 0)
    session = np.repeat(np.arange(len(sessions)), counts)
    work = stream.choice(len(catalogue.names), len(session), p=catalogue.popularity / catalogue.popularity.sum())
    offered = catalogue.is_offered[work, country[session]]
    session, work = session[offered], work[offered]
    return OtherEvents(
        kind=OtherKind.TITLE_SHOWN,
        session=session,
        at_ms=plan.start_ms[session] - stream.integers(2_000, 90_000, len(session)),
        title=catalogue.first_title[work],
        number=stream.integers(1, 21, len(session)),
        word=stream.integers(0, len(BROWSED_ROWS), len(session)),
    )


def _list_shown(page: Page, plan: Schedule) -> OtherEvents:
    return OtherEvents(
        kind=OtherKind.TITLE_SHOWN,
        session=page.session,
        at_ms=plan.start_ms[page.session] - LIST_SHOWN_MS + NEXT_PLACE_MS * page.rank,
        title=page.title,
        number=page.rank,
        word=len(BROWSED_ROWS) + page.row,
        version=page.version,
    )


def _draw_searches_before_plays(
    catalogue: Catalogue,
    queries: QueryBook,
    sessions: Sessions,
    plan: Schedule,
    country: Ints,
    stream: np.random.Generator,
) -> tuple[OtherEvents, OtherEvents]:
    session = np.flatnonzero(plan.source == SEARCH)
    work = catalogue.work_of_title[sessions.title[session]]
    typed_all = stream.random(len(session)) < 0.4
    query = np.where(typed_all, queries.full_name[work], queries.beginning[work])
    found = queries.result_count[query, country[session]]
    opened_ms = plan.start_ms[session] - stream.integers(1_000, 8_000, len(session))
    searched_ms = opened_ms - stream.integers(3_000, 30_000, len(session))
    # The viewer opens what they looked for: near the top, and never beyond the results.
    rank = np.minimum(stream.geometric(0.6, len(session)), np.maximum(found, 1))
    nothing = np.full(len(session), -1)
    return (
        OtherEvents(OtherKind.SEARCHED, session, searched_ms, nothing, found, query),
        OtherEvents(OtherKind.SEARCH_RESULT_OPENED, session, opened_ms, sessions.title[session], rank, query),
    )


def _draw_lost_searches(queries: QueryBook, end_ms: Ints, country: Ints, stream: np.random.Generator) -> OtherEvents:
    session = np.flatnonzero(stream.random(len(end_ms)) < LOST_SEARCHES_PER_PLAY)
    group = stream.choice(len(LOST_SEARCH_SHARES), len(session), p=list(LOST_SEARCH_SHARES.values()))
    query = np.full(len(session), queries.scarce_genre)
    for i, name in enumerate(LOST_SEARCH_SHARES):
        choices = np.atleast_1d(getattr(queries, name))
        query[group == i] = stream.choice(choices, int((group == i).sum()))
    return OtherEvents(
        kind=OtherKind.SEARCHED,
        session=session,
        at_ms=end_ms[session] + stream.integers(5_000, 60_000, len(session)),
        title=np.full(len(session), -1),
        number=queries.result_count[query, country[session]],
        word=query,
    )


def _draw_ratings(
    world: World, sessions: Sessions, playback: Playback, end_ms: Ints, stream: np.random.Generator
) -> OtherEvents:
    """Thumbs after plays that went as planned: the taste decides, with some noise."""
    session = np.flatnonzero(playback.reached_end & (stream.random(len(sessions)) < RATED_SHARE))
    work = world.catalogue.work_of_title[sessions.title[session]]
    taste = world.viewers.taste[sessions.profile[session]]
    liking = match(world.catalogue, taste)[np.arange(len(session)), work] + stream.normal(0, 0.1, len(session))
    return OtherEvents(
        kind=OtherKind.RATED,
        session=session,
        at_ms=end_ms[session] + stream.integers(1_000, 20_000, len(session)),
        title=sessions.title[session],
        number=np.searchsorted([LIKED_MATCH, LOVED_MATCH], liking),
        word=np.zeros(len(session), dtype=np.int64),
    )


def _draw_list(
    kind: OtherKind, share: float, sessions: Sessions, at_ms: Ints, stream: np.random.Generator
) -> OtherEvents:
    happens: Flags = stream.random(len(sessions)) < share
    session = np.flatnonzero(happens)
    zeros = np.zeros(len(session), dtype=np.int64)
    return OtherEvents(kind, session, at_ms[session], sessions.title[session], zeros, zeros)
