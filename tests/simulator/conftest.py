"""Simulated files, made once and read by several tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard

from jobs.simulator import SimulationReport, simulate

SEED, VIEWERS = 7, 300


def read_lines(path: Path) -> list[bytes]:
    return zstandard.ZstdDecompressor().decompress(path.read_bytes()).splitlines(keepends=True)


@pytest.fixture(scope="session")
def lines_of() -> Callable[[Path], list[bytes]]:
    return read_lines


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> SimulationReport:
    """Three days without faults."""
    return simulate(days=3, viewers=VIEWERS, seed=SEED, out=tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="session")
def clean_events(clean: SimulationReport) -> list[dict[str, Any]]:
    return [orjson.loads(line) for file in clean.event_files for line in read_lines(file.path)]


@pytest.fixture(scope="session")
def titles(clean: SimulationReport) -> dict[str, dict[str, Any]]:
    rows = map(orjson.loads, clean.reference_files[0].read_bytes().splitlines())
    return {row["title_id"]: row for row in rows}


@pytest.fixture(scope="session")
def subscriptions(clean: SimulationReport) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in clean.reference_files[1].read_bytes().splitlines()]


@pytest.fixture(scope="session")
def consents(clean: SimulationReport) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in clean.reference_files[2].read_bytes().splitlines()]
