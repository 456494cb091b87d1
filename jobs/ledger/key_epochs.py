"""Which key each epoch of pseudonyms has."""

from datetime import datetime

import sqlalchemy as sa

from jobs.ledger.tables import KeyEpochRow
from jobs.ledger.transactions import Transactions, insert_if_absent

# The linkage key has no epoch: it stands before the first.
LINKAGE_EPOCH = 0


class KeyEpochs(Transactions):
    """The keys that were used."""

    def record_key(self, epoch: int, check_value: str, at: datetime) -> None:
        """Remembers which key an epoch has, the first time that it is used."""
        with self._sessions.begin() as session:
            insert_if_absent(session, KeyEpochRow(epoch, check_value, at))

    def known_keys(self) -> dict[int, str]:
        """Check values of the keys that were used, by epoch."""
        return {epoch: value for epoch, value in self._check_values().items() if epoch != LINKAGE_EPOCH}

    def record_linkage_key(self, check_value: str, at: datetime) -> None:
        """Remembers the linkage key, the first time that it is used."""
        self.record_key(LINKAGE_EPOCH, check_value, at)

    def known_linkage_key(self) -> str | None:
        """The check value of the linkage key, once it was used."""
        return self._check_values().get(LINKAGE_EPOCH)

    def _check_values(self) -> dict[int, str]:
        with self._sessions() as session:
            return dict(session.execute(sa.select(KeyEpochRow.epoch, KeyEpochRow.check_value)).all())
