"""Days of a streaming service's traffic, written as the files that a collector would drop."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from jobs.simulator.delivery.delivery import Counts, LeftOver, deliver
from jobs.simulator.delivery.files import write_event_file, write_reference_file
from jobs.simulator.streams import Purpose, open_stream
from jobs.simulator.traffic.day import PROFILES_PER_FILE, simulate_day
from jobs.simulator.traffic.pace import DEFAULT_START_DATE
from jobs.simulator.traffic.page import Lists
from jobs.simulator.world.consents import consent_rows
from jobs.simulator.world.profiles import profile_rows
from jobs.simulator.world.queries import make_query_book
from jobs.simulator.world.subscriptions import subscription_rows
from jobs.simulator.world.world import World, draw_world


@dataclass(frozen=True)
class FileReport:
    """One event file and what was put into it."""

    path: Path
    counts: Counts


@dataclass(frozen=True)
class DayReport:
    """One simulated day: `number` of `days`, and its files."""

    day: date
    number: int
    days: int
    files: tuple[FileReport, ...]

    @property
    def events(self) -> int:
        return sum(file.counts.good for file in self.files)


@dataclass(frozen=True)
class SimulationReport:
    """Everything that was written."""

    event_files: tuple[FileReport, ...]
    reference_files: tuple[Path, ...]

    @property
    def lines(self) -> int:
        return sum(file.counts.lines for file in self.event_files)

    @property
    def events(self) -> int:
        return sum(file.counts.good for file in self.event_files)


def simulate(
    days: int,
    viewers: int,
    seed: int,
    out: Path,
    faults: float = 0.0,
    start_date: date = DEFAULT_START_DATE,
    on_day: Callable[[DayReport], None] | None = None,
    lists: pa.Table | None = None,
) -> SimulationReport:
    """Write event files for each day, and the titles, subscriptions, consents and profiles as known after the last.

    `viewers` counts profiles. `faults` is the share of events that something happens to: see `faults.FATE_SHARES`.
    The same arguments give the same bytes, and a later start continues the same people's lives. A day without
    events has no file. Files of the same name are replaced. `on_day` is called after each day. `lists`, rows of
    `profile_id`, `title_id`, `rank` and `source`, are shown to their viewers, who play some of what they see there.

    Raises ValueError for arguments out of range, and OSError where `out` cannot be written.
    """
    _check(days, viewers, seed, faults)
    world = draw_world(seed, viewers)
    queries = make_query_book(seed, world.catalogue, world.plants)
    last_day = start_date + timedelta(days=days - 1)
    shown_lists = None if lists is None else Lists.of_table(lists, world)
    source = f"seed{seed}-viewers{viewers}"
    references = _write_references(world, out, f"{start_date}-to-{last_day}-{source}", last_day)
    parts = -(-viewers // PROFILES_PER_FILE)
    left_over = [LeftOver() for _ in range(parts)]
    reports: list[FileReport] = []
    for number in range(days):
        day = start_date + timedelta(days=number)
        files = []
        for part in range(parts):
            part_of_name = f"-part{part + 1}" if parts > 1 else ""
            path = out / "events" / f"playback-{day}-{source}{part_of_name}.ndjson.zst"
            simulated = simulate_day(world, queries, day, part, faults, shown_lists)
            stream = open_stream(seed, Purpose.DELIVERY, viewers, day.toordinal(), part)
            lines, counts = deliver(
                simulated.lines,
                simulated.received_ms,
                simulated.fates,
                simulated.is_skewed,
                left_over[part],
                day.toordinal(),
                last_day.toordinal(),
                stream,
            )
            if counts.lines:
                write_event_file(path, lines)
                files.append(FileReport(path, counts))
        reports += files
        if on_day is not None:
            on_day(DayReport(day, number + 1, days, tuple(files)))
    return SimulationReport(tuple(reports), references)


def _write_references(world: World, out: Path, name: str, last_day: date) -> tuple[Path, ...]:
    feeds = {
        "titles": world.catalogue.rows,
        "subscriptions": subscription_rows(world.viewers, world.subscriptions, last_day),
        "consents": consent_rows(world.viewers, world.consents, last_day),
        "profiles": profile_rows(world.viewers),
    }
    paths = []
    for feed, rows in feeds.items():
        path = out / feed / f"{feed}-{name}.ndjson"
        write_reference_file(path, rows)
        paths.append(path)
    return tuple(paths)


def _check(days: int, viewers: int, seed: int, faults: float) -> None:
    if days < 1 or viewers < 1 or seed < 0:
        raise ValueError(f"days={days} and viewers={viewers} must be 1 or more, seed={seed} 0 or more.")
    if not 0.0 <= faults <= 1.0:
        raise ValueError(f"faults={faults} must be between 0 and 1: the share of events that something happens to.")
