"""Whatever happens to files in whatever order: the lake holds what a few lines of plain Python say it must.

The model knows events by their id. Each example begins with a history that has every kind of step in it, in an order
that is drawn; more steps follow. Every step is followed by the same look at the lake, and the end is compared with a
lake that got everything at once.
"""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import hypothesis.strategies as st
import pytest
from deltalake import DeltaTable
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from pyspark.sql import SparkSession

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
from jobs.contracts.silver import CONSENTS, PLAYBACK_EVENTS, REACTIONS, REPORTED_VIEWINGS
from jobs.ledger.ledger import Ledger
from jobs.run.audit import audit_batches
from jobs.run.pipeline import rebuild_gold, run_bronze, run_cycle, run_gold, run_intake, run_replay, run_silver
from jobs.run.workspace import Workspace
from jobs.storage.lake import Lake
from tests.deaths import Died, die_after
from tests.factories import NOON, make_line, make_workspace
from tests.fingerprint import fingerprints
from tests.pipeline.two_days import with_key_of

COMPARED = (
    PLAYBACK_EVENTS,
    REACTIONS,
    CONSENTS,
    REPORTED_VIEWINGS,
    VIEWING_SESSIONS,
    PLAY_RANGES,
    TITLE_PROGRESS,
    TITLE_ENGAGEMENT_DAILY,
    VIEWING_CLOCK,
    INTERACTIONS,
    PROFILE_FEATURES,
    TITLE_FEATURES,
)
BROKEN = b'{"event_id": '
# So few ids that files overlap.
IDS = st.lists(st.integers(min_value=0, max_value=30), min_size=1, max_size=6)
DAYS = st.integers(min_value=0, max_value=20)
WRITES = st.sampled_from(
    [
        (Lake, "append"),
        (Lake, "upsert"),
        (Lake, "replace_dates"),
        (Lake, "replace_keys"),
        (Ledger, "record_counts"),
        (Ledger, "close_load"),
    ]
)
# Hypothesis' first examples are its smallest: few, short and much alike. What must happen is in the history.
# `make kill-sweep` takes five examples.
EXAMPLES, STEPS = int(os.environ.get("EXAMPLES", "1")), 1
LATE_FROM, LATE_DATES = 27, (date(2026, 5, 29), date(2026, 5, 13))
FIRST_FILE, LATE_AND_OVERLAPPING, CUT_SHORT = [9, 10, 11, 30], [0, 1, 10, 11, 14, 28], [2, 12, 13, 29]


def playback_line(number: int) -> bytes:
    """The event of that number: always the same, wherever it is sent. The last ones are late, and under a used id."""
    day, minute = divmod(number, 3)
    played_on = date(2026, 6, 1 + day) if number < LATE_FROM else LATE_DATES[number % 2]
    # Over three dates, one to the next a little less than a day, or a little more: an event that comes late joins two
    # sessions.
    session = number // 9 if number < LATE_FROM else 0
    offset = None if session % 3 == 2 else (number % 9) * (60_000 if session % 3 == 0 else 24 * 3_600_000)
    return make_line(
        event_id=f"event-{number:04d}",
        event_type="playing" if number % 2 else "stopped",
        event_time=f"{played_on}T12:{minute:02d}:00.000Z",
        received_time="2026-06-12T12:00:00.000Z",
        # By these, days were minutes, or eight: a device whose clocks do not agree.
        session_offset_ms=offset,
        session_id=f"session-{session}",
        title_id=f"title-{session % 3}",
        profile_id=f"profile-{session % 2}",
        position_ms=60_000 * minute,
    )


def viewing_line(session_id: str) -> bytes:
    """A play of 1 June as its source reports it, whose events may have come or not."""
    viewing = {"viewing_id": f"viewing-of-{session_id}", "session_id": session_id, "account_id": "account-1"}
    viewing |= {"profile_id": "profile-0", "title_id": "title-0", "started_at": "2026-06-01T12:00:00.000Z"}
    return json.dumps(viewing | {"reported_seconds": 60, "source": "export"}).encode()


def reaction_line(number: int) -> bytes:
    return make_line(
        event_id=f"reaction-{number:04d}",
        event_type="reaction_sampled",
        profile_id="asked-later",
        details={"valence": 0.1, "arousal": 0.1},
    )


