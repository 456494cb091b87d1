"""What a run works with: ledger, Spark session, lake and gate, each made when first needed and only once."""

import importlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from jobs.config import PSEUDONYM_KEY, Settings
from jobs.contracts.silver import SILVER_TABLES
from jobs.ledger.ledger import Ledger
from jobs.privacy.keys import (
    KeyMissingError,
    PseudonymKey,
    first_key,
    given_key,
    stored_keys,
    verified,
)

if TYPE_CHECKING:
    from expectations.gate import Gate
    from jobs.storage.lake import Lake


def utc_now() -> datetime:
    """The machine's clock, which is read here alone: what needs the time is given it."""
    return datetime.now(UTC)


class Workspace:
    """One run's tools, and its clock. A run that finds nothing to do starts no Spark."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.now = now

    @cached_property
    def ledger(self) -> Ledger:
        self.settings.root.mkdir(parents=True, exist_ok=True)
        return Ledger(self.settings.ledger)

    @cached_property
    def lake(self) -> "Lake":
        from jobs.storage.lake import Lake
        from jobs.storage.session import build_session

        with ThreadPoolExecutor(max_workers=1) as beside:
            session = beside.submit(build_session, self.settings)
            # Great Expectations takes seven seconds to import, about as long as the JVM takes to start.
            importlib.import_module("expectations.gate")
            return Lake(session.result(), self.settings.lake_root, self.settings.locks)

    @cached_property
    def gate(self) -> "Gate":
        from expectations.gate import Gate

        return Gate(self.settings.quality, self.now)

    @cached_property
    def key(self) -> PseudonymKey:
        """The pseudonym key; made on first use, but never for a lake whose silver already has pseudonyms.

        Raises `jobs.privacy.keys.KeyMissingError` and `WrongKeyError`.
        """
        known = self.ledger.known_keys()
        if given := self.settings.pseudonym_key:
            keys, place = [given_key(given.get_secret_value(), known)], PSEUDONYM_KEY
        else:
            keys, place = self._keys_in_folder(known), str(self.settings.keys)
        current = verified(keys, known, place)
        for key in keys:
            self.ledger.record_key(key.epoch, key.check_value, self.now())
        return current

    def _keys_in_folder(self, known: Mapping[int, str]) -> list[PseudonymKey]:
        folder = self.settings.keys
        try:
            return stored_keys(folder)
        except KeyMissingError:
            if known or any(folder.glob("*.key")) or any(self.lake.exists(table) for table in SILVER_TABLES):
                raise
            return [first_key(folder, known)]
