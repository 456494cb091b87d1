"""What the media clock did between the events of a play: a kernel over Polars frames, without Spark.

The clock is the witness. What it moved without a seek was played, whatever the player said or left unsaid; as far as
the time that passed allows, and no further.
"""

import polars as pl

from jobs.contracts.event_types import EVENT_TYPES
from jobs.contracts.raw_record import LONGEST_MEDIA_SECONDS
from jobs.gold.sessions import neighbours

# Players offer up to fourfold speed.
FASTEST_RATE = 4.0
# What a position may be ahead of the time that passed: players note the one a little later than the other.
SLACK_SHARE, SLACK_MS = 0.05, 500
# A rate shows where the clock keeps it over two stretches of at least this length, a heartbeat's or so.
SUSTAINED_FROM_MS, SAME_RATE_SHARE = 5_000, 0.1
# Less is the jitter of a clock that stands.
HAS_MOVED_MS = 1000
# So near to where it was, a clock has come back.
CAME_BACK_MS = 2000
# A play of a live title is told by its clock where nobody said so: it stands for longer than players take to start.
STANDS_FROM_MS = 60_000
# A player that waits says so again within minutes: where nothing is heard for longer, the device sleeps.
LONGEST_WAIT_MS = 300_000

_JUMPS = [kind.name for kind in EVENT_TYPES if kind.jumps]
_STARTS_STALL = [kind.name for kind in EVENT_TYPES if kind.is_stalled]
_SHOWS = [kind.name for kind in EVENT_TYPES if kind.shows]
_ADS, _BREAKS = ["ad_started", "ad_skipped", "ad_completed"], ["ad_break_started", "ad_break_ended"]
_KIND = pl.col("event_type")


def media_progress(ordered: pl.DataFrame) -> pl.DataFrame:
    """Adds to each event what came between it and the next one of its chain.

    `ordered`: as `event_order.ordered_events` returns it, with `title_kind` and `runtime_seconds`.

    `is_live`: the play's clock says nothing about media. `clock_ms`: where the media clock stood, `left_ms`: where it
    had got to when the next event came, `played_ms`: how much of that was played. `passed_ms`: time to the next event;
    of it `playing_ms`, and the rest as `ad_ms`, `paused_ms` or `stalled_ms`, or nothing of these. `is_playing`,
    `is_paused`, `is_stalled`, `is_ad`: how the play stood after the event. `stalled_after`: why it waited,
    `play_requested` or `seeked` where that made it wait, else `playing`. `has_stalled`: it waited here, or before,
    though it had played. `jump_ms`: how far a seek went, back is negative. `next_type`: of the event after it.
    """
    return (
        ordered.pipe(_with_ad_breaks)
        .pipe(_with_clock)
        .pipe(_with_rates)
        .pipe(_with_states)
        .pipe(_with_played)
        .pipe(_with_waits)
    )


def _with_ad_breaks(ordered: pl.DataFrame) -> pl.DataFrame:
    """Adds `is_ad`, and `is_ad_told`: the break's end was told, too. Where it was lost, a clock that moves ends it."""
    # Between two ads of a break, no ad is shown, but the break goes on.
    has_breaks = _KIND.is_in(_BREAKS).any().over("chain")
    word = pl.when(~(has_breaks & _KIND.is_in(_ADS))).then(_told("is_ad"))
    is_ad = _last_of(word)
    ends = _next_of(pl.when(_KIND.is_in([*_ADS, *_BREAKS])).then(word))
    return ordered.with_columns(is_ad=is_ad.fill_null(False)).with_columns(
        is_ad_told=pl.col("is_ad") & ~ends.fill_null(True)
    )


