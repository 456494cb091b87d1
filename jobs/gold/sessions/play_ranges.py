"""Ranges of media of one play, with what happened to each: a kernel over Polars frames, without Spark."""

import polars as pl

from jobs.gold.sessions.neighbours import before

PLAYED, REWATCHED, SKIPPED, REWOUND = "played", "rewatched", "skipped", "rewound"
PAUSED, STALLED, AD, LEFT = "paused", "stalled", "ad", "left"
_KIND = pl.col("event_type")


def play_ranges(progress: pl.DataFrame) -> pl.DataFrame:
    """One row a range of media of one play: `play`, `what`, `from_ms`, `to_ms`, `seconds`.

    `progress`: as `media_clock.media_progress` returns it. `seconds`: wall clock. `what`:

    - `played`: without a break; `rewatched`: of it, what was played before, once for each time.
    - `skipped`, `rewound`: what a seek went over, forward or back.
    - `paused`, `stalled`, `ad`: where the clock stood, for how long. Pauses for a seek and waits for a start or a seek
      are none.
    - `left`: where the play ended.

    Of a live play, positions are null.
    """
    of_passes = passes(progress)
    was_ad = before(pl.col("is_ad"), "chain").fill_null(False)
    parts = [
        of_passes.with_columns(what=pl.lit(PLAYED)),
        rewatched(of_passes).with_columns(what=pl.lit(REWATCHED)),
        _jumps(progress),
        _stands(progress, PAUSED, (_KIND == "paused") & (pl.col("next_type") != "seeked").fill_null(True), "paused_ms"),
        _stands(progress, STALLED, pl.col("begins_to_stall"), "stalled_ms"),
        _stands(progress, AD, pl.col("is_ad") & ~was_ad, "ad_ms"),
        _left(progress),
    ]
    columns = ["play", "what", "from_ms", "to_ms", "seconds", "is_live"]
    ranges = pl.concat([part.select(columns) for part in parts])
    position = {name: pl.when(~pl.col("is_live")).then(name) for name in ("from_ms", "to_ms")}
    return ranges.with_columns(**position).drop("is_live").sort("play", "what", "from_ms", "to_ms")


def passes(progress: pl.DataFrame) -> pl.DataFrame:
    """One row a pass: a stretch of media that a device played from one end to the other, whatever came between."""
    from_ms, to_ms = pl.col("clock_ms"), pl.col("clock_ms") + pl.col("played_ms")
    played = progress.filter(pl.col("played_ms") > 0).select(
        "play", "chain", "is_live", "playing_ms", from_ms=from_ms, to_ms=to_ms
    )
    goes_on = (pl.col("from_ms") == before(pl.col("to_ms"), "chain")).fill_null(False) | (
        pl.col("is_live") & (pl.col("chain") == pl.col("chain").shift(1)).fill_null(False)
    )
    return (
        played.with_columns(number=(~goes_on).cum_sum())
        .group_by("number", maintain_order=True)
        .agg(
            pl.col("play", "chain", "is_live", "from_ms").first(),
            to_ms=pl.col("to_ms").last(),
            seconds=pl.col("playing_ms").sum() / 1000,
        )
    )


def rewatched(of_passes: pl.DataFrame) -> pl.DataFrame:
    """What a pass shares with those of its play that begin earlier in the title: of n over a place, n - 1 are again."""
    is_again, again_to = pl.col("earlier_to_ms") > pl.col("from_ms"), pl.min_horizontal("to_ms", "earlier_to_ms")
    return (
        _in_title(of_passes.filter(~pl.col("is_live")))
        .with_columns(to_ms=again_to, is_again=is_again)
        .filter(pl.col("is_again").fill_null(False))
        .with_columns(seconds=pl.lit(0.0))
    )


def unique_ms(of_passes: pl.DataFrame) -> pl.DataFrame:
    """One row a play: `unique_ms`, the length of the union of its passes."""
    newly = pl.col("to_ms") - pl.max_horizontal("from_ms", "earlier_to_ms")
    return _in_title(of_passes).group_by("play").agg(unique_ms=pl.max_horizontal(newly, 0).sum())


def _in_title(of_passes: pl.DataFrame) -> pl.DataFrame:
    """The passes of each play in the order in which they begin in the title; adds how far the earlier ones reach."""
    in_order = of_passes.sort("play", "from_ms", "to_ms")
    return in_order.with_columns(earlier_to_ms=pl.col("to_ms").cum_max().shift(1).over("play"))


def _jumps(progress: pl.DataFrame) -> pl.DataFrame:
    jump = pl.col("jump_ms")
    return progress.filter(jump.fill_null(0) != 0).select(
        "play",
        "is_live",
        what=pl.when(jump > 0).then(pl.lit(SKIPPED)).otherwise(pl.lit(REWOUND)),
        from_ms=pl.min_horizontal(pl.col("clock_ms") - jump, "clock_ms"),
        to_ms=pl.max_horizontal(pl.col("clock_ms") - jump, "clock_ms"),
        seconds=pl.lit(0.0),
    )


def _stands(progress: pl.DataFrame, what: str, begins: pl.Expr, spent: str) -> pl.DataFrame:
    """A row where it begins, with all the time until it begins again."""
    return (
        progress.with_columns(number=begins.fill_null(False).cum_sum().over("chain"))
        .filter(pl.col("number") > 0)
        .group_by("chain", "number", maintain_order=True)
        .agg(
            pl.col("play", "is_live").first(),
            from_ms=pl.col("clock_ms").first(),
            to_ms=pl.col("clock_ms").first(),
            seconds=pl.col(spent).sum() / 1000,
        )
        .with_columns(what=pl.lit(what))
    )


def _left(progress: pl.DataFrame) -> pl.DataFrame:
    last = progress.sort("play", "at_ms", maintain_order=True).group_by("play", maintain_order=True).last()
    at = pl.col("clock_ms")
    return last.select("play", "is_live", what=pl.lit(LEFT), from_ms=at, to_ms=at, seconds=pl.lit(0.0))
