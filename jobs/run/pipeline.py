"""The stages in their order, load after load, with the ledger told after each."""

import logging
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.bronze.build_bronze import build_bronze
from jobs.contracts.gold import (
    AUDIENCE,
    BATCHES,
    FROM_SILVER,
    INSIGHTS,
    PUBLISHED_TOGETHER,
    RECOMMENDATIONS,
    SUBSCRIBER_VALUE_MONTHLY,
    VIEWING_SESSIONS,
)
from jobs.contracts.published import PUBLISHED_TABLES
from jobs.contracts.raw_event import RAW_EVENT
from jobs.contracts.silver import PLAYBACK_EVENTS, SEEN_PROFILES, SUBSCRIPTIONS
from jobs.errors import GateFailedError
from jobs.gold.sessions.newest_date import newest_full_date
from jobs.intake.land import LandReport, land
from jobs.ledger.ledger import LineCounts, Load
from jobs.published.build_published import build_published, due_for_release, note_release
from jobs.run.consents_that_ended import has_void_consents
from jobs.run.gold import derived_of_plays, insights, plays_of
from jobs.run.ledger_mirror import write_batches
from jobs.run.publication import as_its_cause, judge_and_write, publish, publishing, verdicts_kept
from jobs.run.seen_rows import SeenRows
from jobs.run.withdrawn_rows import DECIDE_WHAT_STAYS, take_out_after, take_out_unconsented
from jobs.run.workspace import Workspace
from jobs.silver.build_events import build_events
from jobs.silver.build_reference import TellGold, build_reference
from jobs.silver.outcomes import BatchOutcome, LoadOutcome
from jobs.silver.reference_rows import TABLE_OF_FEED
from jobs.silver.replay import replay
from jobs.storage.query_settings import suit_queries
from jobs.wording import counted

if TYPE_CHECKING:
    from jobs.audience.build_audience import Audience
    from jobs.recommender.serving.recommendation_report import RecommendationReport

logger = logging.getLogger(__name__)

SILVER_FEEDS = (*TABLE_OF_FEED, RAW_EVENT.feed)


@dataclass(frozen=True)
class StageReport:
    """What one stage did: how many files, or dates, went through, and which files it stopped and why."""

    stage: str
    done: int
    stopped: tuple[str, ...] = ()
    unit: str = "file"

    @property
    def did_nothing(self) -> bool:
        return not self.done and not self.stopped

    def __str__(self) -> str:
        if self.did_nothing:
            return f"{self.stage}: nothing new."
        return "\n".join([f"{self.stage}: {counted(self.done, self.unit)} done.", *self.stopped])


@dataclass(frozen=True)
class ReplayReport:
    """How many refused lines were tried again, and what became of those that are sound now."""

    tried: int
    accepted: int
    duplicates: int

    def __str__(self) -> str:
        if not self.tried:
            return "replay: no refused line waits."
        still = self.tried - self.accepted - self.duplicates
        taken = f"{self.accepted:,} taken in, {self.duplicates:,} already there, {still:,} still refused"
        return f"replay: {taken}." + (" `playhead gold` shows them." if self.accepted else "")


def run_intake(work: Workspace, paths: Sequence[Path] = (), feed: str | None = None) -> LandReport:
    """Takes in the given files, or all that the inbox holds."""
    report = land(
        paths,
        feed,
        inbox=work.settings.inbox,
        landing=work.settings.landing,
        ledger=work.ledger,
        now=work.now,
        takes_reactions=work.settings.reactions,
    )
    if not report.files:
        logger.info("land: nothing new.")
    return report


def run_bronze(work: Workspace, only: str | None = None) -> StageReport:
    """Appends every landed file that bronze does not have yet."""
    done = 0
    for load in _loads(lambda: work.ledger.open_load("bronze", work.now(), only)):
        logger.info("bronze: %s …", _amount(load))
        with work.lake.filling_bronze(), verdicts_kept(work), _set_aside_if_refused(work, load):
            attempt = work.ledger.begin(load)
            if attempt is None:
                continue
            build_bronze(work.lake, work.settings.landing, attempt, work.gate)
            work.ledger.close_load(load, work.now())
        done += len(load.batches)
    return StageReport("bronze", done)


