from datetime import UTC, date, datetime
from typing import Any

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
