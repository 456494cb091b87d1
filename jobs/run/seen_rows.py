"""What a run reads: silver as gold may show it, gold as it was published, and over it what the run has made so far."""

from collections.abc import Iterable, Sequence
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.table import Layer, Period, Table
from jobs.gold.shown_files import rows_of_shown_files
from jobs.run.due import periods_of
from jobs.storage.candidates import Candidate
from jobs.storage.lake import Lake, PublishedLake


class SeenRows:
    """The rows of each table as they will be once the run is published."""

    def __init__(self, lake: Lake, published: PublishedLake, unpublished: Sequence[str], today: date) -> None:
        """`unpublished`: files of which gold shows nothing yet."""
        self.lake = lake
        self.published = published
        self.unpublished = unpublished
        self.today = today
        self._shown = rows_of_shown_files(lake.spark, unpublished)
        self._whole: dict[Table, DataFrame] = {}
        self._made: dict[Table, tuple[DataFrame, Sequence[date]]] = {}

    def add(self, candidate: Candidate) -> None:
        """From now on its rows are seen in the place of the ones that they replace."""
        if candidate.keys is not None:
            return
        if candidate.periods is None:
            self._whole[candidate.table] = self.lake.in_spark(candidate.rows)
        else:
            self._made[candidate.table] = (self.lake.in_spark(candidate.rows), candidate.periods)

    def replaced(self, table: Table) -> DataFrame:
        """The rows that the run takes away, and those that it puts there."""
        rows, made = self._made[table]
        return self.published.read_dates(table, table.partitioned_by[0], made).unionByName(rows)

    def of_all_days(self, table: Table) -> DataFrame:
        rows, made = self._made[table]
        is_replaced = F.col(table.partitioned_by[0]).isin(list(made))
        return self.published.read(table).where(~is_replaced).unionByName(rows)

    def whole(self, table: Table) -> DataFrame:
        """All rows of a table of few; kept, as several tables are made of them."""
        if table not in self._whole:
            rows = self.lake.read(table) if table.layer == Layer.SILVER else self.published.read(table)
            self._whole[table] = rows.localCheckpoint()
        return self._whole[table]

    def of_days(self, table: Table, days: Iterable[date]) -> DataFrame:
        """The rows of the periods that hold these days; of silver, without those of files that gold does not show."""
        if table.period == Period.ALL:
            return self.whole(table)
        column, periods = table.partitioned_by[0], periods_of(table, days)
        if table.layer == Layer.SILVER:
            return self._shown(self.lake.read_dates(table, column, periods))
        if table not in self._made:
            return self.published.read_dates(table, column, periods)
        rows, made = self._made[table]
        stored = [period for period in periods if period not in set(made)]
        seen = rows.where(F.col(column).isin(periods))
        return self.published.read_dates(table, column, stored).unionByName(seen) if stored else seen
