"""Whole weeks of a simulated service, as the partition reads them. No events, no Spark."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from jobs.simulator.streams import Purpose, open_stream
from jobs.simulator.traffic.playback import play
from jobs.simulator.traffic.schedule import schedule
from jobs.simulator.traffic.sessions import plan_sessions
from jobs.simulator.world.regions import REGIONS
from jobs.simulator.world.world import World, draw_world

FIRST_WEEK = date(2026, 6, 1)


def contributions_of_weeks(viewers: int, weeks: int, seed: int) -> pl.DataFrame:
    """What `jobs.published.partition.released_parts` takes."""
    world = draw_world(seed, viewers)
    days = [_plays_of_day(world, FIRST_WEEK + timedelta(days=number)) for number in range(7 * weeks)]
    return pl.concat(days).group_by(pl.exclude("watched_seconds")).agg(pl.col("watched_seconds").sum())


def _plays_of_day(world: World, day: date) -> pl.DataFrame:
    people = world.viewers
    profiles = len(people.profile_ids)

    def stream(purpose: Purpose) -> np.random.Generator:
        return open_stream(world.seed, purpose, profiles, day.toordinal(), 0)

    stalls_per_hour = np.array([region.stalls_per_hour for region in REGIONS])
    sessions = plan_sessions(world, day, slice(None), stalls_per_hour, stream(Purpose.SESSIONS))
    playback = play(sessions, world.catalogue.runtime_ms[sessions.title], stream(Purpose.PLAYBACK))
    plan, playback = schedule(world, day, sessions, playback, stream(Purpose.SCHEDULE))
    local = pl.Series(plan.start_ms + plan.utc_offset_minutes * 60_000).cast(pl.Datetime("ms"))
    first_hour = local.dt.hour() // 3 * 3
    return pl.DataFrame(
        {
            "week_start_date": [day - timedelta(days=day.weekday())] * len(sessions),
            "title_id": [world.catalogue.title_ids[title] for title in sessions.title],
            "local_day": local.dt.strftime("%A"),
            "time_of_day": [f"{hour:02d}-{hour + 3:02d}" for hour in first_hour],
            "account_key": [people.account_ids[people.account[profile]] for profile in sessions.profile],
            "profile_key": [people.profile_ids[profile] for profile in sessions.profile],
            "watched_seconds": playback.duration_ms / 1000,
        }
    )
