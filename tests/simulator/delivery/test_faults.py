from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from jobs.simulator import Counts, SimulationReport, simulate
from jobs.simulator.delivery.faults import FATE_SHARES, Fate, break_line
from tests.simulator.event_contract import why_refused

RATE = 0.1
Lines = Callable[[Path], list[bytes]]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> SimulationReport:
    return simulate(days=3, viewers=100, seed=5, out=tmp_path_factory.mktemp("faulty"), faults=RATE)


@pytest.fixture(scope="module")
def same_without_faults(tmp_path_factory: pytest.TempPathFactory) -> SimulationReport:
    return simulate(days=3, viewers=100, seed=5, out=tmp_path_factory.mktemp("faultless"))


def count_file(path: Path, lines: list[bytes], seen: dict[str, bytes]) -> dict[str, int]:
    """What a reader finds who knows the contract and the files before."""
    day = path.name.removeprefix("playback-")[:10].replace("-", "")
    found: Counter[str] = Counter(lines=len(lines), good=0, duplicates=0, broken=0, late=0)
    for line in lines:
        if why_refused(line):
            found["broken"] += 1
            continue
        event_id = orjson.loads(line)["event_id"]
        if event_id in seen:
            assert seen[event_id] == line
            found["duplicates"] += 1
            continue
        seen[event_id] = line
        found["good"] += 1
        found["late"] += event_id.split("-")[2] != day
    return dict(found)


def test_the_report_counts_what_is_in_each_file(faulty: SimulationReport, lines_of: Lines) -> None:
    seen: dict[str, bytes] = {}
    found = [count_file(file.path, lines_of(file.path), seen) for file in faulty.event_files]
    reported = [
        {name: getattr(file.counts, name) for name in ("lines", "good", "duplicates", "broken", "late")}
        for file in faulty.event_files
    ]
    assert found == reported


def test_only_broken_events_are_lost(faulty: SimulationReport, same_without_faults: SimulationReport) -> None:
    assert faulty.events + sum(file.counts.broken for file in faulty.event_files) == same_without_faults.events


@pytest.mark.parametrize("kind", ["duplicates", "broken", "late", "out_of_order", "skewed"])
def test_every_kind_of_fault_occurs(faulty: SimulationReport, kind: str) -> None:
    assert sum(getattr(file.counts, kind) for file in faulty.event_files) > 0


def test_broken_lines_stay_below_half_of_the_rate() -> None:
    assert FATE_SHARES[Fate.BROKEN] < 0.5


def test_without_faults_nothing_is_counted_but_good_lines(same_without_faults: SimulationReport) -> None:
    for file in same_without_faults.event_files:
        assert file.counts == Counts(lines=file.counts.lines, good=file.counts.lines)


def test_wrong_clocks_are_seen_against_the_collector(
    faulty: SimulationReport, same_without_faults: SimulationReport, lines_of: Lines
) -> None:
    def times(report: SimulationReport) -> dict[str, str]:
        events: list[dict[str, Any]] = [
            orjson.loads(line) for f in report.event_files for line in lines_of(f.path) if not why_refused(line)
        ]
        return {event["event_id"]: event["event_time"] for event in events}

    right = times(same_without_faults)
    moved = sum(right[event_id] != time for event_id, time in times(faulty).items())
    assert moved == sum(file.counts.skewed for file in faulty.event_files)


def test_every_way_to_break_a_line_is_refused(clean: SimulationReport, lines_of: Lines) -> None:
    stream = np.random.default_rng(0)
    lines = lines_of(clean.event_files[0].path)[:500]
    assert [line for line in lines if why_refused(break_line(stream, line)) is None] == []