def run_silver(work: Workspace, only: str | None = None) -> StageReport:
    """Brings every bronze file into silver, feed after feed, reference data first: consents decide about reactions."""
    done = 0
    stopped: dict[str, str] = {}
    for load in _loads(lambda: work.ledger.open_load("silver", work.now(), only, SILVER_FEEDS)):
        logger.info("silver: %s, %s …", load.feed, _amount(load))
        suit_queries(work.lake.spark, load.line_count)
        limit = work.settings.bad_line_limit
        is_events = load.feed == RAW_EVENT.feed
        # A gold run that has read the titles must be done before it is noted which dates need the new ones.
        waits_for_gold = nullcontext() if is_events else work.lake.publishing()
        with work.lake.filling_silver(), waits_for_gold, verdicts_kept(work), _set_aside_if_refused(work, load):
            attempt = work.ledger.begin(load)
            if attempt is None:
                continue
            profiles_before = work.lake.version(SEEN_PROFILES)
            if is_events:
                outcome = build_events(work.lake, attempt, work.keys, work.gate, limit, work.now())
            else:
                outcome = build_reference(
                    work.lake, attempt, work.keys, work.gate, limit, _tell_gold(work, load), work.now()
                )
            take_out_after(work, attempt, profiles_before)
            stopped_now = _enter(work, load, outcome)
            _mark_retention_due(work, load)
            work.ledger.close_load(load, work.now())
        if outcome.unknown_fields:
            fields = ", ".join(f"{name} × {lines:,}" for name, lines in outcome.unknown_fields.items())
            logger.info("silver: %s have fields that the contract does not know: %s", load.feed, fields)
        done += len(load.batches) - len(stopped_now)
        stopped |= stopped_now
    if stopped:
        write_batches(work.lake, work.ledger.batches(stopped))
    return StageReport("silver", done, tuple(stopped.values()))


def run_gold(work: Workspace, only: str | None = None) -> StageReport:
    """Computes gold of the dates that new silver rows touch, and publishes their files."""
    done = 0
    for load in _loads(lambda: work.ledger.open_load("published", work.now(), only)):
        with publishing(work, FROM_SILVER) as published, _set_aside_if_refused(work, load):
            if work.ledger.begin(load) is None:
                continue
            dates = work.ledger.dates_touched(load.batch_ids, PLAYBACK_EVENTS.name)
            logger.info("gold: %s, %s …", _amount(load), counted(len(dates), "date"))
            seen = SeenRows(work.lake, published, work.ledger.unpublished(load.batch_ids), work.now().date())
            session_dates = _write_gold(work, seen, dates, load.load_id)
            at = work.now()
            # Before the ledger: a run that is killed in between is simply done again.
            shown_now = [replace(batch, published_at=at) for batch in work.ledger.batches(load.batch_ids)]
            stopped = work.ledger.stopped(since=published.published_at(BATCHES))
            write_batches(work.lake, [*shown_now, *stopped])
            publish(work.lake, PUBLISHED_TOGETHER, load.load_id, at)
            # The insights read what is published.
            work.ledger.mark_due(session_dates, load.load_id)
            # A replay waits for the lock: what it takes in after this is for the next run.
            work.ledger.close_load(load, at)
        done += len(load.batches)
    return StageReport("gold", done)


def rebuild_gold(work: Workspace, dates: Sequence[date]) -> None:
    """Computes gold of these dates anew, whether or not something new is there, and publishes it."""
    load_id = f"rebuild-{dates[0]}-{dates[-1]}"
    with publishing(work, FROM_SILVER) as published:
        seen = SeenRows(work.lake, published, work.ledger.unpublished([]), work.now().date())
        session_dates = _write_gold(work, seen, dates, load_id)
        # Before the publication: no load is done again if the run ends in between, and a date too many does no harm.
        work.ledger.mark_due(session_dates, load_id)
        publish(work.lake, FROM_SILVER, load_id, work.now())


