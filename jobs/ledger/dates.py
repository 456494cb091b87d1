"""Which dates files touch, and of which dates the insights are due."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from jobs.ledger.files import slices
from jobs.ledger.tables import DueDateRow, TouchedDateRow
from jobs.ledger.transactions import Transactions, insert_if_absent, insertion


class Dates(Transactions):
    """The dates that files touched, and those that are due."""

    def record_dates(self, batch_id: str, table_name: str, dates: Iterable[date]) -> None:
        """Which dates of a table the file touches, beside those that are known: a retry may see fewer."""
        with self._sessions.begin() as session:
            for day in sorted(set(dates)):
                insert_if_absent(session, TouchedDateRow(batch_id, table_name, day))

    def dates_touched(self, batch_ids: Sequence[str], table_name: str) -> list[date]:
        query = sa.select(TouchedDateRow.touched_date).where(TouchedDateRow.table_name == table_name).distinct()
        touched: set[date] = set()
        with self._sessions() as session:
            for some in slices(batch_ids):
                touched.update(session.scalars(query.where(TouchedDateRow.batch_id.in_(some))))
        return sorted(touched)

    def newest_date(self, table_name: str) -> date | None:
        """The last date of the table that any file touches."""
        query = sa.select(sa.func.max(TouchedDateRow.touched_date)).where(TouchedDateRow.table_name == table_name)
        with self._sessions() as session:
            return session.scalar(query)

    def mark_due(self, session_dates: Iterable[date], load_id: str) -> None:
        """Gold computed these dates anew: the insights that rest on them are due."""
        with self._sessions.begin() as session:
            for day in sorted(set(session_dates)):
                marked = insertion(session, DueDateRow(day, load_id))
                session.execute(
                    marked.on_conflict_do_update(index_elements=["session_date"], set_={"marked_by": load_id})
                )

    def dates_due(self) -> dict[date, str]:
        """The dates whose insights are due, each with the load that marked it last."""
        with self._sessions() as session:
            return dict(session.execute(sa.select(DueDateRow.session_date, DueDateRow.marked_by)).all())

    def clear_due(self, done: Mapping[date, str]) -> None:
        """These insights are shown. A date that was marked again meanwhile stays due."""
        with self._sessions.begin() as session:
            for day, load_id in done.items():
                as_it_was = (DueDateRow.session_date == day) & (DueDateRow.marked_by == load_id)
                session.execute(sa.delete(DueDateRow).where(as_it_was))
