from datetime import UTC, date, datetime
from itertools import combinations_with_replacement, product
from typing import Any, NamedTuple

from pyspark.sql import SparkSession

from jobs.contracts.silver import CONSENTS
from jobs.privacy.consenting_profiles import consenting_profiles
from tests.factories import make_rows

AS_OF = date(2026, 6, 14)
LAST_MOMENT, MIDNIGHT = datetime(2026, 6, 14, 23, 59, 59, tzinfo=UTC), datetime(2026, 6, 15, tzinfo=UTC)
LONG_AGO, IN_MAY = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
# Profile: its consents; whether it is among those who agreed to marketing at the end of 14 June.
AGREED: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "long ago": ([{"granted_at": LONG_AGO}], True),
    "at the last moment": ([{"granted_at": LAST_MOMENT}], True),
    "too late": ([{"granted_at": MIDNIGHT}], False),
    "taken back": ([{"granted_at": LONG_AGO, "withdrawn_at": LAST_MOMENT}], False),
    "taken back since": ([{"granted_at": LONG_AGO, "withdrawn_at": MIDNIGHT}], False),
    "taken back and given again": (
        [{"granted_at": LONG_AGO, "withdrawn_at": IN_MAY}, {"granted_at": LAST_MOMENT}],
        True,
    ),
    "taken back as it was given again": (
        [{"granted_at": LONG_AGO, "withdrawn_at": IN_MAY}, {"granted_at": IN_MAY}],
        False,
    ),
    "one of two taken back": ([{"granted_at": LONG_AGO, "withdrawn_at": LAST_MOMENT}, {"granted_at": IN_MAY}], False),
    "taken back before it was given": ([{"granted_at": IN_MAY, "withdrawn_at": LONG_AGO}], False),
    "something else taken back": (
        [{"granted_at": LONG_AGO}, {"granted_at": LONG_AGO, "withdrawn_at": IN_MAY, "purpose": "research"}],
        True,
    ),
    "twice": ([{"granted_at": LONG_AGO}, {"granted_at": LAST_MOMENT}], True),
    "to something else": ([{"granted_at": LONG_AGO, "purpose": "personalisation"}], False),
    "under an earlier key": ([{"granted_at": LONG_AGO, "key_epoch": 1}], False),
}


def test_who_agreed_by_the_end_of_the_day_and_has_not_taken_it_back(spark: SparkSession) -> None:
    rows = [
        {"profile_key": profile, "purpose": "marketing", "key_epoch": 2, **consent}
        for profile, (consents, _) in AGREED.items()
        for consent in consents
    ]
    found = consenting_profiles(make_rows(spark, CONSENTS, rows), "marketing", AS_OF).collect()
    assert sorted(row.profile_key for row in found) == sorted(name for name, (_, agreed) in AGREED.items() if agreed)


class Consent(NamedTuple):
    granted_at: datetime
    withdrawn_at: datetime | None
    purpose: str
    key_epoch: int


def agrees(consents: tuple[Consent, ...]) -> bool:
    """The rule once more, as plainly as it can be said."""
    heard = [consent for consent in consents if consent.purpose == "marketing" and consent.key_epoch == 2]
    withdrawals = [consent.withdrawn_at for consent in heard if consent.withdrawn_at]
    return any(
        consent.withdrawn_at is None
        and consent.granted_at < MIDNIGHT
        and all(consent.granted_at > withdrawal for withdrawal in withdrawals)
        for consent in heard
    )


def test_all_pairs_of_consents_agree_as_the_plain_rule_says(spark: SparkSession) -> None:
    """Selection and gate share `standing_consents`: what is wrong in it passes both."""
    times = (LONG_AGO, IN_MAY, MIDNIGHT)
    every = list(map(Consent._make, product(times, (None, *times), ("marketing", "research"), (1, 2))))
    people = {f"profile-{number}": pair for number, pair in enumerate(combinations_with_replacement(every, 2))}
    rows = [consent._asdict() | {"profile_key": name} for name, pair in people.items() for consent in pair]
    found = consenting_profiles(make_rows(spark, CONSENTS, rows), "marketing", AS_OF).collect()
    assert {row.profile_key for row in found} == {name for name, pair in people.items() if agrees(pair)}
