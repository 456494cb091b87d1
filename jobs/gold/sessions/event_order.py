"""In which order the events of a play happened, and when: a kernel over Polars frames, without Spark.

A play is what one viewer sees of one title under one session id. Each of its devices has clocks of its own, so events
are put in order device by device.
"""

import polars as pl

from jobs.contracts.event_types import EVENT_TYPE_NAMES
from jobs.gold.sessions.neighbours import before

PLAY = ("session_id", "profile_key", "title_id")
# What goes on in a play after more than this is another one: players end one long before.
LONGEST_PAUSE_MS = 24 * 3600 * 1000
# From the first date to the last. A play that is heard of on more days in a row is none, but a player's mistake: it
# has a row a date, so that neither its rows nor their cost grow for ever.
LONGEST_SESSION_DAYS = 7
# Two clocks of one device that differ by more have not both gone on.
_CLOCKS_DIFFER_MS = 2000
# No collector takes in what has not happened: a device's clock that is further ahead of it is wrong.
_AHEAD_MS = 60_000
_TYPE = pl.Enum(EVENT_TYPE_NAMES)


def ordered_events(events: pl.DataFrame) -> pl.DataFrame:
    """The events in order, with `play`, `chain`, `at_ms`, and their play's `started_at_ms` and `last_event_date`.

    `play`: a number for the play. A date without events ends one, and a pause of over a day, if the next event's date
    is later than all before; of an id that never falls silent, each date is one. `chain`: a number for its events on
    one device, which stand together. `at_ms`: when, in Unix time, counted from the play's first event by the device's
    wall clock, right or wrong: a play begins on one of the dates by which its events are read. Its monotonic clock
    (`session_offset_ms`) says how much time lies between two events, where it has one that rises, and else its wall
    clock, mended where it was set.
    """
    numbered = _by_device_clock(events)
    is_monotonic = _has_monotonic_clock(numbered)
    timed = pl.concat(
        [_timed_by_offset(numbered.filter(is_monotonic)), _timed_by_clock(numbered.filter(~is_monotonic))]
    )
    return _in_plays(timed)


def _by_device_clock(events: pl.DataFrame) -> pl.DataFrame:
    """One row an event with `event_date`, `id_play` and `id_chain`, in the order of the device's clock (`number`)."""
    dated = events.with_columns(event_date=pl.col("event_time").dt.date())
    return (
        dated.with_columns(
            event_type=pl.col("event_type").cast(_TYPE),
            event_ms=pl.col("event_time").dt.epoch("ms"),
            received_ms=pl.col("received_time").dt.epoch("ms"),
        )
        .join(_chains(dated), on=[*PLAY, "device_key", "event_date"], how="left", nulls_equal=True)
        # Events of one moment follow each other by their type, position and id (decision 0012).
        .sort("id_chain", "event_ms", "event_type", "position_ms", "event_id")
        .with_row_index("number")
    )


def _chains(dated: pl.DataFrame) -> pl.DataFrame:
    """One row a play, device and date, with `id_play` and `id_chain`.

    Dates without a gap are one play's. What an id was heard of on other dates has no part in it, so that a play is the
    same whatever other dates are read with it. An event that does not name its device is of the only one, if there is
    one.
    """
    dates = dated.select(*PLAY, "event_date", "device_key").unique().sort(*PLAY, "event_date", "device_key")
    date = pl.col("event_date")
    is_gap = (date - before(date, "id") > pl.duration(days=1)).fill_null(False)
    run_days = (date.max() - date.min()).over("id", "run")
    is_endless = run_days > pl.duration(days=LONGEST_SESSION_DAYS)
    devices = pl.col("device_key").drop_nulls()
    only_device = pl.when(devices.n_unique() == 1).then(devices.first()).over("id_play")
    return (
        dates.with_columns(id=pl.struct(*PLAY).rle_id())
        .with_columns(run=is_gap.cum_sum())
        .with_columns(id_play=pl.struct("id", "run", pl.when(is_endless).then(date)).rle_id())
        .with_columns(device=pl.coalesce("device_key", only_device, pl.lit("")))
        .sort("id_play", "device", "event_date")
        .with_columns(id_chain=pl.struct("id_play", "device").rle_id())
        .drop("id", "run", "device")
    )


