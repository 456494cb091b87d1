"""What must be true of silver beyond its contract: what the raw records allow, pseudonyms and links in place of ids."""

from collections.abc import Iterator, Sequence

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.contracts import columns as c
from jobs.contracts.event_types import Family, types_of_family
from jobs.contracts.raw_event import RAW_EVENT
from jobs.contracts.raw_record import RawRecord
from jobs.contracts.raw_reference import RAW_REFERENCE_RECORDS
from jobs.contracts.silver import (
    BROWSE_EVENTS,
    CONSENTS,
    FEEDBACK_EVENTS,
    PLAYBACK_EVENTS,
    PROFILES,
    REACTIONS,
    REPORTED_VIEWINGS,
    SEARCH_EVENTS,
    SEEN_PROFILES,
    SUBSCRIPTIONS,
    TITLES,
)
from jobs.contracts.table import Table

# HMAC-SHA256 in hexadecimal: anything else in a key column is an identifier that was not replaced.
PSEUDONYM = r"^[0-9a-f]{64}$"
# 18 bytes in Base64: anything else is the source's own id.
LINK = r"^[0-9A-Za-z_-]{24}$"


def _pseudonyms(table: Table) -> Iterator[Expectation]:
    for link in ("event_id", "session_id", "viewing_id", "account_link"):
        if link in table.column_names:
            yield gxe.ExpectColumnValuesToMatchRegex(column=link, regex=LINK)
    for column in (c.ACCOUNT_KEY, c.PROFILE_KEY, c.PROFILE_ID_KEY, c.DEVICE_KEY):
        if column in table.columns:
            yield gxe.ExpectColumnValuesToMatchRegex(column=column.name, regex=PSEUDONYM)


def _allowed(table: Table, record: RawRecord) -> Iterator[Expectation]:
    """The words and ranges of the fields that the table's columns come from."""
    for field in record.fields:
        name = field.silver_name
        if name not in table.column_names or name == "event_type":
            continue
        if field.allowed:
            yield gxe.ExpectColumnValuesToBeInSet(column=name, value_set=list(field.allowed))
        elif field.minimum is not None or field.maximum is not None:
            least = field.minimum if field.above is None else field.above
            yield gxe.ExpectColumnValuesToBeBetween(
                column=name, min_value=least, max_value=field.maximum, strict_min=field.above is not None
            )


def _event_expectations(table: Table, family: Family) -> list[Expectation]:
    names = [kind.name for kind in types_of_family(family)]
    return [
        gxe.ExpectColumnValuesToBeInSet(column="event_type", value_set=names),
        *_pseudonyms(table),
        *_allowed(table, RAW_EVENT),
    ]


def _reference_expectations(table: Table, feed: str, *others: Expectation) -> list[Expectation]:
    return [*_pseudonyms(table), *_allowed(table, RAW_REFERENCE_RECORDS[feed]), *others]


def _of_tables(expectations: Sequence[tuple[Table, list[Expectation]]]) -> dict[str, list[Expectation]]:
    return {table.full_name: expected for table, expected in expectations}


SILVER_EXPECTATIONS = _of_tables(
    [
        (PLAYBACK_EVENTS, _event_expectations(PLAYBACK_EVENTS, Family.PLAYBACK)),
        (SEARCH_EVENTS, _event_expectations(SEARCH_EVENTS, Family.SEARCH)),
        (BROWSE_EVENTS, _event_expectations(BROWSE_EVENTS, Family.BROWSE)),
        (FEEDBACK_EVENTS, _event_expectations(FEEDBACK_EVENTS, Family.FEEDBACK)),
        (REACTIONS, _event_expectations(REACTIONS, Family.REACTION)),
        (SEEN_PROFILES, list(_pseudonyms(SEEN_PROFILES))),
        (TITLES, _reference_expectations(TITLES, "titles")),
        (CONSENTS, _reference_expectations(CONSENTS, "consents")),
        (PROFILES, _reference_expectations(PROFILES, "profiles")),
        (REPORTED_VIEWINGS, _reference_expectations(REPORTED_VIEWINGS, "reported_viewings")),
        (
            SUBSCRIPTIONS,
            _reference_expectations(
                SUBSCRIPTIONS,
                "subscriptions",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                    column_A="ended_at", column_B="started_at", or_equal=True, ignore_row_if="either_value_is_missing"
                ),
            ),
        ),
    ]
)
