"""Is this machine fit to run, and if not, what to do."""

import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import metadata, requires, version

import psutil
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from rich.markup import escape
from rich.table import Table as RichTable

from jobs.cli.ports import Ports, is_taken
from jobs.cli.running_stack import running_stack
from jobs.config import LINKAGE_KEY, PSEUDONYM_KEY, Settings
from jobs.errors import PlayheadError
from jobs.privacy.keys import is_open
from jobs.run.closed_home import open_to_others
from jobs.storage.delta_jars import delta_jars
from jobs.storage.session import java_version
from jobs.storage.stored_tables import has_silver

# The demo's lake, its environment's caches and Spark's spill stay well below this.
NEEDED_DISK_GB = 3
# Spark's driver takes 4 GB; Airflow and MLflow beside it about two more.
NEEDED_MEMORY_GB = 6
# Their versions were measured to run together; pyproject.toml states them.
FIT_TOGETHER = ("pyspark", "delta-spark", "great-expectations", "mlflow", "apache-airflow")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: what was found, and what to do where it is not fine."""

    name: str
    is_fine: bool
    found: str
    to_do: str = ""


def check_machine(settings: Settings) -> list[Check]:
    return [
        _attempt("Java", lambda: f"version {java_version()}"),
        _attempt("Delta jars", lambda: f"in {delta_jars()[0].parent}"),
        _python(),
        *_packages(),
        _disk(settings),
        _memory(),
        _home(settings),
        *_keys(settings),
        *(_port(name, port) for name, port in Ports()),
    ]


def report_table(checks: list[Check]) -> RichTable:
    table = RichTable("", "check", "found", "what to do")
    for check in checks:
        table.add_row(
            "ok" if check.is_fine else "[bold red]no[/]", check.name, escape(check.found), escape(check.to_do)
        )
    return table


def _attempt(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except PlayheadError as error:
        return Check(name, False, "missing", str(error))


def _python() -> Check:
    found, asked = platform.python_version(), SpecifierSet(metadata("playhead")["Requires-Python"])
    is_fine = asked.contains(found)
    return Check("Python", is_fine, found, "" if is_fine else f"Use a Python that is {asked}.")


def _packages() -> list[Check]:
    asked = {each.name: each.specifier for each in map(Requirement, requires("playhead") or [])}
    return [_package(name, asked[name]) for name in FIT_TOGETHER]


def _package(name: str, asked: SpecifierSet) -> Check:
    found = version(name)
    is_fine = asked.contains(found)
    return Check(name, is_fine, found, "" if is_fine else f"Run `make setup`: {asked} is the one that was tested.")


def _disk(settings: Settings) -> Check:
    folder = next(path for path in (settings.root, *settings.root.parents) if path.exists())
    free_gb = shutil.disk_usage(folder).free / 1e9
    is_fine = free_gb >= NEEDED_DISK_GB and os.access(folder, os.W_OK)
    to_do = "" if is_fine else f"Free {NEEDED_DISK_GB} GB, or set PLAYHEAD_HOME to a folder that you can write."
    return Check("disk", is_fine, f"{free_gb:.0f} GB free below {folder}", to_do)


def _memory() -> Check:
    total_gb = psutil.virtual_memory().total / 1e9
    is_fine = total_gb >= NEEDED_MEMORY_GB
    return Check(
        "memory", is_fine, f"{total_gb:.0f} GB", "" if is_fine else "Set PLAYHEAD_DRIVER_MEMORY lower, say 2g."
    )


def _home(settings: Settings) -> Check:
    home = settings.root
    if not home.is_dir():
        return Check("home", True, "none yet; the first run makes it")
    found = list(open_to_others(home))
    to_do = f"Others can read {found[0]}{_and_more(len(found))}: chmod -R go= {home}" if found else ""
    return Check("home", not found, str(home), to_do)


def _and_more(count: int) -> str:
    return f" and {count - 1:,} more" if count > 1 else ""


def _keys(settings: Settings) -> list[Check]:
    return [
        _key("pseudonym key", settings, "pseudonym-*.key", PSEUDONYM_KEY if settings.pseudonym_key else None),
        _key("linkage key", settings, "linkage.key", LINKAGE_KEY if settings.linkage_key else None),
    ]


def _key(name: str, settings: Settings, files: str, given_by: str | None) -> Check:
    folder = settings.keys
    if given_by:
        return Check(name, True, f"given by {given_by}")
    if folder.exists() and is_open(folder):
        return Check(name, False, str(folder), f"Others can read it: chmod 700 {folder}")
    found = sorted(folder.glob(files))
    # A look at tables in an object store takes seconds each, and may need a login.
    if not found and "://" not in settings.lake_root and has_silver(settings):
        to_do = f"Put the {name} of this lake back into {folder}. A home of an earlier version: `playhead upgrade`."
        return Check(name, False, "missing", to_do)
    if not found:
        return Check(name, True, "none yet; the first silver run makes it")
    open_keys = [str(path) for path in found if is_open(path)]
    to_do = f"Others can read it: chmod 600 {' '.join(open_keys)}" if open_keys else ""
    return Check(name, not open_keys, str(folder), to_do)


def _port(name: str, port: int) -> Check:
    check = f"{name} {port}".replace("_", " ")
    if not is_taken(port):
        return Check(check, True, "free")
    if stack := running_stack(port):
        return Check(check, True, f"Playhead's own stack runs (pid {stack.pid})")
    to_do = f"`make up` wants it: end what listens there, or set PLAYHEAD_{name.upper()}."
    return Check(check, False, "taken", to_do)