def _has_monotonic_clock(numbered: pl.DataFrame) -> pl.Series:
    """Of each event, whether its device's offsets tell one order: present, and never restarted.

    Where the wall clock was set, offsets fall in its order, but the stretches between the falls do not overlap, and the
    lower ones were received first. Where the app was started again, offsets begin anew: at values that were there
    before, or after all of the higher ones were received.
    """
    offset = pl.col("session_offset_ms")
    falls = (offset < before(offset, "id_chain")).fill_null(False)
    runs = (
        numbered.with_columns(run=falls.cum_sum().over("id_chain"))
        .group_by("id_chain", "run")
        .agg(
            first=offset.min(),
            last=offset.max(),
            is_there=offset.is_not_null().all(),
            received_first=pl.col("received_ms").min(),
            received_last=pl.col("received_ms").max(),
        )
        .sort("id_chain", "first", "last")
    )
    is_apart = (pl.col("first") >= before(pl.col("last"), "id_chain")).fill_null(True)
    began_anew = (before(pl.col("received_first"), "id_chain") > pl.col("received_last")).fill_null(False)
    rises = pl.col("last").max() > pl.col("first").min()
    good = (
        runs.with_columns(is_apart=is_apart & ~began_anew)
        .group_by("id_chain")
        .agg(is_monotonic=pl.col("is_there").all() & pl.col("is_apart").all() & rises)
    )
    found = numbered.select("id_chain").join(good, on="id_chain", how="left", maintain_order="left")
    return found["is_monotonic"].fill_null(False)


def _timed_by_offset(numbered: pl.DataFrame) -> pl.DataFrame:
    """Time that passed by the monotonic clock; where it stood (the device slept), by the others, if they agree."""

    def passed(name: str) -> pl.Expr:
        return (pl.col(name) - before(pl.col(name), "id_chain")).fill_null(0)

    by_offset, by_clock = passed("session_offset_ms"), passed("event_ms")
    has_slept = (by_clock > by_offset + _CLOCKS_DIFFER_MS) & (passed("received_ms") > by_clock - _CLOCKS_DIFFER_MS)
    moved = pl.when(has_slept).then(by_clock).otherwise(by_offset)
    return numbered.sort("id_chain", "session_offset_ms", "number").with_columns(
        at_ms=pl.col("event_ms").first().over("id_chain") + moved.cum_sum().over("id_chain")
    )


def _timed_by_clock(numbered: pl.DataFrame) -> pl.DataFrame:
    """The wall clock, taken back or forward from where it was set: its distance to the collector's clock tells.

    It was set back where it goes back in the order of arrival and stays behind, while the media clock goes on. It was
    set forward where it is ahead of the collector from then on. Events that are only sent late do neither.
    """
    lag = pl.col("received_ms") - pl.col("event_ms")
    rows = numbered.sort("id_chain", "received_ms", "number").with_columns(lag=lag)

    def over_chain(expression: pl.Expr) -> pl.Expr:
        return expression.over("id_chain")

    def in_chain_before(expression: pl.Expr) -> pl.Expr:
        return before(expression, "id_chain")

    lags = pl.col("lag")
    most_before, least_before = in_chain_before(over_chain(lags.cum_max())), in_chain_before(over_chain(lags.cum_min()))
    least_after, most_after = over_chain(lags.cum_min(reverse=True)), over_chain(lags.cum_max(reverse=True))
    goes_back = pl.col("event_ms") < in_chain_before(pl.col("event_ms"))
    # What is only sent late stands further back in the title, too.
    goes_on = pl.col("position_ms") >= in_chain_before(pl.col("position_ms"))
    is_set_back = goes_back & goes_on & (least_after > most_before)
    comes_later = pl.col("received_ms") > in_chain_before(pl.col("received_ms"))
    is_set_forward = comes_later & (most_after < -_AHEAD_MS) & (least_before >= -_AHEAD_MS)
    change = pl.when(is_set_back | is_set_forward).then(lags - in_chain_before(lags)).otherwise(0).fill_null(0)
    return rows.with_columns(at_ms=pl.col("event_ms") + over_chain(change.cum_sum())).drop("lag")


def _in_plays(timed: pl.DataFrame) -> pl.DataFrame:
    """Ends plays where nothing happens for a day, each on a date of its own (decision 0012)."""
    in_order = timed.sort("id_play", "at_ms", "number")
    is_long_after = pl.col("at_ms") > before(pl.col("at_ms"), "id_play") + LONGEST_PAUSE_MS
    is_later_date = pl.col("event_date") > before(pl.col("event_date").cum_max().over("id_play"), "id_play")
    is_first = before(pl.col("at_ms"), "id_play").is_null()
    return (
        in_order.with_columns(play=(is_first | (is_long_after & is_later_date)).cum_sum())
        # Each begins when its own clock says, however that was set in the one before: on a date of its events.
        .with_columns(
            started_at_ms=pl.col("event_ms").first().over("play"),
            last_event_date=pl.col("event_date").max().over("play"),
        )
        .with_columns(at_ms=pl.col("at_ms") - pl.col("at_ms").first().over("play") + pl.col("started_at_ms"))
        .sort("play", "id_chain", "at_ms", "number")
        .with_columns(chain=pl.struct("play", "id_chain").rle_id())
        .drop("id_play", "id_chain", "number", "event_date")
    )