def _with_clock(events: pl.DataFrame) -> pl.DataFrame:
    """Adds `clock_ms`, `reached_ms`, `passed_ms` and `is_live`.

    `reached_ms`: where the clock stood when the next event came; null where that event does not say it. In a break the
    content stands, whatever position the ad has.
    """
    is_inside = pl.col("is_ad_told") & _before(pl.col("is_ad_told")).fill_null(False)
    position = pl.col("position_ms")
    next_type, next_from = _after(_KIND), _after(pl.col("from_position_ms"))
    # Where a picture comes first, it begins; how the clock came there is nobody's progress.
    shows = _next_of(pl.when(_KIND.is_in(_SHOWS)).then(_KIND))
    comes_first = (shows == "playing") & ~pl.col("has_begun")
    is_elsewhere = (next_type == "play_requested") | comes_first
    reached = pl.when(next_type == "seeked").then(next_from).when(~is_elsewhere).then(_after(pl.col("clock_ms")))
    stands = (position.max() == position.min()) & pl.col("runtime_seconds").is_null().all()
    return (
        events.with_columns(
            passed_ms=_after(pl.col("at_ms")) - pl.col("at_ms"),
            next_type=next_type,
            clock_ms=_last_of(pl.when(~is_inside).then(position)),
            has_begun=_last_of(
                pl.when(_KIND == "play_requested").then(False).when(_KIND.is_in(_SHOWS)).then(True)
            ).fill_null(False),
            is_live=(
                (pl.col("title_kind") == "live").fill_null(False).any()
                | (position < 0).any()
                | (position > 1000 * LONGEST_MEDIA_SECONDS).any()
                | (stands & (pl.col("at_ms").max() - pl.col("at_ms").min() >= STANDS_FROM_MS))
            ).over("play"),
        )
        .with_columns(reached_ms=reached)
        .with_columns(moved_ms=pl.col("reached_ms") - pl.col("clock_ms"))
    )


def _with_rates(events: pl.DataFrame) -> pl.DataFrame:
    """Adds `rate`: how fast the clock ran, as the player says, or as it plainly kept up; else 1."""
    numbered = events.with_row_index("number")
    rate = pl.col("moved_ms") / pl.col("passed_ms")
    long = numbered.filter(pl.col("passed_ms") >= SUSTAINED_FROM_MS).select("number", "chain", seen=rate)

    def is_near(other: pl.Expr) -> pl.Expr:
        return ((pl.col("seen") / other - 1).abs() <= SAME_RATE_SHARE).fill_null(False)

    seen = pl.col("seen")
    is_fast = (seen > 1 + SLACK_SHARE) & (seen <= FASTEST_RATE * (1 + SLACK_SHARE))
    is_kept = is_fast & (is_near(_before(seen)) | is_near(_after(seen)))
    kept = long.select("number", kept=pl.when(is_kept).then(seen).otherwise(1.0))
    declared = _last_of(pl.col("playback_rate"))
    return (
        numbered.join(kept, on="number", how="left", maintain_order="left")
        # A stretch that is too short to show a rate has that of those around it.
        .with_columns(
            kept=pl.coalesce(_last_of(pl.col("kept")), neighbours.next_known(pl.col("kept"), "chain"), pl.lit(1.0))
        )
        .with_columns(rate=pl.min_horizontal(pl.max_horizontal(declared, "kept"), pl.lit(FASTEST_RATE)))
        .with_columns(rate=pl.when(declared < 1, pl.col("kept") <= 1).then(declared).otherwise("rate"))
        .drop("number", "kept")
    )


def _with_states(events: pl.DataFrame) -> pl.DataFrame:
    """Adds `is_playing`, `is_paused`, `is_stalled` after each event: its last word, or that of a clock that moved."""
    allowed = pl.col("rate") * pl.col("passed_ms") * (1 + SLACK_SHARE) + SLACK_MS
    outran = pl.col("moved_ms") > allowed
    later = _after(_after(pl.col("clock_ms").cum_min(reverse=True).over("chain", "segment")))
    has_moved = (pl.col("moved_ms") >= HAS_MOVED_MS) & ~pl.col("is_ad_told") & ~pl.col("did_not_happen")
    was_moved = _before(pl.col("has_moved")).fill_null(False)
    events = (
        events.with_columns(segment=_KIND.is_in(_JUMPS).cum_sum().over("chain"), outran=outran.fill_null(False))
        .with_columns(did_not_happen=(pl.col("outran") & (later <= pl.col("clock_ms") + CAME_BACK_MS)).fill_null(False))
        .with_columns(has_moved=has_moved.fill_null(False))
    )
    words = {
        "is_playing": pl.coalesce(_told("is_playing"), pl.when(was_moved).then(True)),
        "is_paused": pl.coalesce(_told("is_paused"), pl.when(was_moved).then(False)),
        "is_stalled": pl.coalesce(_told("is_stalled"), pl.when(was_moved).then(False)),
    }
    return events.with_columns(**{name: _last_of(word).fill_null(False) for name, word in words.items()})


