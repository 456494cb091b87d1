"""One day of some of the people, from their plans to the lines of the file."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from jobs.simulator.arrays import Flags, Floats, Ints
from jobs.simulator.delivery.faults import Fate, Fates, draw_clock_skews, draw_fates
from jobs.simulator.moments import DAY_MS
from jobs.simulator.streams import Purpose, open_stream
from jobs.simulator.traffic.lines import Stamps, other_lines, playback_lines, session_texts
from jobs.simulator.traffic.other_events import draw_other_events
from jobs.simulator.traffic.page import Lists, visit_page
from jobs.simulator.traffic.playback import play
from jobs.simulator.traffic.schedule import schedule
from jobs.simulator.traffic.sessions import plan_sessions
from jobs.simulator.world.plants import PLANTED_STALLS_PER_HOUR
from jobs.simulator.world.queries import QueryBook
from jobs.simulator.world.regions import REGIONS
from jobs.simulator.world.world import World

# People are simulated in blocks, each in a file of its own: memory is bounded by a block's day.
PROFILES_PER_FILE = 1000
# From the device to the collector: half of the events within 0.9 s.
MEDIAN_DELIVERY_MS, DELIVERY_SPREAD = 900, 0.8


@dataclass(frozen=True)
class Day:
    """The events of one block on one day, as lines; of each when it was received, and what befalls it."""

    lines: pa.Array
    received_ms: Ints
    fates: Fates
    is_skewed: Flags


def simulate_day(world: World, queries: QueryBook, day: date, part: int, faults: float, lists: Lists | None) -> Day:
    """What block `part` of the people do on that day: a function of its arguments alone."""
    profiles = len(world.viewers.profile_ids)

    def stream(purpose: Purpose) -> np.random.Generator:
        return open_stream(world.seed, purpose, profiles, day.toordinal(), part)

    block = slice(part * PROFILES_PER_FILE, (part + 1) * PROFILES_PER_FILE)
    sessions = plan_sessions(world, day, block, _stalls_per_hour(world), stream(Purpose.SESSIONS))
    page = None
    if lists is not None:
        sessions, page = visit_page(world, lists, day, sessions, stream(Purpose.PAGE))
    playback = play(sessions, world.catalogue.runtime_ms[sessions.title], stream(Purpose.PLAYBACK))
    plan, playback = schedule(world, day, sessions, playback, stream(Purpose.SCHEDULE))
    playback = playback.grouped_by_kind()
    others = draw_other_events(world, queries, sessions, plan, playback, page, stream(Purpose.BROWSING))

    fault_stream, collection = stream(Purpose.FAULTS), stream(Purpose.COLLECTION)
    session = np.concatenate([playback.session, *(other.session for other in others)])
    happened = np.concatenate(
        [plan.start_ms[playback.session] + playback.offset_ms, *(other.at_ms for other in others)]
    )
    skew = draw_clock_skews(fault_stream, len(sessions), faults)[session]
    fates = draw_fates(fault_stream, skew != 0, faults)
    delay = collection.lognormal(np.log(MEDIAN_DELIVERY_MS), DELIVERY_SPREAD, len(session)).astype(np.int64)
    received = happened + delay + np.where(fates.fate == Fate.LATE, fates.days_late * DAY_MS, 0)
    stamps = Stamps(np.arange(len(session)), happened + skew, received)

    tag = f"{world.seed}-{profiles}-{day:%Y%m%d}-{part}"
    shared = session_texts(world, sessions, plan, f"s{tag}")
    blocks = [playback_lines(playback, shared, stamps.of(np.arange(len(playback.session))), f"e{tag}", collection)]
    start = len(playback.session)
    for other in others:
        rows = np.arange(start, start + len(other.session))
        blocks.append(other_lines(other, world, queries, shared, stamps.of(rows), f"e{tag}"))
        start += len(other.session)
    return Day(pa.concat_arrays(blocks).cast(pa.binary()), received, fates, skew != 0)


def _stalls_per_hour(world: World) -> Floats:
    usual: Floats = np.array([region.stalls_per_hour for region in REGIONS])
    usual[world.plants.stalling_region] = PLANTED_STALLS_PER_HOUR
    return usual
