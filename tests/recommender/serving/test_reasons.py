import pytest
from pyspark.sql import SparkSession

from jobs.contracts.silver import TITLES
from jobs.recommender.serving.reasons import country_names, with_reasons
from jobs.storage.local_rows import local_rows
from tests.factories import make_rows

# Source, genres of the title, the viewer's shares, country, titles that the viewer finished: the reason.
REASONS = [
    ("personal", ["drama"], {"drama": 1.0}, "FR", ["Court"], "Because you finished “Court”"),
    ("personal", ["drama", "crime"], {"drama": 1.0}, "FR", ["Court", "Heist"], "Because you finished “Heist”"),
    ("personal", ["comedy", "drama"], {"comedy": 0.7, "drama": 0.3}, "FR", [], "Because you watch comedy"),
    ("personal", ["comedy", "drama"], {"comedy": 0.5, "drama": 0.5}, "FR", ["Space"], "Because you watch comedy"),
    ("personal", ["western"], {"comedy": 1.0}, "FR", [], "Popular in France"),
    ("personal", None, None, None, [], "Popular in your country"),
    ("new", ["comedy"], {"comedy": 1.0}, "CA", ["Court"], "New: comedy"),
    ("new", None, None, "CA", [], "New: heist"),
    ("popular", ["drama"], {"drama": 1.0}, "CA", ["Court"], "Popular in Canada"),
    ("popular", ["drama"], {"drama": 1.0}, "ZZZ", ["Court"], "Popular in ZZZ"),
    ("personal", ["lgbtq", "drama"], {"lgbtq": 0.9, "drama": 0.1}, "FR", [], "Because you watch drama"),
    ("personal", ["faith"], {"faith": 1.0}, "FR", ["Prayer"], "Popular in France"),
    ("personal", ["drama", "faith"], {"drama": 1.0}, "FR", ["Prayer"], "Because you watch drama"),
    ("new", ["mental health"], {"mental health": 1.0}, "CA", [], "Popular in Canada"),
    ("personal", ["spy"], {"spy": 1.0}, "FR", ["Trailer: Mole"], "Because you watch spy"),
    ("personal", ["spy", "drama"], {"spy": 1.0}, "FR", ["Trailer: Mole", "Court"], "Because you finished “Court”"),
]
# All are about a heist, and this viewer watches nothing else.
HEIST = 7
FINISHED = {
    "Court": ["drama"],
    "Heist": ["drama", "crime"],
    "Space": ["science fiction"],
    "Prayer": ["faith", "drama"],
    "Trailer: Mole": ["spy", "drama"],
}


@pytest.fixture(scope="module")
def reasons(spark: SparkSession) -> dict[str, str]:
    lists = local_rows(
        spark,
        [
            (str(n), "x", source, genres, genres, shares, country, ["heist"], {"heist": 1.0} if n == HEIST else None)
            for n, (source, genres, shares, country, *_) in enumerate(REASONS)
        ],
        "profile_key string, title_id string, source string, genres array<string>, labels array<string>, "
        "genre_shares map<string,double>, country string, themes array<string>, theme_shares map<string,double>",
    )
    finished = [(str(n), title) for n, row in enumerate(REASONS) for title in row[4]]
    kinds = {name: "trailer" if name.startswith("Trailer") else "film" for name in FINISHED}
    titles = [
        {"title_id": name, "name": name, "kind": kinds[name], "genres": genres, "themes": None}
        for name, genres in FINISHED.items()
    ]
    found = with_reasons(
        lists, local_rows(spark, finished, "profile_key string, title_id string"), make_rows(spark, TITLES, titles)
    )
    return {row.profile_key: row.reason for row in found.collect()}


@pytest.mark.parametrize("number", range(len(REASONS)))
def test_the_reason_says_what_the_viewer_knows(reasons: dict[str, str], number: int) -> None:
    assert reasons[str(number)] == REASONS[number][-1]


def test_countries_are_named_as_people_call_them(spark: SparkSession) -> None:
    names = {row.country: row.country_name for row in country_names(spark).collect()}
    assert [names[code] for code in ("CA", "BR", "DE")] == ["Canada", "Brazil", "Germany"]
