"""What somebody does who has all released tables of a week: subtracts rows from each other. Plain Python, no Spark."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pyspark.sql import DataFrame

Session = tuple[str, object]
CountPeople = Callable[[Iterable[Session]], int]
Rows = dict[tuple[str, ...], frozenset[Session]]


class Found(NamedTuple):
    """A set of people that can be told from released rows, how, and how many they are."""

    how: str
    people: int


def rows_and_differences(cells: DataFrame) -> list[Found]:
    """Every released row; what is left of it without the rows that lie within it; what lies around it; its viewers."""
    weeks: dict[object, dict[str, dict[tuple[str, ...], set[Session]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    person: dict[Session, str] = {}
    columns = ("period_start_date", "session_id", "session_date", "profile_key", "table_name", "released")
    for row in cells.select(*columns).collect():
        session = (row.session_id, row.session_date)
        weeks[row.period_start_date][row.table_name][tuple(row.released)].add(session)
        person[session] = row.profile_key

    def people(sessions: Iterable[Session]) -> int:
        return len({person[session] for session in sessions})

    found = []
    for week, tables in weeks.items():
        frozen = {name: {labels: frozenset(s) for labels, s in rows.items()} for name, rows in tables.items()}
        for name, rows in frozen.items():
            for labels, sessions in rows.items():
                what = f"{week}: {name} {labels}"
                found.append(Found(what, people(sessions)))
                for other_name, other_rows in frozen.items():
                    others = {key: value for key, value in other_rows.items() if (other_name, key) != (name, labels)}
                    found += [
                        Found(f"{what} and {other_name} {how}", count)
                        for how, count in _differences(sessions, others, people)
                    ]
    return [difference for difference in found if difference.people]


def _differences(sessions: frozenset[Session], others: Rows, people: CountPeople) -> Iterator[tuple[str, int]]:
    within = [row for row in others.values() if row <= sessions]
    around = [row for row in others.values() if row & sessions]
    yield "within", people(sessions.difference(*within))
    yield "around", people(frozenset[Session]().union(*around) - sessions)