def run_insights(work: Workspace) -> StageReport:
    """Computes what is derived of gold, where gold is new, and publishes it."""
    if not work.ledger.dates_due():
        return StageReport("insights", 0, unit="date")
    load_id = f"insights-{uuid.uuid4().hex}"
    with publishing(work, INSIGHTS) as published:
        # Another run may have marked more, or done them, while this one waited.
        due = work.ledger.dates_due()
        if due:
            logger.info("insights: %s …", counted(len(due), "date"))
            seen = SeenRows(work.lake, published, work.ledger.unpublished([]), work.now().date())
            judge_and_write(work, insights(seen, sorted(due)), load_id)
            publish(work.lake, INSIGHTS, load_id, work.now())
            work.ledger.clear_due(due)
    return StageReport("insights", len(due), unit="date")


def run_publish(work: Workspace) -> StageReport:
    """Releases the weeks and months that are over, once each, and retention up to the last full month."""
    periods = 0
    while True:
        load_id = f"release-{uuid.uuid4().hex}"
        with publishing(work, PUBLISHED_TABLES) as published:
            newest = newest_full_date(published.dates(VIEWING_SESSIONS), work.now().date())
            due = due_for_release(work.lake, published, newest)
            if not any(due):
                return StageReport("publish", periods, unit="period")
            logger.info("publish: %s, %s …", counted(len(due.weeks), "week"), counted(len(due.months), "month"))
            judge_and_write(work, build_published(work.lake, published, due, work.ledger.unpublished([])), load_id)
            at = work.now()
            note_release(work.lake, published, due, newest, at)
            publish(work.lake, PUBLISHED_TABLES, load_id, at)
        periods += len(due.weeks) + len(due.months)


def run_replay(work: Workspace, only: str | None = None) -> ReplayReport:
    """Tries refused lines again, once each; what is sound now goes into silver, and gold has its dates to do."""
    started = work.now()
    tried = accepted = duplicates = 0
    for load in _loads(lambda: work.ledger.open_replay(started, work.now(), only, SILVER_FEEDS)):
        refused = sum(batch.quarantined_count or 0 for batch in load.batches)
        files, lines = counted(len(load.batches), "file"), counted(refused, "refused line")
        logger.info("replay: %s, %s, %s …", load.feed, files, lines)
        with work.lake.filling_silver(), work.lake.publishing(), verdicts_kept(work):
            if work.ledger.begin(load) is None:
                continue
            outcome = replay(work.lake, load, work.keys, work.gate, _tell_gold(work, load))
            if load.feed in DECIDE_WHAT_STAYS or has_void_consents(work.settings):
                take_out_unconsented(work)
            for batch_id, result in outcome.batches.items():
                work.ledger.record_dates(batch_id, PLAYBACK_EVENTS.name, result.dates)
            _mark_retention_due(work, load)
            work.ledger.close_replay(
                load, {name: _counts(result) for name, result in outcome.batches.items()}, work.now()
            )
        tried += refused
        accepted += sum(result.accepted for result in outcome.batches.values())
        duplicates += sum(result.duplicates for result in outcome.batches.values())
    return ReplayReport(tried, accepted, duplicates)


def run_recommend(work: Workspace) -> "RecommendationReport":
    """Makes the lists of viewers with new activity; of all, where the model is another one."""
    # MLflow takes seconds to import; the other stages do without it.
    from jobs.recommender.serving.recommend import recommend

    load_id = f"recommend-{uuid.uuid4().hex}"
    with publishing(work, [RECOMMENDATIONS]) as published:
        report, candidates = recommend(work.lake, published, work.settings, work.now().date())
        if report.has_changed:
            judge_and_write(work, candidates, load_id)
            publish(work.lake, [RECOMMENDATIONS], load_id, work.now())
    return report


def run_audience(work: Workspace) -> "Audience":
    """Makes the segments and the signals of leaving, and publishes them together; then their models are champions."""
    # MLflow takes seconds to import; the other stages do without it.
    from jobs.audience.build_audience import build_audience
    from jobs.storage import tracking

    load_id = f"audience-{uuid.uuid4().hex}"
    logger.info("audience: segments, and who may be about to leave …")
    with publishing(work, AUDIENCE) as published:
        audience = build_audience(work.lake, published, work.settings, work.now().date())
        judge_and_write(work, audience.candidates, load_id)
        publish(work.lake, AUDIENCE, load_id, work.now())
        for model, version in audience.champions:
            tracking.make_champion(model, version)
    return audience


