"""What people type into the search box, and how many titles that finds in each country."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import orjson

from jobs.simulator.arrays import Ints, Texts, texts
from jobs.simulator.streams import Purpose, open_stream
from jobs.simulator.world.catalogue import TASTE_GROUPS, Catalogue
from jobs.simulator.world.plants import Plants

TYPOS = ("comdy", "thriler", "documentry", "sci fy", "animaton", "romcom with dog", "that film with the boat")
# Names and numbers of nobody: example.com and 555-01xx are kept for such use.
PERSONAL = (
    "ada.example@example.com",
    "password reset kim@example.org",
    "call me +1 202 555 0143",
    "0155 501 0147",
    "login maria.perez@example.net",
    "(212) 555-0178",
)


@dataclass(frozen=True)
class QueryBook:
    """Queries by position: `json` is each as a JSON string, `result_count` by query and country.

    `full_name` and `beginning` are the queries that ask for a work; the others are lists of positions.
    """

    json: Texts
    result_count: Ints
    full_name: Ints
    beginning: Ints
    genres: Ints
    typos: Ints
    personal: Ints
    scarce_genre: int


def make_query_book(seed: int, catalogue: Catalogue, plants: Plants) -> QueryBook:
    """The queries of a world; result counts follow from names, genres and licences."""
    stream = open_stream(seed, Purpose.QUERIES)
    names = [name.lower() for name in catalogue.names]
    beginnings = [name[: int(stream.integers(4, 9))].strip() for name in names]
    genres = [genre for group in TASTE_GROUPS for genre in group]
    groups = [names, beginnings, genres, list(TYPOS), list(PERSONAL), [plants.scarce_genre]]
    every = [query for group in groups for query in group]
    starts = np.cumsum([0, *(len(group) for group in groups)])
    full_name, beginning, genre, typos, personal, scarce = (np.arange(start, end) for start, end in pairwise(starts))
    return QueryBook(
        json=texts([orjson.dumps(query).decode() for query in every]),
        result_count=np.array([_count_results(query, names, catalogue) for query in every]),
        full_name=full_name,
        beginning=beginning,
        genres=genre,
        typos=typos,
        personal=personal,
        scarce_genre=int(scarce[0]),
    )


def _count_results(query: str, names: list[str], catalogue: Catalogue) -> Ints:
    """Works found in each country: by a part of the name, or by the whole genre."""
    found = [query in name or query in genres for name, genres in zip(names, catalogue.genres, strict=True)]
    return np.asarray(catalogue.is_offered[np.array(found)].sum(axis=0), dtype=np.int64)
