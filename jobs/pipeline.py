"""The stages in their order, load after load, with the ledger told after each."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.bronze.build_bronze import build_bronze
from jobs.errors import GateFailedError
from jobs.gold.build_gold import build_gold
from jobs.gold.ledger_mirror import write_batches, write_verdicts
from jobs.intake.land import LandReport, land
from jobs.ledger import Batch, Load
from jobs.silver.build_events import build_events
from jobs.silver.build_reference import TABLE_OF_FEED, build_reference
from jobs.silver.outcomes import LoadOutcome
from jobs.tables.raw_event import RAW_EVENT
from jobs.tables.silver import PLAYBACK_EVENTS
from jobs.workspace import Workspace

if TYPE_CHECKING:
    from jobs.recommender.recommend import RecommendationReport

Say = Callable[[str], None]


@dataclass(frozen=True)
class StageReport:
    """What one stage did: how many files went through, and which it stopped and why."""

    stage: str
    done: int
    stopped: tuple[str, ...] = ()

    @property
    def did_nothing(self) -> bool:
        return not self.done and not self.stopped

    def __str__(self) -> str:
        if self.did_nothing:
            return f"{self.stage}: nothing new."
        return "\n".join([f"{self.stage}: {self.done} files done.", *self.stopped])


def run_intake(work: Workspace, say: Say, paths: Sequence[Path] = (), feed: str | None = None) -> LandReport:
    """Takes in the given files, or all that the inbox holds."""
    report = land(
        paths,
        feed,
        inbox=work.settings.inbox,
        landing=work.settings.landing,
        ledger=work.ledger,
        on_file=lambda file: say(f"land: {file}"),
    )
    if not report.files:
        say("land: nothing new.")
    return report


def run_bronze(work: Workspace, say: Say, only: str | None = None) -> StageReport:
    """Appends every landed file that bronze does not have yet."""
    done = 0
    for load in _loads(work, "bronze", only):
        say(f"bronze: {_amount(load)} …")
        with _gated(work, load):
            build_bronze(work.lake, work.settings.landing, load, work.gate)
        work.ledger.close_load(load, datetime.now(UTC))
        done += len(load.batches)
    return StageReport("bronze", done)


def run_silver(work: Workspace, say: Say, only: str | None = None) -> StageReport:
    """Brings every bronze file into silver, reference data first: consents decide about reactions."""
    done = 0
    stopped: dict[str, str] = {}
    for load in _loads(work, "silver", only):
        say(f"silver: {_amount(load)} …")
        limit = work.settings.bad_line_limit
        stopped_before = len(stopped)
        with _gated(work, load):
            for feed in TABLE_OF_FEED:
                if batches := load.of_feed(feed):
                    outcome, gold_dates = build_reference(work.lake, load, feed, work.key, work.gate, limit)
                    stopped |= _enter(work, batches, outcome)
                    work.ledger.record_dates(batches[0].batch_id, PLAYBACK_EVENTS.name, gold_dates)
            if batches := load.of_feed(RAW_EVENT.feed):
                outcome = build_events(work.lake, load, work.key, work.gate, limit)
                stopped |= _enter(work, batches, outcome)
        work.ledger.close_load(load, datetime.now(UTC))
        done += len(load.batches) - (len(stopped) - stopped_before)
    if stopped:
        write_batches(work.lake, work.ledger.batches(stopped))
    return StageReport("silver", done, tuple(stopped.values()))


def run_gold(work: Workspace, say: Say, only: str | None = None) -> StageReport:
    """Computes gold of the dates that new silver rows touch, and publishes their files."""
    done = 0
    for load in _loads(work, "published", only):
        dates = work.ledger.dates_touched(load.batch_ids, PLAYBACK_EVENTS.name)
        say(f"gold: {_amount(load)}, {len(dates)} dates …")
        if dates:
            with _gated(work, load):
                build_gold(work.lake, dates, work.gate, load.load_id)
        work.ledger.close_load(load, datetime.now(UTC))
        write_batches(work.lake, work.ledger.batches(load.batch_ids))
        done += len(load.batches)
    return StageReport("gold", done)


def rebuild_gold(work: Workspace, dates: Sequence[date]) -> None:
    """Computes gold of these dates anew, whether or not something new is there."""
    with _verdicts_kept(work):
        build_gold(work.lake, dates, work.gate, f"rebuild-{dates[0]}-{dates[-1]}")


def run_recommend(work: Workspace) -> "RecommendationReport":
    """Puts new lists in the place of all old ones."""
    # MLflow takes seconds to import; the other stages do without it.
    from jobs.recommender.recommend import recommend

    with _verdicts_kept(work):
        return recommend(work.lake, work.settings, work.gate)


def run_cycle(work: Workspace, say: Say) -> list[StageReport]:
    """Land → bronze → silver → gold, in one session."""
    run_intake(work, say)
    reports = []
    for stage in (run_bronze, run_silver, run_gold):
        reports.append(stage(work, say))
        say(str(reports[-1]))
    return reports


def _loads(work: Workspace, stage: str, only: str | None) -> Iterator[Load]:
    """One load after the other until the stage has nothing left to do."""
    while load := work.ledger.open_load(stage, only):
        yield load


@contextmanager
def _gated(work: Workspace, load: Load) -> Iterator[None]:
    """A load that the gate stops is set aside, so that later files go on."""
    with _verdicts_kept(work):
        try:
            yield
        except GateFailedError as error:
            work.ledger.block_load(load, str(error), datetime.now(UTC))
            raise


@contextmanager
def _verdicts_kept(work: Workspace) -> Iterator[None]:
    """What the gate found goes into Data Docs and `gold.quality_results`, however the block ends."""
    try:
        yield
    finally:
        write_verdicts(work.lake, work.gate.report())


def _enter(work: Workspace, batches: Sequence[Batch], outcome: LoadOutcome) -> dict[str, str]:
    """Tells the ledger where each file's lines went; returns why it stopped the files that it did."""
    over_limit = outcome.over_limit(work.settings.bad_line_limit)
    stopped = {}
    for batch in batches:
        result = outcome.of_batch(batch.batch_id)
        if batch.batch_id in over_limit:
            work.ledger.block(batch.batch_id, "silver", result.too_many_bad_lines())
            stopped[batch.batch_id] = f"{batch.source_name} ({batch.batch_id[:12]}): {result.too_many_bad_lines()}"
            continue
        work.ledger.record_outcome(batch.batch_id, result.accepted, result.quarantined, result.duplicates)
        work.ledger.record_dates(batch.batch_id, PLAYBACK_EVENTS.name, sorted(result.dates))
    return stopped


def _amount(load: Load) -> str:
    return f"{len(load.batches)} files, {sum(batch.line_count for batch in load.batches):,} lines"