def run_value(work: Workspace) -> StageReport:
    """Estimates what subscribers are worth, month by month, and publishes it."""
    from jobs.value.build_subscriber_value import build_subscriber_value

    load_id = f"value-{uuid.uuid4().hex}"
    logger.info("value: what subscribers are worth …")
    with publishing(work, [SUBSCRIBER_VALUE_MONTHLY]) as published:
        candidates = build_subscriber_value(work.lake, published, work.settings, work.now().date())
        if candidates:
            judge_and_write(work, candidates, load_id)
            publish(work.lake, [SUBSCRIBER_VALUE_MONTHLY], load_id, work.now())
    months = {month for candidate in candidates for month in candidate.periods or ()}
    return StageReport("value", len(months), unit="month")


def run_cycle(work: Workspace) -> list[StageReport]:
    """Land → bronze → silver → gold, in one session."""
    run_intake(work)
    reports = []
    for stage in (run_bronze, run_silver, run_gold):
        reports.append(stage(work))
        logger.info("%s", reports[-1])
    return reports


def _loads(open_next: Callable[[], Load | None]) -> Iterator[Load]:
    """One load after the other until nothing waits."""
    while load := open_next():
        yield load


@contextmanager
def _set_aside_if_refused(work: Workspace, load: Load) -> Iterator[None]:
    """A load that the gate stops is set aside, so that later files go on."""
    try:
        yield
    except GateFailedError as refused:
        work.ledger.block_load(load, str(refused), work.now())
        with as_its_cause(refused):
            write_batches(work.lake, work.ledger.batches(load.batch_ids))
        raise


def _write_gold(work: Workspace, seen: SeenRows, dates: Sequence[date], load_id: str) -> list[date]:
    """Puts gold of these event dates in the place of what was there; returns the dates of its plays."""
    if not dates:
        return []
    plays = plays_of(seen, dates)
    judge_and_write(work, chain(plays.candidates, derived_of_plays(seen, plays)), load_id)
    return plays.session_dates


def _tell_gold(work: Workspace, load: Load) -> TellGold:
    """Notes dates that the load changes for gold with each of its files: any may be stopped, or stay refused."""

    def note(dates: Sequence[date]) -> None:
        for batch in load.batches:
            work.ledger.record_dates(batch.batch_id, PLAYBACK_EVENTS.name, dates)

    return note


def _mark_retention_due(work: Workspace, load: Load) -> None:
    """Retention is computed with the insights of whatever day: of new subscriptions, the newest."""
    if load.feed == SUBSCRIPTIONS.name:
        newest = work.ledger.newest_date(PLAYBACK_EVENTS.name)
        work.ledger.mark_due([newest] if newest else [], load.load_id)


def _enter(work: Workspace, load: Load, outcome: LoadOutcome) -> dict[str, str]:
    """Tells the ledger where each file's lines went; returns why it stopped the files that it did."""
    stopped = {}
    for batch in load.batches:
        result = outcome.of_batch(batch.batch_id)
        if batch.batch_id in outcome.stopped:
            work.ledger.block(batch.batch_id, "silver", result.too_many_bad_lines(), work.now())
            stopped[batch.batch_id] = f"{batch.source_name} ({batch.batch_id[:12]}): {result.too_many_bad_lines()}"
            continue
        # An earlier attempt may have stopped it.
        work.ledger.unblock(batch.batch_id)
        work.ledger.record_counts(batch.batch_id, _counts(result))
        work.ledger.record_dates(batch.batch_id, PLAYBACK_EVENTS.name, result.dates)
    return stopped


def _counts(result: BatchOutcome) -> LineCounts:
    return LineCounts(
        result.accepted, result.quarantined, result.duplicates, result.accepted_hash, result.duplicate_hash
    )


def _amount(load: Load) -> str:
    lines = sum(batch.line_count for batch in load.batches)
    return f"{counted(len(load.batches), 'file')}, {counted(lines, 'line')}"
