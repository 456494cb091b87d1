"""What a run works with: ledger, Spark session, lake and gate, each made when first needed and only once."""

import importlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from jobs.config import LINKAGE_KEY, PSEUDONYM_KEY, Settings
from jobs.ledger.ledger import Ledger
from jobs.privacy.keys import (
    KeyMissingError,
    PseudonymKey,
    first_key,
    given_key,
    has_key,
    stored_keys,
    verified,
)
from jobs.privacy.linkage_key import Keys, LinkageKey, linkage_key, verified_linkage
from jobs.run.home import has_ledger, home_to_fill
from jobs.storage.stored_tables import has_silver

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
        """Made, with the home, where it is missing. Raises `jobs.run.home.HomeError`."""
        return Ledger(home_to_fill(self.settings).ledger)

    @cached_property
    def lake(self) -> "Lake":
        """Raises `jobs.storage.contract_differences.TableVersionError` for a lake of an earlier version."""
        from jobs.storage.lake import Lake
        from jobs.storage.older_tables import refuse_older_tables
        from jobs.storage.session import build_session

        refuse_older_tables(self.settings)
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
        keys = self._keys(known)
        current = verified(keys, known, self._place_of_keys)
        for key in keys:
            self.ledger.record_key(key.epoch, key.check_value, self.now())
        return current

    @cached_property
    def stored_key(self) -> PseudonymKey:
        """The pseudonym key for who only reads: neither a key nor a ledger is made. Raises as `key`."""
        known = self.ledger.known_keys() if has_ledger(self.settings) else {}
        return verified(self._given_key(known) or stored_keys(self.settings.keys), known, self._place_of_keys)

    @cached_property
    def linkage_key(self) -> LinkageKey:
        """The key that makes ids of plays and events; made on first use, but never for a lake whose silver has ids.

        Raises `jobs.privacy.keys.KeyMissingError` and `WrongKeyError`.
        """
        known = self.ledger.known_linkage_key()
        return self._linkage_key(known, is_in_use=known is not None or has_silver(self.settings))

    def make_linkage_key(self) -> LinkageKey:
        """For a lake of a version that had none: its ids are those of their source. Raises as `linkage_key`."""
        return self._linkage_key(None, is_in_use=False)

    @property
    def keys(self) -> Keys:
        """Both keys, for who writes silver. Raises as `key` and `linkage_key`."""
        return Keys(self.key, self.linkage_key)

    def _linkage_key(self, known: str | None, is_in_use: bool) -> LinkageKey:
        given, folder = self.settings.linkage_key, self.settings.keys
        key = LinkageKey(bytes.fromhex(given.get_secret_value())) if given else linkage_key(folder, is_in_use)
        verified_linkage(key, known, LINKAGE_KEY if given else str(folder))
        self.ledger.record_linkage_key(key.check_value, self.now())
        return key

    def _keys(self, known: Mapping[int, str]) -> list[PseudonymKey]:
        folder = self.settings.keys
        try:
            return self._given_key(known) or stored_keys(folder)
        except KeyMissingError:
            if known or has_key(folder) or has_silver(self.settings):
                raise
            return [first_key(folder, known)]

    def _given_key(self, known: Mapping[int, str]) -> list[PseudonymKey]:
        """None where the keys are in the home."""
        given = self.settings.pseudonym_key
        return [given_key(given.get_secret_value(), known)] if given else []

    @property
    def _place_of_keys(self) -> str:
        return PSEUDONYM_KEY if self.settings.pseudonym_key else str(self.settings.keys)
