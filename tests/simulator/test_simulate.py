from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.simulator import DayReport, SimulationReport, simulate
from tests.simulator.event_contract import EVENT_TYPES, why_refused

Lines = Callable[[Path], list[bytes]]


def bytes_by_name(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for out in ("once", "again"):
        simulate(days=2, viewers=40, seed=3, out=tmp_path / out, faults=0.1)
    assert bytes_by_name(tmp_path / "once") == bytes_by_name(tmp_path / "again")


def test_another_seed_gives_other_people(tmp_path: Path, lines_of: Lines) -> None:
    profiles = []
    for seed in (3, 4):
        report = simulate(days=1, viewers=40, seed=seed, out=tmp_path)
        profiles.append({orjson.loads(line)["profile_id"] for line in lines_of(report.event_files[0].path)})
    assert profiles[0].isdisjoint(profiles[1])


def test_a_later_start_continues_the_same_days(clean: SimulationReport, tmp_path: Path) -> None:
    third_day = simulate(days=1, viewers=300, seed=7, out=tmp_path, start_date=date(2026, 6, 3))
    assert third_day.event_files[0].path.read_bytes() == clean.event_files[2].path.read_bytes()


def test_titles_do_not_depend_on_the_days(clean: SimulationReport, tmp_path: Path) -> None:
    later = simulate(days=1, viewers=300, seed=7, out=tmp_path, start_date=date(2026, 7, 1))
    assert later.reference_files[0].read_bytes() == clean.reference_files[0].read_bytes()


def test_every_line_keeps_the_contract(clean: SimulationReport, lines_of: Lines) -> None:
    reasons = {why_refused(line) for file in clean.event_files for line in lines_of(file.path)}
    assert reasons == {None}


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**63), viewers=st.integers(1, 12), day=st.dates(date(2026, 5, 1), date(2027, 12, 31)))
def test_every_line_of_any_small_world_keeps_the_contract(lines_of: Lines, seed: int, viewers: int, day: date) -> None:
    with TemporaryDirectory() as out:
        report = simulate(days=1, viewers=viewers, seed=seed, out=Path(out), start_date=day)
        lines = [line for file in report.event_files for line in lines_of(file.path)]
    assert len(lines) == report.lines
    assert {why_refused(line) for line in lines} <= {None}


def test_every_event_type_occurs(clean_events: list[dict[str, Any]]) -> None:
    assert {event["event_type"] for event in clean_events} == EVENT_TYPES


def test_event_ids_are_unique(clean_events: list[dict[str, Any]]) -> None:
    assert len({event["event_id"] for event in clean_events}) == len(clean_events)


def test_progress_is_told_day_by_day(tmp_path: Path) -> None:
    told: list[DayReport] = []
    report = simulate(days=2, viewers=20, seed=1, out=tmp_path, on_day=told.append)
    assert [(day.day, day.number, day.days) for day in told] == [
        (date(2026, 6, 1), 1, 2),
        (date(2026, 6, 2), 2, 2),
    ]
    assert sum(day.events for day in told) == report.events


def test_no_unfinished_file_is_left(clean: SimulationReport) -> None:
    folder = clean.reference_files[0].parent.parent
    assert [path.name for path in folder.rglob(".*")] == []


@pytest.mark.parametrize(
    "wrong", [{"days": 0}, {"viewers": 0}, {"seed": -1}, {"faults": 1.5}, {"faults": float("nan")}], ids=str
)
def test_arguments_out_of_range_are_named(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}="):
        simulate(**{"days": 1, "viewers": 1, "seed": 1, "out": tmp_path, **wrong})
