"""Which searches of a viewer count, letter by letter."""

from datetime import timedelta

from pyspark.sql import SparkSession

from jobs.contracts.silver import SEARCH_EVENTS
from jobs.gold.demand.typed_queries import without_typing
from tests.factories import NOON, make_rows

# What a viewer searches for, at which second; and what counts.
VIEWERS: dict[str, tuple[list[tuple[float, str]], list[str]]] = {
    "types": ([(0, "h"), (1, "he"), (2, "hea"), (6, "heat")], ["heat"]),
    "types all at once": ([(0, "h"), (0, "he"), (0, "heat")], ["heat"]),
    "thinks for longer": ([(0, "he"), (5.001, "heat")], ["he", "heat"]),
    "stops at five seconds": ([(0, "he"), (5, "heat")], ["heat"]),
    "changes their mind": ([(0, "heat"), (2, "ronin")], ["heat", "ronin"]),
    "searches wider": ([(0, "heat 2"), (3, "heat")], ["heat 2", "heat"]),
    "corrects a letter": ([(0, "heap"), (1, "hea"), (2, "heat")], ["heap", "heat"]),
    "presses enter": ([(0, "Hea"), (1, "heat"), (2, "heat "), (2, " Heat")], [" Heat"]),
    "comes back": ([(0, "heat"), (60, "heat")], ["heat", "heat"]),
    "beside another": ([(0, "hea")], ["hea"]),
    "another": ([(1, "heat")], ["heat"]),
}


def test_a_search_that_is_typed_on_does_not_count(spark: SparkSession) -> None:
    events = [
        {"event_type": "searched", "profile_key": viewer, "query": query, "event_id": f"{viewer} {number}"}
        | {"event_time": NOON + timedelta(seconds=second)}
        for viewer, (searches, _) in VIEWERS.items()
        for number, (second, query) in enumerate(searches)
    ]
    found: dict[str, list[str]] = {}
    for row in without_typing(make_rows(spark, SEARCH_EVENTS, events)).orderBy("event_time", "event_id").collect():
        found.setdefault(row.profile_key, []).append(row.query)
    assert found == {viewer: counts for viewer, (_, counts) in VIEWERS.items()}


def test_what_was_opened_is_no_search_and_stays(spark: SparkSession) -> None:
    opened = {"event_type": "search_result_opened", "profile_key": "ann", "event_time": NOON}
    events = make_rows(spark, SEARCH_EVENTS, [{**opened, "query": "hea"}, {**opened, "query": "heat"}])
    found = without_typing(events)
    assert found.columns == events.columns
    assert found.count() == 2
