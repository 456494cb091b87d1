"""How many events a second the simulator writes, world, JSON and compression included. Run: pytest tests/benchmarks."""

import time
from pathlib import Path

from jobs.simulator import simulate


def test_simulator_speed(tmp_path: Path) -> None:
    before = time.process_time()
    report = simulate(days=3, viewers=5000, seed=7, out=tmp_path)
    seconds = time.process_time() - before
    size_mb = sum(file.path.stat().st_size for file in report.event_files) / 1e6
    print(
        f"\n{report.events:,} events in {seconds:.1f} CPU seconds: "
        f"{report.events / seconds:,.0f} a second, {size_mb:.0f} MB"
    )
    assert report.events > 500_000