def make_machine(spark: SparkSession) -> type[RuleBasedStateMachine]:
    class Deliveries(RuleBasedStateMachine):
        """A home that gets files, dies and is started again."""

        @initialize(order=st.permutations(range(6)), write=WRITES)
        def a_lake_with_a_history(self, order: list[int], write: tuple[type, str]) -> None:
            self.folder = Path(mkdtemp())
            self.work = make_workspace(spark, self.folder / "home")
            self.everything: list[tuple[str, bytes]] = []
            self.played: set[str] = set()
            self.felt: set[str] = set()
            self.refused: set[str] = set()
            self.has_consent = False
            self.names = 0
            self.a_file_comes(FIRST_FILE, is_broken=True)
            steps: list[Callable[[], None]] = [
                lambda: self.reactions_come([1, 2]),
                lambda: self.a_file_comes(LATE_AND_OVERLAPPING, is_broken=False),
                lambda: self.a_file_comes_again_under_another_name(0),
                lambda: self.a_run_dies_after_a_write_and_is_started_again(CUT_SHORT, write, 0),
                lambda: self.a_day_is_computed_anew(3),
                self.a_consent_comes_and_what_was_refused_is_tried_again,
            ]
            for number in order:
                steps[number]()
                self.every_event_is_there_once()
                self.every_file_is_published_and_adds_up()

        @rule(numbers=IDS, is_broken=st.booleans())
        def a_file_comes(self, numbers: list[int], is_broken: bool) -> None:
            """Late, early, and with events that other files have, too."""
            # Enough sound lines beside the broken one: only a file with many is stopped.
            sound = [playback_line(number) for number in numbers] + [playback_line(0)] * (20 if is_broken else 0)
            self.deliver("events", [*sound, BROKEN] if is_broken else sound)
            self.run()
            self.played |= {f"event-{number:04d}" for number in [*numbers, *([0] if is_broken else [])]}

        @rule(numbers=IDS)
        def reactions_come(self, numbers: list[int]) -> None:
            self.deliver("events", [reaction_line(number) for number in numbers] + [playback_line(0)] * 200)
            self.run()
            self.played.add("event-0000")
            came = {f"reaction-{number:04d}" for number in numbers}
            if self.has_consent:
                self.felt |= came
            else:
                self.refused |= came

        @rule(which=st.integers(min_value=0, max_value=99))
        def a_file_comes_again_under_another_name(self, which: int) -> None:
            feed, content = self.everything[which % len(self.everything)]
            self.put(feed, content)
            self.run()

        @rule(numbers=IDS, write=WRITES, which=st.integers(min_value=0, max_value=2))
        def a_run_dies_after_a_write_and_is_started_again(
            self, numbers: list[int], write: tuple[type, str], which: int
        ) -> None:
            self.deliver("events", [playback_line(number) for number in numbers])
            with pytest.MonkeyPatch.context() as patch:
                die_after(patch, *write, times=which + 1)
                with suppress(Died):
                    self.run()
            self.run()
            self.played |= {f"event-{number:04d}" for number in numbers}

        @rule(day=DAYS)
        def a_day_is_computed_anew(self, day: int) -> None:
            rebuild_gold(self.work, [NOON.date().replace(day=day + 1)])

        @rule()
        def a_consent_comes_and_what_was_refused_is_tried_again(self) -> None:
            consent = b'{"profile_id":"asked-later","purpose":"reactions","granted_at":"2026-01-01T00:00:00.000Z"}'
            self.deliver("consents", [consent])
            self.deliver("reported_viewings", [viewing_line("session-0"), viewing_line("never traced")])
            self.run()
            run_replay(self.work)
            run_gold(self.work)
            self.has_consent = True
            self.felt |= self.refused

        @invariant()
        def every_event_is_there_once(self) -> None:
            assert self.stored(PLAYBACK_EVENTS.name) == self.links(self.played)
            assert self.stored(REACTIONS.name) == self.links(self.felt)

        @invariant()
        def every_file_is_published_and_adds_up(self) -> None:
            for batch in self.work.ledger.all_batches():
                counts = (batch.accepted_count or 0, batch.quarantined_count or 0, batch.duplicate_count or 0)
                assert (batch.published_at is not None, sum(counts)) == (True, batch.line_count)

        def teardown(self) -> None:
            findings = audit_batches(self.work, None)
            assert [finding.problem for finding in findings if finding.problem] == []
            assert fingerprints(self.work.lake, COMPARED) == fingerprints(self.all_at_once().lake, COMPARED)
            shutil.rmtree(self.folder)

        def all_at_once(self) -> Workspace:
            """Consents first: what they allow is then taken at once."""
            other = with_key_of(self.work, make_workspace(spark, self.folder / "at-once"))
            for number, (feed, content) in enumerate(self.everything):
                folder = other.settings.inbox / feed
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{number}.ndjson").write_bytes(content)
            run_cycle(other)
            return other

        def deliver(self, feed: str, lines: list[bytes]) -> None:
            content = b"\n".join(lines) + b"\n"
            self.everything.append((feed, content))
            self.put(feed, content)

        def put(self, feed: str, content: bytes) -> None:
            self.names += 1
            folder = self.work.settings.inbox / feed
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"file-{self.names}.ndjson").write_bytes(content)

        def run(self) -> None:
            for stage in (run_intake, run_bronze, run_silver, run_gold):
                stage(self.work)

        def links(self, event_ids: set[str]) -> list[str]:
            return sorted(self.work.linkage_key.link("event", event_id) for event_id in event_ids)

        def stored(self, table: str) -> list[str]:
            path = self.folder / "home" / "lake" / "silver" / table
            if not path.exists():
                return []
            return sorted(DeltaTable(path).to_pyarrow_table(columns=["event_id"])["event_id"].to_pylist())

    return Deliveries


def test_files_come_late_twice_and_overlapping_while_runs_die_and_the_lake_holds_each_event_once(
    spark: SparkSession,
) -> None:
    run_state_machine_as_test(
        make_machine(spark),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            # A smaller example would take as many minutes again.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
