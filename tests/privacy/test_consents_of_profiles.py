from pyspark.sql import SparkSession

from jobs.contracts.silver import CONSENTS, SEEN_PROFILES
from jobs.privacy.consents_of_profiles import consents_of_profiles
from tests.factories import NOON, make_rows

# The profile's id alone, and the profiles of accounts that have it.
SEEN = {"anns id": ["ann"], "1": ["1 of a", "1 of b"], "bens id": ["ben"]}
# Under which pseudonym a consent came, whether it is taken back; who then agreed or took it back.
CONSENTED = {
    ("anns id", False): {"ann", "anns id"},
    ("1", False): {"1"},
    ("1", True): {"1", "1 of a", "1 of b"},
    ("ben", False): {"ben"},
    ("ben", True): {"ben", "bens id"},
    ("not seen", False): {"not seen"},
}


def test_a_consent_without_an_account_is_of_the_one_profile_with_that_id(spark: SparkSession) -> None:
    """Where two accounts have one, it may be of either: neither has agreed, and a withdrawal is of both."""
    pairs = [{"profile_id_key": alone, "profile_key": profile} for alone, found in SEEN.items() for profile in found]
    rows = [
        {"profile_key": key, "purpose": f"{key}, {is_taken_back}", "withdrawn_at": NOON if is_taken_back else None}
        for key, is_taken_back in CONSENTED
    ]
    found = consents_of_profiles(make_rows(spark, CONSENTS, rows), make_rows(spark, SEEN_PROFILES, pairs))
    told = [(row.purpose, row.profile_key) for row in found.collect()]
    assert sorted(told) == sorted(
        (f"{key}, {is_taken_back}", profile) for (key, is_taken_back), whose in CONSENTED.items() for profile in whose
    )
    assert found.columns == CONSENTS.column_names
