"""Consents in whatever order: what one viewer said, and how the lines that tell of it arrive."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial, reduce

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession

from jobs.contracts.bronze import RAW_REFERENCE
from jobs.contracts.silver import CONSENTS
from jobs.privacy.consenting_profiles import consenting_profiles
from jobs.silver.decoded_lines import decode
from jobs.silver.latest_rows import latest_rows, mark_superseded
from jobs.silver.reference_rows import reference_columns, reference_rows
from jobs.silver.withdrawals import SAID_AGAIN, with_stored_withdrawals
from tests.factories import make_rows
from tests.silver.decoding import KEYS, decoded_reference

FIRST_DAY = datetime(2026, 5, 1, tzinfo=UTC)
AS_OF = date(2026, 6, 30)
# Files that arrive one after the other.
FILES = 3


@dataclass(frozen=True)
class Line:
    """A line of the feed, in days after the first: when the consent was given, taken back (or not), told."""

    granted: int
    withdrawn: int | None
    as_of: int | None = None


# Two orders in which the lines of one viewer come: the number of the file of each.
Told = tuple[list[Line], list[int], list[int]]


@st.composite
def told(draw: st.DrawFn) -> Told:
    days = st.integers(0, 5)
    lines = draw(st.lists(st.builds(Line, days, st.none() | days, st.none() | days), min_size=1, max_size=5))
    files = st.lists(st.integers(1, FILES), min_size=len(lines), max_size=len(lines))
    return lines, draw(files), draw(files)


def still_agrees(lines: list[Line]) -> bool:
    """Whether some consent is newer than every withdrawal, and is not taken back itself."""
    last = max((line.withdrawn for line in lines if line.withdrawn is not None), default=-1)
    taken_back = {line.granted for line in lines if line.withdrawn is not None}
    return any(line.granted > last and line.granted not in taken_back for line in lines)


def day(number: int) -> str:
    return (FIRST_DAY + timedelta(days=number)).isoformat().replace("+00:00", "Z")


def raw(profile_id: str, line: Line) -> bytes:
    fields = {
        "profile_id": profile_id,
        "purpose": "marketing",
        "granted_at": day(line.granted),
        "withdrawn_at": None if line.withdrawn is None else day(line.withdrawn),
        "as_of": None if line.as_of is None else day(line.as_of),
    }
    return json.dumps(fields).encode()


def stored_after(spark: SparkSession, files: list[list[bytes]]) -> DataFrame:
    """What silver has of consents once these files came, one after the other."""

    def taken_in(stored: DataFrame, file: tuple[int, list[bytes]]) -> DataFrame:
        number, lines = file
        arrived = {
            "batch_id": f"file-{number}",
            "feed": "consents",
            "received_at": datetime(2026, 6, number, tzinfo=UTC),
        }
        candidates = (
            make_rows(spark, RAW_REFERENCE, [arrived | {"line": line} for line in lines])
            .transform(decode, partial(reference_rows, feed="consents", keys=KEYS), reference_columns("consents"))
            .transform(mark_superseded, SAID_AGAIN)
            .transform(with_stored_withdrawals, stored)
            .transform(latest_rows, CONSENTS)
        )
        others = stored.join(candidates, on=list(CONSENTS.key), how="left_anti").select(*CONSENTS.column_names)
        return others.unionByName(candidates).localCheckpoint()

    return reduce(taken_in, enumerate(files, 1), make_rows(spark, CONSENTS, []))


def consenting(stored: DataFrame) -> set[str]:
    return {row.profile_key for row in consenting_profiles(stored, "marketing", AS_OF).collect()}


def pseudonyms(profile_ids: list[str]) -> list[str]:
    rows = decoded_reference("consents", [raw(profile_id, Line(0, None)) for profile_id in profile_ids])
    return [str(row["profile_key"]) for row in rows]


def stored_periods(stored: DataFrame) -> dict[str, list[tuple[datetime, datetime | None]]]:
    periods: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for row in stored.orderBy("granted_at").collect():
        periods.setdefault(row.profile_key, []).append((row.granted_at, row.withdrawn_at))
    return periods


def test_a_snapshot_of_before_a_withdrawal_gives_no_consent_back(spark: SparkSession) -> None:
    monday, tuesday = Line(granted=0, withdrawn=None, as_of=4), Line(granted=0, withdrawn=5)
    stored = stored_after(spark, [[raw("viewer", tuesday)], [raw("viewer", monday)]])
    assert consenting(stored) == set()


def test_a_consent_that_is_newer_than_the_withdrawal_holds(spark: SparkSession) -> None:
    withdrawn, newer = Line(granted=0, withdrawn=5), Line(granted=6, withdrawn=None)
    stored = stored_after(spark, [[raw("viewer", newer)], [raw("viewer", withdrawn)]])
    assert consenting(stored) == set(pseudonyms(["viewer"]))


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(told(), min_size=60, max_size=60))
def test_the_order_of_arrivals_changes_nobodys_consent(spark: SparkSession, viewers: list[Told]) -> None:
    """Each viewer twice, under two orders; all of them in the same files."""
    files: list[list[bytes]] = [[] for _ in range(FILES)]
    for number, (lines, one_order, another) in enumerate(viewers):
        for order, name in ((one_order, "a"), (another, "b")):
            for file, line in zip(order, lines, strict=True):
                files[file - 1].append(raw(f"{name}-{number}", line))
    stored = stored_after(spark, files)
    agreed, periods = consenting(stored), stored_periods(stored)
    one = pseudonyms([f"a-{number}" for number in range(len(viewers))])
    other = pseudonyms([f"b-{number}" for number in range(len(viewers))])
    expected = [still_agrees(lines) for lines, _, _ in viewers]
    assert [name in agreed for name in one] == expected
    assert [name in agreed for name in other] == expected
    assert [periods[name] for name in one] == [periods[name] for name in other]
