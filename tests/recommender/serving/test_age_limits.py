import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import INTERACTIONS
from jobs.contracts.silver import PROFILES, TITLES
from jobs.recommender.serving.age_limits import with_age_limits
from jobs.storage.local_rows import local_rows
from tests.factories import make_rows

# How the feed describes a profile (is it a child's, its class), or not; whether it has played a title for adults; its
# highest age, and whether it may be offered titles of which no age is known.
LIMITS = {
    "a child": ((True, None), False, (0, False)),
    "a child of a class": ((True, "7+"), False, (7, False)),
    "a child of a class that nobody knows": ((True, "small"), False, (0, False)),
    "a child who played it all the same": ((True, "12"), True, (12, False)),
    "limited": ((None, "12"), False, (12, False)),
    "an adult": ((False, None), False, (None, True)),
    "an adult of a class": ((False, "16"), False, (16, False)),
    "described by nothing": ((None, None), False, (17, True)),
    "not described": (None, False, (17, True)),
    "not described, plays what is for adults": (None, True, (None, True)),
}


@pytest.fixture(scope="module")
def limits(spark: SparkSession) -> dict[str, tuple[int | None, bool]]:
    described = [
        {"profile_key": name, "is_child": feed[0], "highest_maturity": feed[1]}
        for name, (feed, _, _) in LIMITS.items()
        if feed
    ]
    played = [
        {"profile_key": name, "title_id": "for adults" if is_adults else "for all", "plays": 1}
        for name, (_, is_adults, _) in LIMITS.items()
    ]
    titles = [{"title_id": "for adults", "maturity": "18"}, {"title_id": "for all", "maturity": "0"}]
    found = with_age_limits(
        local_rows(spark, [(name,) for name in LIMITS], "profile_key string"),
        make_rows(spark, PROFILES, described),
        make_rows(spark, INTERACTIONS, played),
        make_rows(spark, TITLES, titles),
    ).collect()
    assert len(found) == len(LIMITS)
    return {row.profile_key: (row.highest_age, row.takes_unrated) for row in found}


@pytest.mark.parametrize("name", LIMITS)
def test_limit(limits: dict[str, tuple[int | None, bool]], name: str) -> None:
    assert limits[name] == LIMITS[name][2]
