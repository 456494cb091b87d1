"""Gold: engagement and features of the dates that new silver rows touch."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import (
    INTERACTIONS,
    PLAY_RANGES,
    PROFILE_FEATURES,
    TITLE_ENGAGEMENT_DAILY,
    TITLE_FEATURES,
    TITLE_PROGRESS,
    VIEWING_CLOCK,
    VIEWING_SESSIONS,
)
from jobs.contracts.silver import (
    FEEDBACK_EVENTS,
    PLAYBACK_EVENTS,
    REPORTED_VIEWINGS,
    TITLES,
)
from jobs.contracts.table import Table
from jobs.expressions.periods import monday_of
from jobs.gold.features.features import profile_features, title_features
from jobs.gold.features.interactions import interactions
from jobs.gold.sessions.plays import READ, play_rows, play_rows_in_driver, ranges_of, traced_plays
from jobs.gold.sessions.session_dates import FIRST_LOOK_DAYS, dates_of_sessions, days_around
from jobs.gold.sessions.viewing_clock import viewing_clock
from jobs.gold.sessions.viewing_sessions import viewing_sessions
from jobs.gold.shown_files import rows_of_shown_files, viewings_of_shown_files
from jobs.gold.titles.title_engagement_daily import title_engagement_daily
from jobs.gold.titles.title_progress import REACH_DAYS, WITHIN_DAYS, title_progress
from jobs.storage.lake import Lake

if TYPE_CHECKING:
    from expectations.gate import Gate

# The kernel needs 3 GB for as many; those of more go through Spark's tasks.
MOST_EVENTS_IN_DRIVER = 1_000_000


def build_gold(
    lake: Lake, dates: Sequence[date], gate: "Gate", load_id: str, unpublished: Sequence[str] = ()
) -> list[date]:
    """Computes gold of these event dates anew and puts it in the place of what was there; returns the session dates.

    Files that are `unpublished` count as if they were not there: a later run shows them whole.
    Every table is judged before the first is written. Raises `jobs.errors.GateFailedError`.
    """
    events_of = partial(lake.read_dates, PLAYBACK_EVENTS, "event_date")
    reported_of = partial(lake.read_dates, REPORTED_VIEWINGS, "session_date")
    lake.suit_queries(PLAYBACK_EVENTS, days_around(dates, FIRST_LOOK_DAYS, FIRST_LOOK_DAYS))
    session_dates, event_dates = dates_of_sessions(events_of, reported_of, dates)
    weeks = local_weeks(session_dates)
    titles = lake.read(TITLES).localCheckpoint()
    shown = rows_of_shown_files(lake.spark, unpublished)
    plays = _play_rows(lake, event_dates, titles, unpublished).localCheckpoint()
    shown_viewings = viewings_of_shown_files(lake.spark, unpublished)
    is_due = F.col("session_date").isin(session_dates)
    sessions = viewing_sessions(traced_plays(plays), shown_viewings(reported_of(session_dates)), titles)
    sessions = sessions.where(is_due).localCheckpoint()
    ranges = ranges_of(plays).where(is_due)
    sessions_of_weeks = _with_candidates(lake, VIEWING_SESSIONS, days_of_local_weeks(weeks), sessions, session_dates)
    clock = viewing_clock(sessions_of_weeks).where(F.col("week_start_date").isin(weeks))

    progress_dates = _with_dates_after(lake, session_dates)
    seen_dates = days_around(progress_dates, before=WITHIN_DAYS - 1)
    sessions_seen = _with_candidates(lake, VIEWING_SESSIONS, seen_dates, sessions, session_dates)
    ranges_seen = _with_candidates(lake, PLAY_RANGES, seen_dates, ranges, session_dates)
    earlier = lake.read_dates(TITLE_PROGRESS, "session_date", seen_dates)
    progress = title_progress(sessions_seen, ranges_seen, titles, earlier, progress_dates).localCheckpoint()
    # Read anew: Spark does not join a union with what was made of itself.
    sessions_with_progress = _with_candidates(lake, VIEWING_SESSIONS, progress_dates, sessions, session_dates)
    engagement = title_engagement_daily(sessions_with_progress, progress, titles)
    feedback = shown(lake.read_dates(FEEDBACK_EVENTS, "event_date", progress_dates))
    daily = interactions(sessions_with_progress, progress, feedback).localCheckpoint()

    history = lake.read(INTERACTIONS).where(~F.col("session_date").isin(progress_dates)).unionByName(daily)
    touched = lake.read_dates(INTERACTIONS, "session_date", progress_dates).unionByName(daily)
    profiles = profile_features(_about(history, touched, "profile_key"), titles)
    title_facts = title_features(_about(history, touched, "title_id"), titles)

    candidates = {
        VIEWING_SESSIONS: (sessions, session_dates),
        PLAY_RANGES: (ranges, session_dates),
        TITLE_PROGRESS: (progress, progress_dates),
        TITLE_ENGAGEMENT_DAILY: (engagement, progress_dates),
        VIEWING_CLOCK: (clock, weeks),
        INTERACTIONS: (daily, progress_dates),
    }
    features = {PROFILE_FEATURES: profiles, TITLE_FEATURES: title_facts}
    judged = {
        table: gate.judge(table, lake.at_hand(rows), load_id)
        for table, rows in ({table: rows for table, (rows, _) in candidates.items()} | features).items()
    }
    # First, while the interactions still say who occurred on these dates and may not any more.
    for table in features:
        lake.replace_keys(table, judged[table], touched.select(*table.key))
    for table, (_, dates_of_table) in candidates.items():
        lake.replace_dates(table, judged[table], dates_of_table)
    return session_dates


def _play_rows(lake: Lake, event_dates: Sequence[date], titles: DataFrame, unpublished: Sequence[str]) -> DataFrame:
    events = lake.arrow_of_dates(PLAYBACK_EVENTS, "event_date", event_dates, (*READ, "batch_id"), MOST_EVENTS_IN_DRIVER)
    if events is None:
        shown = rows_of_shown_files(lake.spark, unpublished)
        return play_rows(shown(lake.read_dates(PLAYBACK_EVENTS, "event_date", event_dates)), titles)
    is_hidden = pc.is_in(events["batch_id"], pa.array(unpublished, pa.string()))
    return play_rows_in_driver(lake.spark, events.filter(pc.invert(is_hidden)), titles)


def local_weeks(session_dates: Sequence[date]) -> list[date]:
    """Mondays of the weeks in which these UTC dates lie on some viewer's clock."""
    return sorted({monday_of(day) for day in days_around(session_dates, before=1, after=1)})


def days_of_local_weeks(weeks: Sequence[date]) -> list[date]:
    """The UTC dates on which a play of these local weeks can have begun."""
    return days_around([monday + timedelta(days=day) for monday in weeks for day in range(7)], before=1, after=1)


def _with_dates_after(lake: Lake, session_dates: Sequence[date]) -> list[date]:
    """The dates, and those of later sessions: what their viewers have seen by then holds what they saw on the dates."""
    after = lake.read_dates(VIEWING_SESSIONS, "session_date", days_around(session_dates, after=REACH_DAYS))
    return sorted({*session_dates, *(row.session_date for row in after.select("session_date").distinct().collect())})


def _with_candidates(
    lake: Lake, table: Table, dates: Sequence[date], candidates: DataFrame, replaced: Sequence[date]
) -> DataFrame:
    """The table's rows of these dates as they will be once the candidates are written."""
    kept = [day for day in dates if day not in set(replaced)]
    return lake.read_dates(table, "session_date", kept).unionByName(candidates)


def _about(history: DataFrame, touched: DataFrame, key: str) -> DataFrame:
    return history.join(touched.select(key).distinct(), on=key, how="left_semi")