def _with_played(events: pl.DataFrame) -> pl.DataFrame:
    """Adds `played_ms`, `left_ms`, `playing_ms` and `jump_ms`."""
    is_running = pl.col("is_playing") & ~pl.col("is_paused") & ~pl.col("is_stalled") & ~pl.col("is_ad")
    passed = pl.col("passed_ms").fill_null(0)
    by_rate = (pl.col("rate") * passed).round().cast(pl.Int64)
    # A seek that says only where it went began where the clock had got to.
    is_unsaid = (pl.col("next_type") == "seeked").fill_null(False) & pl.col("reached_ms").is_null()
    by_clock = (
        pl.when(pl.col("did_not_happen") | pl.col("is_ad_told"))
        .then(0)
        .when(pl.col("outran"))
        .then(by_rate)
        .when(is_unsaid & is_running)
        .then(by_rate)
        .otherwise(pl.max_horizontal(pl.col("moved_ms"), 0))
    )
    played = pl.when("is_live").then(pl.when(is_running).then(passed).otherwise(0)).otherwise(by_clock).fill_null(0)
    left = pl.coalesce("reached_ms", pl.col("clock_ms") + pl.col("played_ms"))
    return (
        events.with_columns(played_ms=played)
        .with_columns(
            left_ms=left,
            playing_ms=pl.when("is_live")
            .then(pl.col("played_ms"))
            .otherwise(pl.min_horizontal(passed, (pl.col("played_ms") / pl.col("rate")).round().cast(pl.Int64))),
        )
        .with_columns(
            jump_ms=pl.when(_KIND == "seeked").then(
                pl.col("clock_ms") - pl.coalesce("from_position_ms", _before(pl.col("left_ms")))
            )
        )
    )


def _with_waits(events: pl.DataFrame) -> pl.DataFrame:
    """Adds `ad_ms`, `paused_ms`, `stalled_ms`, `stalled_after`, `begins_to_stall` and `has_stalled`."""
    rest = pl.col("passed_ms").fill_null(0) - pl.col("playing_ms")
    is_ad, is_paused, is_stalled = pl.col("is_ad"), pl.col("is_paused"), pl.col("is_stalled")
    since_jump = pl.col("clock_ms") - _last_of(pl.when(_KIND.is_in(_JUMPS)).then("clock_ms"))
    why = pl.when(since_jump.is_between(0, HAS_MOVED_MS)).then(_last_of(pl.when(_KIND.is_in(_JUMPS)).then(_KIND)))
    begins_after = (
        pl.when(_KIND.is_in(_STARTS_STALL))
        .then(pl.coalesce(why, pl.lit("playing")))
        .when(_KIND.is_in(_JUMPS))
        # Whoever seeks while the picture waits goes on waiting for another place.
        .then(_KIND)
    )
    return (
        events.with_columns(
            ad_ms=pl.when(is_ad).then(rest).otherwise(0),
            paused_ms=pl.when(is_paused & ~is_ad).then(rest).otherwise(0),
            stalled_ms=pl.when(is_stalled & ~is_paused & ~is_ad)
            .then(pl.min_horizontal(rest, LONGEST_WAIT_MS))
            .otherwise(0),
            stalled_after=pl.when(is_stalled).then(_last_of(begins_after)),
        )
        .with_columns(
            begins_to_stall=_KIND.is_in(_STARTS_STALL) & (pl.col("stalled_after") == "playing").fill_null(False)
        )
        .with_columns(has_stalled=pl.col("begins_to_stall").cum_max().over("chain"))
    )


def _told(state: str) -> pl.Expr:
    """What an event says of how the play stands after it; null where it says nothing."""
    of_types = {told: [kind.name for kind in EVENT_TYPES if getattr(kind, state) is told] for told in (True, False)}
    is_over = _KIND.is_in(of_types[False]) | is_fatal()
    return pl.when(_KIND.is_in(of_types[True])).then(True).when(is_over).then(False)


def is_fatal() -> pl.Expr:
    return (_KIND == "failed") & pl.col("is_fatal").fill_null(False)


def _before(value: pl.Expr) -> pl.Expr:
    return neighbours.before(value, "chain")


def _after(value: pl.Expr) -> pl.Expr:
    return neighbours.after(value, "chain")


def _last_of(value: pl.Expr) -> pl.Expr:
    return neighbours.last_known(value, "chain")


def _next_of(value: pl.Expr) -> pl.Expr:
    return neighbours.after(neighbours.next_known(value, "chain"), "chain")
