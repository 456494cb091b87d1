"""Homes with the same traffic, and what sets one apart from a home that nobody disturbed."""

import shutil
from datetime import date
from pathlib import Path

from pyspark.sql import SparkSession

from jobs.contracts.gold import TITLE_REACTIONS_WEEKLY
from jobs.contracts.silver import REPORTED_VIEWINGS
from jobs.run.audit import audit_batches
from jobs.run.workspace import Workspace
from jobs.simulator import simulate
from tests.factories import make_workspace
from tests.fingerprint import COMPARED, Fingerprints, fingerprints


def make_template(spark: SparkSession, home: Path) -> Path:
    """A home with a fault-ridden day in its inbox, and its keys, so that copies agree on pseudonyms and ids."""
    simulate(1, 40, seed=11, out=home / "inbox", faults=0.1, start_date=date(2026, 6, 1))
    make_workspace(spark, home).keys  # noqa: B018 - makes it
    return home


def copied(template: Path, name: str) -> Path:
    return Path(shutil.copytree(template, template.parent / name))


def empty_tables(work: Workspace) -> set[str]:
    """Tables whose fingerprints say nothing; nobody reports viewings, and of so few, no ten react in one moment."""
    compared = [table for table in COMPARED if table not in (REPORTED_VIEWINGS, TITLE_REACTIONS_WEEKLY)]
    return {table.full_name for table in compared if not work.lake.read(table).take(1)}


def differences(work: Workspace, clean: Fingerprints) -> list[str]:
    """A sentence for each table that is not as after a clean run, and for each file that is not all accounted for."""
    found = fingerprints(work.lake)
    home = work.settings.root
    return [
        *(
            f"{home}: {name} is {found[name]}, after a clean run {clean[name]}"
            for name in clean
            if found[name] != clean[name]
        ),
        *(
            f"{home}: {finding.source_name} is {finding.state}: {finding.problem or finding.reason}"
            for finding in audit_batches(work, None)
            if finding.problem or finding.state != "published"
        ),
    ]
