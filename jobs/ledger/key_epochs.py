"""Which key each epoch of pseudonyms has."""

from datetime import datetime

import sqlalchemy as sa

from jobs.ledger.tables import KeyEpochRow
from jobs.ledger.transactions import Transactions, insert_if_absent


class KeyEpochs(Transactions):
    """The keys that were used."""

    def record_key(self, epoch: int, check_value: str, at: datetime) -> None:
        """Remembers which key an epoch has, the first time that it is used."""
        with self._sessions.begin() as session:
            insert_if_absent(session, KeyEpochRow(epoch, check_value, at))

    def known_keys(self) -> dict[int, str]:
        """Check values of the keys that were used, by epoch."""
        with self._sessions() as session:
            return dict(session.execute(sa.select(KeyEpochRow.epoch, KeyEpochRow.check_value)).all())
