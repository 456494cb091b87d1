"""What somebody does who has all released tables of a week: subtracts rows from each other. Plain Python, no Spark."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from pyspark.sql import DataFrame

Session = tuple[str, object]


class Found(NamedTuple):
    """A set of sessions that can be told from two tables, and how many people's they are."""

    how: str
    people: int


def rows_and_differences(cells: DataFrame) -> list[Found]:
    """Every released row, and what is left of it without the rows of each other table, within it and around it."""
    rows: dict[object, dict[str, dict[tuple[str, ...], set[Session]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    person: dict[Session, str] = {}
    columns = ("period_start_date", "session_id", "session_date", "profile_key", "table_name", "released")
    for row in cells.select(*columns).collect():
        session = (row.session_id, row.session_date)
        rows[row.period_start_date][row.table_name][tuple(row.released)].add(session)
        person[session] = row.profile_key

    def people(sessions: Iterable[Session]) -> int:
        return len({person[session] for session in sessions})

    found = []
    for week, tables in rows.items():
        for name, released in tables.items():
            found += [Found(f"{week}: {name} {labels}", people(sessions)) for labels, sessions in released.items()]
            for other_name, other_released in tables.items():
                if name == other_name:
                    continue
                everything = set[Session]().union(*other_released.values())
                for labels, sessions in released.items():
                    both = sessions & everything
                    within = set[Session]().union(*(r for r in other_released.values() if r <= sessions))
                    around = set[Session]().union(*(r for r in other_released.values() if r & sessions))
                    in_mine = set[Session]().union(*released.values())
                    what = f"{week}: {name} {labels} and {other_name}"
                    found += [Found(f"{what} within", people(both - within))]
                    found += [Found(f"{what} around", people((around & in_mine) - sessions))]
    return [difference for difference in found if difference.people]
