"""What models learn from: arrays in the driver, where it is little enough for that; what is more stays in Spark."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from scipy.sparse import csr_matrix

from jobs.contracts.smallest_group import SMALLEST_GROUP

# Of five million likings the driver holds half a gigabyte as Arrow, while they are read, and 150 MB after that.
MOST_LIKINGS_IN_DRIVER = 5_000_000
_NAMES = ("profile_key", "account_key", "title_id", "country")


@dataclass(frozen=True)
class Names:
    """A column of names: the different ones in order, and of each row its place among them; -1 where there is none."""

    different: list[str]
    places: NDArray[np.int32]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> "Names":
        encoded = column.combine_chunks().dictionary_encode()
        order = pc.sort_indices(encoded.dictionary)
        # The place of an absent one is looked up at the end.
        place = np.full(len(order) + 1, -1, dtype=np.int32)
        place[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
        return cls(encoded.dictionary.take(order).to_pylist(), place[encoded.indices.fill_null(len(order)).to_numpy()])


@dataclass(frozen=True)
class Likings:
    """Rows of `preferences`, see `jobs.recommender.models`: at one place of all arrays stands one row.

    `liked_on` is in days since 1970.
    """

    profiles: Names
    accounts: Names
    titles: Names
    countries: Names
    strengths: NDArray[np.float64]
    liked_on: NDArray[np.int64]

    @cached_property
    def supported(self) -> NDArray[np.intp]:
        """Places of titles that `SMALLEST_GROUP` accounts liked: of a rarer one, nothing but those can be learnt."""
        return np.flatnonzero(np.bincount(self.titles.places) >= SMALLEST_GROUP)

    @property
    def supported_titles(self) -> list[str]:
        return [self.titles.different[place] for place in self.supported]

    def matrix(self, most_of_a_profile: int | None = None) -> csr_matrix:
        """Strengths, profiles × supported titles; of a profile's likings only so many, the last ones."""
        of_supported = np.full(len(self.titles.different), -1, dtype=np.int64)
        of_supported[self.supported] = np.arange(len(self.supported))
        column = of_supported[self.titles.places]
        kept = np.flatnonzero(column >= 0)
        if most_of_a_profile is not None:
            order = kept[np.lexsort((column[kept], -self.liked_on[kept], self.profiles.places[kept]))]
            row = self.profiles.places[order]
            kept = order[np.arange(len(row)) - np.searchsorted(row, row) < most_of_a_profile]
        shape = (len(self.profiles.different), len(self.supported))
        return csr_matrix((self.strengths[kept], (self.profiles.places[kept], column[kept])), shape=shape)


def suited(preferences: DataFrame | Likings, most: int = MOST_LIKINGS_IN_DRIVER) -> DataFrame | Likings:
    """What is at most so many rows comes to the driver, read once; what is more stays in Spark."""
    if isinstance(preferences, Likings) or preferences.count() > most:
        return preferences
    return likings_of(preferences.select(*_NAMES, "strength", "liked_on").toArrow())


def engine(learnt: DataFrame | Likings) -> str:
    """What computes a model, as its run records it."""
    return "driver" if isinstance(learnt, Likings) else "Spark"


def likings_of(rows: pa.Table) -> Likings:
    profiles, accounts, titles, countries = (Names.of(rows[name].cast(pa.string())) for name in _NAMES)
    return Likings(
        profiles,
        accounts,
        titles,
        countries,
        strengths=rows["strength"].to_numpy(),
        liked_on=rows["liked_on"].to_numpy().astype("datetime64[D]").astype(np.int64),
    )
