"""Seeded traffic of a streaming service that never was: event files and reference data, without Spark."""

from jobs.simulator.delivery.delivery import Counts
from jobs.simulator.simulate import DayReport, FileReport, SimulationReport, simulate
from jobs.simulator.traffic.pace import DEFAULT_START_DATE
from jobs.simulator.world.truths import planted_truths
from jobs.simulator.world.viewers import profile_ids

__all__ = [
    "DEFAULT_START_DATE",
    "Counts",
    "DayReport",
    "FileReport",
    "SimulationReport",
    "planted_truths",
    "profile_ids",
    "simulate",
]
