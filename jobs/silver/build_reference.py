"""Silver reference tables: titles, subscriptions, consents and reported viewings as last described."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial, reduce
from operator import or_
from typing import TYPE_CHECKING

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.bronze import RAW_REFERENCE
from jobs.contracts.gold import GENRE_DEMAND_DAILY, INTERACTIONS, TITLE_ENGAGEMENT_DAILY, VIEWING_SESSIONS
from jobs.contracts.silver import CONSENTS, REPORTED_VIEWINGS, TITLES
from jobs.contracts.table import Table
from jobs.expressions.licences import is_licensed
from jobs.expressions.periods import month_start, week_start
from jobs.ledger.ledger import Load
from jobs.privacy.linkage_key import Keys
from jobs.silver.build_quarantine import write_quarantine
from jobs.silver.decoded_lines import decode
from jobs.silver.latest_rows import latest_rows, mark_superseded
from jobs.silver.outcomes import LoadOutcome, summarise, without_rows
from jobs.silver.reference_rows import FEEDS_OF_PROFILES, TABLE_OF_FEED, reference_columns, reference_rows
from jobs.silver.refused_lines import refused_lines
from jobs.silver.seen_profiles import profiles_in, write_seen_profiles
from jobs.silver.unknown_fields import unknown_fields
from jobs.silver.withdrawals import SAID_AGAIN, with_stored_withdrawals
from jobs.storage.lake import Lake

if TYPE_CHECKING:
    from expectations.gate import Gate

TellGold = Callable[[Sequence[date]], None]
# What gold reads of a title: when one of these changes, the days on which it was played are computed again, and those
# on which it was on offer.
_DESCRIPTION = (
    *("kind", "series_id", "season_number", "runtime_seconds", "credits_start_seconds"),
    *("genres", "themes", "release_date"),
)
# When one of these changes, its months are computed again.
_PRICE = ("licence_cost", "licence_currency", "licence_start", "licence_end", "licence_amortisation", "countries")


def build_reference(
    lake: Lake,
    load: Load,
    keys: Keys,
    gate: "Gate",
    bad_line_limit: float,
    tell_gold: TellGold,
    at: datetime,
) -> LoadOutcome:
    """Writes one feed's rows over the ones with their key; batches over the limit of bad lines are left out.

    A batch of which an earlier attempt wrote rows is not stopped: they stand.
    `tell_gold` is told which dates gold must compute again before anything is written: afterwards nobody could say what
    has changed. Raises `jobs.errors.GateFailedError`.
    """
    judged = judge_reference(lake.read_arrivals(RAW_REFERENCE, load.batches), load.feed, keys)
    found = summarise(judged)
    stopped = without_rows(found.over_limit(bad_line_limit), lake.read(TABLE_OF_FEED[load.feed]))
    kept = judged.where(~F.col("batch_id").isin(list(stopped)))
    outcome = replace(found, stopped=stopped, unknown_fields=unknown_fields(kept) if found.has_unknown_fields else {})
    write_latest_rows(lake, kept, load, gate, tell_gold)
    write_quarantine(lake, refused_lines(kept, load.files, at), load, outcome, at)
    return outcome


def judge_reference(lines: DataFrame, feed: str, keys: Keys) -> DataFrame:
    """Bronze lines of one feed, typed and pseudonymised, with `reason` and `is_duplicate`."""
    table = TABLE_OF_FEED[feed]
    return (
        decode(lines, partial(reference_rows, feed=feed, keys=keys), reference_columns(feed))
        .transform(mark_superseded, SAID_AGAIN if table is CONSENTS else table.key)
        .withColumns({"family": F.lit(feed), "event_date": F.lit(None).cast("date")})
        .localCheckpoint()
    )


def write_latest_rows(lake: Lake, judged: DataFrame, load: Load, gate: "Gate", tell_gold: TellGold) -> None:
    """Upserts the latest sound row of each key, once they passed the gate and gold knows what they change."""
    table = TABLE_OF_FEED[load.feed]
    if table is CONSENTS:
        judged = judged.transform(with_stored_withdrawals, lake.read(CONSENTS))
    candidates = gate.judge(table, latest_rows(judged, table).localCheckpoint(), load.load_id)
    if load.feed in FEEDS_OF_PROFILES:
        write_seen_profiles(lake, profiles_in(judged), gate, load.load_id)
    tell_gold(_dates_that_gold_shows(lake, table, candidates))
    # Which file first reported it stays: until gold shows that file, the viewing is not shown.
    keeps = ["first_batch_id"] if table is REPORTED_VIEWINGS else []
    lake.upsert(table, candidates, newer_by=["as_of", "received_at"], keeps=keeps)


def _dates_that_gold_shows(lake: Lake, table: Table, candidates: DataFrame) -> list[date]:
    if table is REPORTED_VIEWINGS:
        return _dates_before_and_after(lake, candidates)
    if table is TITLES:
        return _dates_with_changed_titles(lake, candidates)
    return []


def _dates_before_and_after(lake: Lake, new_viewings: DataFrame) -> list[date]:
    """A viewing that is reported anew may have moved: its session must go from the one date and come to the other."""
    replaced = lake.read(REPORTED_VIEWINGS).join(new_viewings, on=list(REPORTED_VIEWINGS.key), how="left_semi")
    return _session_dates(replaced.select("session_date").unionByName(new_viewings.select("session_date")))


def _dates_with_changed_titles(lake: Lake, new_titles: DataFrame) -> list[date]:
    """The dates on which gold shows a title that is another one now: played or only rated, or on offer.

    Of a licence that is prolonged, only the days that it did not cover before. One that costs something else, in all or
    a day, changes what each month cost that it covers or covered, whoever played it: one date of a month stands for it.
    """
    described = (
        new_titles.alias("new")
        .join(lake.read(TITLES).alias("stored"), on="title_id", how="left")
        .withColumns(
            {
                "_is_redescribed": _differs(*_DESCRIPTION),
                "_is_moved": _differs("countries"),
                "_is_repriced": _differs(*_PRICE) & F.coalesce("new.licence_cost", "stored.licence_cost").isNotNull(),
            }
        )
    )
    gold = lake.published()
    redescribed = described.where("_is_redescribed").select("title_id")
    shown = [
        gold.read(table).join(redescribed, on="title_id", how="left_semi").select("session_date")
        for table in (VIEWING_SESSIONS, INTERACTIONS)
    ]
    counted = gold.read(GENRE_DEMAND_DAILY).select("session_date").distinct()
    was = F.col("stored.kind").isNotNull() & is_licensed("session_date", "stored.")
    is_now = is_licensed("session_date", "new.")
    is_another_offer = (was != is_now) | (is_now & (F.col("_is_redescribed") | F.col("_is_moved")))
    on_offer = counted.join(described, on=is_another_offer, how="left_semi")
    covers = (
        (F.col(f"{side}.licence_start") <= F.last_day("session_date"))
        & (F.col(f"{side}.licence_end") >= month_start("session_date"))
        for side in ("new", "stored")
    )
    of_month = (
        gold.read(TITLE_ENGAGEMENT_DAILY)
        .groupBy(month_start("session_date"))
        .agg(F.min("session_date").alias("session_date"))
        .join(described.where("_is_repriced"), on=reduce(or_, covers), how="left_semi")
        .select("session_date")
    )
    of_week = gold.read(TITLE_ENGAGEMENT_DAILY).transform(_weeks_of_seasons, described, lake.read(TITLES))
    return _session_dates(reduce(DataFrame.unionByName, [*shown, on_offer, of_month, of_week]))


def _weeks_of_seasons(engagement: DataFrame, described: DataFrame, titles: DataFrame) -> DataFrame:
    """One date a week in which a season was played that is longer or shorter now: from an episode's release on.

    An episode without a date of release counts in all weeks.
    """
    was_out_from = F.coalesce("stored.release_date", F.when(F.col("stored.kind").isNull(), F.col("new.release_date")))
    is_known = F.col("new.release_date").isNotNull() & was_out_from.isNotNull()
    since = F.when(is_known, F.least("new.release_date", was_out_from))
    sides = [
        described.where("_is_redescribed").select(
            F.col(f"{side}.series_id").alias("series_id"),
            F.col(f"{side}.season_number").alias("season_number"),
            since.alias("since"),
        )
        for side in ("new", "stored")
    ]
    changed = reduce(DataFrame.unionByName, sides).where(F.col("series_id").isNotNull()).alias("changed")
    is_of_season = (F.col("episode.series_id") == F.col("changed.series_id")) & F.col(
        "episode.season_number"
    ).eqNullSafe(F.col("changed.season_number"))
    episodes = titles.alias("episode").join(changed, on=is_of_season, how="inner").select("title_id", "since")
    week = week_start("session_date")
    return (
        engagement.join(episodes, on="title_id", how="inner")
        .where(F.col("since").isNull() | (F.date_add(week, 6) >= F.col("since")))
        .groupBy(week)
        .agg(F.min("session_date").alias("session_date"))
        .select("session_date")
    )


def _differs(*names: str) -> Column:
    same = (F.col(f"new.{name}").eqNullSafe(F.col(f"stored.{name}")) for name in names)
    return ~reduce(Column.__and__, same)


def _session_dates(rows: DataFrame) -> list[date]:
    return sorted(row.session_date for row in rows.select("session_date").distinct().collect())
