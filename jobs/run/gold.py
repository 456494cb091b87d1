"""Gold's tables: the plays of new events, and what is derived of them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import (
    FROM_SILVER,
    INSIGHTS,
    INTERACTIONS,
    ONLY_JUDGED,
    PLAY_RANGES,
    PROFILE_FEATURES,
    TITLE_FEATURES,
    TITLE_MOMENTS,
    TITLE_PROGRESS,
    TITLE_VALUE_MONTHLY,
    VIEWING_SESSIONS,
    WITHIN_DAYS,
)
from jobs.contracts.silver import PLAYBACK_EVENTS, REPORTED_VIEWINGS, SILVER_TABLES, TITLES
from jobs.contracts.table import Table
from jobs.expressions.periods import days_around
from jobs.gold.features.features import profile_features, title_features
from jobs.gold.sessions.newest_date import newest_dates
from jobs.gold.sessions.plays import READ, play_rows, play_rows_in_driver, ranges_of, traced_plays
from jobs.gold.sessions.session_dates import FIRST_LOOK_DAYS, dates_of_sessions
from jobs.gold.sessions.viewing_sessions import viewing_sessions
from jobs.gold.shown_files import viewings_of_shown_files
from jobs.gold.titles.title_moments import exits_of, other_exits, title_moments, with_other_exits
from jobs.run.derived_tables import Maker, derived
from jobs.run.due import changed_by, days_read, periods_due, periods_of
from jobs.run.seen_rows import SeenRows
from jobs.storage.candidates import Candidate

# The kernel needs 3 GB for as many; those of more go through Spark's tasks.
MOST_EVENTS_IN_DRIVER = 1_000_000
# Gold of new events.
DERIVED_OF_PLAYS = tuple(table for table in FROM_SILVER if table.reads)
DERIVED_OF_GOLD = (*INSIGHTS, *(table for table in ONLY_JUDGED if table.reads))


class Plays(NamedTuple):
    """The plays that new events change: the dates on which they began, and what is known of them."""

    session_dates: list[date]
    candidates: list[Candidate]


def plays_of(seen: SeenRows, dates: Sequence[date]) -> Plays:
    """`gold.viewing_sessions` and `gold.play_ranges` of the plays that events of these dates have a part in."""
    lake = seen.lake
    lake.suit_queries(PLAYBACK_EVENTS, days_around(dates, FIRST_LOOK_DAYS, FIRST_LOOK_DAYS))
    session_dates, event_dates = dates_of_sessions(
        lambda days: lake.read_dates(PLAYBACK_EVENTS, "event_date", days),
        lambda days: lake.read_dates(REPORTED_VIEWINGS, "session_date", days),
        dates,
    )
    plays = _play_rows(seen, event_dates).localCheckpoint()
    reported = lake.read_dates(REPORTED_VIEWINGS, "session_date", session_dates)
    shown_viewings = viewings_of_shown_files(lake.spark, seen.unpublished)
    sessions = viewing_sessions(traced_plays(plays), shown_viewings(reported), seen.whole(TITLES))
    is_due = F.col("session_date").isin(session_dates)
    candidates = [
        Candidate(VIEWING_SESSIONS, lake.at_hand(sessions.where(is_due)), session_dates),
        Candidate(PLAY_RANGES, lake.at_hand(ranges_of(plays).where(is_due)), session_dates),
    ]
    return Plays(session_dates, candidates)


def derived_of_plays(seen: SeenRows, plays: Plays) -> Iterator[Candidate]:
    """What follows of these plays in the same run, computed as it is yielded."""
    for candidate in plays.candidates:
        seen.add(candidate)
    reach = newest_dates(seen.published.dates(VIEWING_SESSIONS), plays.session_dates, seen.today)
    newest = max(reach.newest, *plays.session_dates)
    return derived(due_of_plays(plays.session_dates, newest), seen, newest, makers_of_gold(plays.session_dates))


def insights(seen: SeenRows, session_dates: Sequence[date]) -> Iterator[Candidate]:
    """What follows of gold once plays of these dates are published, computed as it is yielded."""
    seen.lake.suit_queries(VIEWING_SESSIONS, days_around(session_dates, before=WITHIN_DAYS, after=WITHIN_DAYS))
    reach = newest_dates(seen.published.dates(VIEWING_SESSIONS), session_dates, seen.today)
    due = due_of_gold(session_dates, max(reach.newest, *session_dates), reach.of_others)
    return derived(due, seen, reach.newest, makers_of_gold(session_dates))


def due_of_plays(session_dates: Sequence[date], newest: date) -> dict[Table, list[date]]:
    """What is derived in the same run from plays of these dates."""
    return _due(DERIVED_OF_PLAYS, _changed_with(session_dates), newest)


def due_of_gold(session_dates: Sequence[date], newest: date, newest_before: date | None) -> dict[Table, list[date]]:
    """What is derived of gold once plays of these dates are published.

    `newest_before`: how far the other dates reach. What rests on how far gold reaches has more to say of that day.
    """
    changed = changed_by(DERIVED_OF_PLAYS, _changed_with(session_dates), newest)
    due = _due(DERIVED_OF_GOLD, changed, newest)
    if newest_before:
        for table in (TITLE_VALUE_MONTHLY, *_readers_of(TITLE_VALUE_MONTHLY)):
            due[table] = sorted({*due.get(table, ()), *periods_of(table, [newest_before])})
    return due


def makers_of_gold(session_dates: Sequence[date]) -> dict[Table, Maker]:
    """Of the tables of which more is replaced than the periods that are due, or less."""

    def make_title_moments(seen: SeenRows, due: Sequence[date]) -> list[Candidate]:
        return _title_moments(seen, due, session_dates)

    return {
        TITLE_MOMENTS: make_title_moments,
        PROFILE_FEATURES: _profile_features,
        TITLE_FEATURES: _title_features,
    }


def _changed_with(session_dates: Sequence[date]) -> dict[Table, Sequence[date]]:
    """Dates of plays are due wherever anything of silver is new (`Ledger.dates_touched`, `Ledger.mark_due`)."""
    return dict.fromkeys((*SILVER_TABLES, VIEWING_SESSIONS, PLAY_RANGES), session_dates) | {TITLES: ()}


def _due(tables: Sequence[Table], changed: Mapping[Table, Collection[date]], newest: date) -> dict[Table, list[date]]:
    of_all = changed_by(tables, changed, newest)
    return {table: due for table in tables if (due := periods_due(table, of_all, newest))}


def _play_rows(seen: SeenRows, event_dates: Sequence[date]) -> DataFrame:
    lake, titles = seen.lake, seen.whole(TITLES)
    events = lake.arrow_of_dates(PLAYBACK_EVENTS, "event_date", event_dates, (*READ, "batch_id"), MOST_EVENTS_IN_DRIVER)
    if events is None:
        return play_rows(seen.of_days(PLAYBACK_EVENTS, event_dates), titles)
    is_hidden = pc.is_in(events["batch_id"], pa.array(seen.unpublished, pa.string()))
    return play_rows_in_driver(lake.spark, events.filter(pc.invert(is_hidden)), titles)


def _title_moments(seen: SeenRows, due: Sequence[date], session_dates: Sequence[date]) -> list[Candidate]:
    """Curves of the dates of the plays; of the other dates that are due, the moments with other exits than stored."""
    of = {name: days_read(TITLE_MOMENTS, due, read) for name, read in TITLE_MOMENTS.reads.items()}
    ranges, sessions, progress = (
        seen.of_days(table, of[name])
        for name, table in (("ranges", PLAY_RANGES), ("sessions", VIEWING_SESSIONS), ("progress", TITLE_PROGRESS))
    )
    exits = exits_of(ranges, sessions, progress, seen.whole(TITLES)).localCheckpoint()
    is_of_plays = F.col("session_date").isin(list(session_dates))
    curves = title_moments(ranges.where(is_of_plays), sessions.where(is_of_plays), exits.where(is_of_plays))
    candidates = [Candidate(TITLE_MOMENTS, seen.lake.at_hand(curves), session_dates)]
    other_dates = sorted(set(due).difference(session_dates))
    with_exits = seen.published.read_dates(TITLE_MOMENTS, "session_date", other_dates, having="exits")
    other = other_exits(with_exits, exits.where(~is_of_plays), sessions).localCheckpoint()
    if dates := [row.session_date for row in other.select("session_date").distinct().collect()]:
        rows = seen.of_days(TITLE_MOMENTS, dates).transform(with_other_exits, other)
        keys = other.select(*TITLE_MOMENTS.key)
        candidates.append(Candidate(TITLE_MOMENTS, seen.lake.at_hand(rows), sorted(dates), keys))
    return candidates


def _profile_features(seen: SeenRows, _: Sequence[date]) -> list[Candidate]:
    return [_features(seen, PROFILE_FEATURES, profile_features)]


def _title_features(seen: SeenRows, _: Sequence[date]) -> list[Candidate]:
    return [_features(seen, TITLE_FEATURES, title_features)]


def _features(seen: SeenRows, table: Table, features: Callable[[DataFrame, DataFrame], DataFrame]) -> Candidate:
    """Of whoever, or whatever, occurs in the interactions that the run replaces, before it or after."""
    keys = seen.replaced(INTERACTIONS).select(*table.key).distinct().localCheckpoint()
    history = seen.of_all_days(INTERACTIONS).join(keys, on=list(table.key), how="left_semi")
    return Candidate(table, seen.lake.at_hand(features(history, seen.whole(TITLES))), keys=keys)


def _readers_of(table: Table) -> list[Table]:
    return [reader for reader in DERIVED_OF_GOLD if any(read.table == table for read in reader.reads.values())]
