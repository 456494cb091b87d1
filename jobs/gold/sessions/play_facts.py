"""What one play came to: a kernel over Polars frames, without Spark."""

import polars as pl

from jobs.gold.sessions.event_order import PLAY
from jobs.gold.sessions.media_clock import is_fatal
from jobs.gold.sessions.neighbours import before, last_known
from jobs.gold.sessions.play_ranges import passes, unique_ms

# What plays by itself while somebody browses is watched once it has played for so long: the field's two minutes, below
# which a play is only a sample.
SAMPLED_BELOW_SECONDS = 120
# A start that takes longer was given up, whatever the player shows later.
LONGEST_STARTUP_SECONDS = 300.0
_PREVIEW_SOURCES = ("preview", "browse")
# Where a title that plays by itself is one of many on a page; elsewhere it goes on with what was watched.
_BROWSED_SOURCES = (*_PREVIEW_SOURCES, "home", "search", "other")
_FIRST_SAID = (
    "account_key",
    "utc_offset_minutes",
    "device_type",
    "os",
    "app_version",
    "country",
    "region",
    "play_source",
    "is_autoplay",
)
_KIND = pl.col("event_type")


def play_facts(progress: pl.DataFrame) -> pl.DataFrame:
    """One row a play, without what needs the title.

    `progress`: as `media_clock.media_progress` returns it. Durations are wall clock but `watched_seconds` (media):

    - `playing_seconds`, `stalled_seconds`: their ratio stalled ÷ (stalled + playing) is the rebuffer ratio (CTA-2066,
      Streaming Quality of Experience Events, Properties and Metrics; Mux calls it rebuffer percentage).
    - `startup_seconds`: from the last request before the first picture (CTA-2066: video start time), without pauses
      and ads; null where the first picture was not told, and over `LONGEST_STARTUP_SECONDS`.
    - `stop_reason`: of several, the last.
    """
    in_order = progress.sort("play", "at_ms", maintain_order=True)
    sums = {
        "watched_seconds": pl.col("played_ms").sum(),
        "playing_seconds": pl.col("playing_ms").sum(),
        "paused_seconds": pl.col("paused_ms").sum(),
        "ad_seconds": pl.col("ad_ms").sum(),
        "buffering_seconds": pl.col("stalled_ms").sum(),
        "stalled_seconds": pl.col("stalled_ms").filter(pl.col("stalled_after") == "playing").sum(),
        "seek_stalled_seconds": pl.col("stalled_ms").filter(pl.col("stalled_after") == "seeked").sum(),
        "unstalled_seconds": pl.col("played_ms").filter(~pl.col("has_stalled")).sum(),
    }
    rows = in_order.group_by("play", maintain_order=True).agg(
        pl.col(*PLAY, "started_at_ms", "last_event_date", "is_live").first(),
        *(pl.col(name).drop_nulls().first() for name in _FIRST_SAID),
        ended_at_ms=pl.col("at_ms").max(),
        stop_reason=pl.col("stop_reason").drop_nulls().last(),
        event_count=pl.len().cast(pl.Int32),
        is_requested=(_KIND == "play_requested").any(),
        is_started=((_KIND == "playing") | pl.col("has_moved")).any(),
        is_failed=(is_fatal() | (pl.col("stop_reason") == "error").fill_null(False)).any(),
        stall_count=pl.col("begins_to_stall").sum().cast(pl.Int32),
        seek_forward_count=(pl.col("jump_ms") > 0).sum().cast(pl.Int32),
        seek_back_count=(pl.col("jump_ms") < 0).sum().cast(pl.Int32),
        furthest_seconds=pl.when(pl.col("played_ms") > 0).then(pl.col("clock_ms") + pl.col("played_ms")).max() / 1000,
        plays_by_itself=_plays_by_itself(),
        **{name: milliseconds / 1000 for name, milliseconds in sums.items()},
    )
    watched = pl.col("watched_seconds")
    return (
        rows.join(unique_ms(passes(progress)), on="play", how="left", maintain_order="left")
        .join(_startup(progress), on="play", how="left", maintain_order="left")
        .with_columns(
            unique_watched_seconds=pl.when("is_live").then(watched).otherwise(pl.col("unique_ms").fill_null(0) / 1000),
            watched_before_stall_seconds=pl.when(pl.col("stall_count") > 0).then("unstalled_seconds"),
            is_preview=pl.col("plays_by_itself") & (watched < SAMPLED_BELOW_SECONDS),
        )
        .drop("unique_ms", "unstalled_seconds", "plays_by_itself")
    )


def _plays_by_itself() -> pl.Expr:
    """Whether all that was asked for was asked for by the player, on a page where somebody browses."""
    is_request = _KIND == "play_requested"
    source = pl.col("play_source")
    is_own = source.is_in(_PREVIEW_SOURCES) | (
        pl.col("is_autoplay") & (source.is_null() | source.is_in(_BROWSED_SOURCES))
    )
    return is_own.fill_null(False).filter(is_request).all() & is_request.any()


def _startup(progress: pl.DataFrame) -> pl.DataFrame:
    """One row a play whose first picture was told: `startup_seconds`."""
    other = (pl.col("paused_ms") + pl.col("ad_ms")).cum_sum().over("chain")
    other_before = before(other, "chain").fill_null(0)
    since = last_known(pl.when(_KIND == "play_requested").then(pl.col("at_ms") - pl.col("other_ms")), "chain")
    has_moved_before = before(pl.col("has_moved").cum_max().over("play"), "play").fill_null(False)
    pictures = (
        progress.with_columns(other_ms=other_before)
        .with_columns(since_ms=since)
        .sort("play", "at_ms", maintain_order=True)
        .with_columns(has_moved_before=has_moved_before)
        .filter(_KIND == "playing")
        .group_by("play", maintain_order=True)
        .first()
    )
    seconds = (pl.col("at_ms") - pl.col("other_ms") - pl.col("since_ms")) / 1000
    return pictures.select(
        "play",
        startup_seconds=pl.when(~pl.col("has_moved_before"), seconds.is_between(0, LONGEST_STARTUP_SECONDS)).then(
            seconds
        ),
    )
