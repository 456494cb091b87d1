"""Kills the runs of home after home, and tells what came of it."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyspark.sql import SparkSession

from tests.factories import make_workspace
from tests.fingerprint import Fingerprints
from tests.kill_plan import PlannedKill
from tests.kill_sweep.homes import copied, differences
from tests.killed_run import PlayheadRun, RunFailedError, Victim, run_to_the_end, running

# A home whose run was killed so often is let through to its end.
KILLS_A_HOME = 5
# Python and the JVM take so long to do anything worth a kill.
EARLIEST_SECONDS = 2.0
# What is broken for so many homes is broken for all.
MOST_FAILED_HOMES = 3
STAGES = ("start", "land", "bronze", "silver", "gold")


@dataclass(frozen=True)
class Killed:
    """One kill that hit a run: who, after how many seconds, at which stage, and how the command ended."""

    victim: Victim
    seconds: float
    stage: str
    last_words: str
    exit_code: int

    def __str__(self) -> str:
        where = f"in {self.stage} ({self.last_words})"
        return f"{self.victim:6} after {self.seconds:5.1f} s, exit {self.exit_code:2d}, {where}"


@dataclass
class Sweep:
    """The kills so far, the homes that ended like a clean run, and what is wrong with the others."""

    template: Path
    clean: Fingerprints
    clean_seconds: float
    kills: list[Killed] = field(default_factory=list)
    sound_homes: int = 0
    problems: dict[str, list[str]] = field(default_factory=dict)

    def run(self, spark: SparkSession, plan: Iterator[PlannedKill], most: int) -> None:
        """Goes on until so many kills hit a run. A sound home is removed, any other kept."""
        while len(self.kills) < most and len(self.problems) < MOST_FAILED_HOMES:
            home = copied(self.template, f"home-{self.sound_homes + len(self.problems) + 1}")
            if found := self._problems_of(home, spark, plan, most):
                self.problems[home.name] = found
                print(f"{home.name}: " + "\n".join(found), flush=True)
                continue
            self.sound_homes += 1
            shutil.rmtree(home)
            print(f"{home.name}: as after a clean run", flush=True)

    def _problems_of(self, home: Path, spark: SparkSession, plan: Iterator[PlannedKill], most: int) -> list[str]:
        try:
            runs = self._kill_runs(home, plan, min(KILLS_A_HOME, most - len(self.kills)))
            run_to_the_end(home)
            for run in runs:
                run.wait_until_gone()
        except RunFailedError as error:
            return [str(error)]
        tracebacks = [f"{run.output} shows a traceback" for run in runs if "Traceback" in run.output.read_text()]
        return [*tracebacks, *differences(make_workspace(spark, home), self.clean)]

    def _kill_runs(self, home: Path, plan: Iterator[PlannedKill], most: int) -> list[PlayheadRun]:
        """Starts the home's run and kills it, again and again, until it ends first or was killed often enough."""
        runs = []
        for number in range(most):
            planned = next(plan)
            seconds = EARLIEST_SECONDS + planned.moment * max(0.0, self.clean_seconds - EARLIEST_SECONDS)
            with running(home, f"run-{number}") as run:
                runs.append(run)
                if run.ends_within(seconds):
                    run.finish()
                    print(
                        f"     {home.name}: ended before {planned.victim} was killed after {seconds:.1f} s", flush=True
                    )
                    break
                stage, last_words = run.stage(), run.last_words()
                victim = run.kill(planned.victim)
            if run.process.returncode == 0:
                print(f"     {home.name}: {victim} was killed too late, after {seconds:.1f} s", flush=True)
                break
            self.kills.append(Killed(victim, seconds, stage, last_words, run.process.returncode))
            print(f"{len(self.kills):3d}  {home.name}: {self.kills[-1]}", flush=True)
        return runs

    def summary(self) -> str:
        """How many kills of whom at which stage, and the verdict."""
        counts = Counter((kill.victim, kill.stage) for kill in self.kills)
        rows = ["".join([f"{victim:8}", *(f"{counts[victim, stage]:8d}" for stage in STAGES)]) for victim in Victim]
        verdict = "FAILED" if self.problems else "all as after a clean run"
        homes = f"{self.sound_homes} homes sound, {len(self.problems)} not"
        return "\n".join(
            [
                "".join(["killed  ", *(f"{stage:>8}" for stage in STAGES)]),
                *rows,
                *(problem for found in self.problems.values() for problem in found),
                f"{len(self.kills)} kills, {homes}: {verdict}.",
            ]
        )
