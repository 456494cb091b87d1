"""Item similarity: what is liked by those who liked the same (Sarwar et al., WWW 2001)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from scipy.sparse import csr_matrix

from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.recommender.models import Rows
from jobs.recommender.models.block_lists import block_lists
from jobs.recommender.models.first_rows import first_rows
from jobs.recommender.models.title_pairs import HeldPairs


@dataclass(frozen=True)
class SimilarityParameters:
    """`shrinkage`: how many viewers a pair needs to be believed half; `neighbours`: how many a title keeps at most."""

    shrinkage: float = 10.0
    neighbours: int = 50


@dataclass(frozen=True)
class SimilarTitles:
    """How much the title of a column is like that of a row, which a viewer liked: of a column, its few nearest."""

    titles: Sequence[str]
    similarities: csr_matrix

    def __call__(self, liked: csr_matrix) -> NDArray[np.float32]:
        """A title's score is the sum over the viewer's titles of strength × similarity; without any, it has none."""
        scores = (liked @ self.similarities).toarray().astype(np.float32)
        scores[scores <= 0] = -np.inf
        return np.asarray(scores)

    def recommend(self, viewers: Rows, count: int) -> Rows:
        return block_lists(viewers, self.titles, self, count)


def fit_item_similarity(pairs: DataFrame | HeldPairs, parameters: SimilarityParameters) -> SimilarTitles:
    """similarity = viewers of both / (viewers of either + `shrinkage`): Jaccard's, shrunk where few saw either.

    `pairs` are `title_pairs`. 10 liked both of two titles, 15 the one and 25 the other; with a shrinkage of 10:
    10 / (15 + 25 - 10 + 10) = 0.25. Neighbours are only what ten accounts liked both of.
    """
    return _in_driver(pairs, parameters) if isinstance(pairs, HeldPairs) else _in_spark(pairs, parameters)


def similar_titles(title: Sequence[str], other: Sequence[str], similarity: Sequence[float]) -> SimilarTitles:
    """From a row a title and one of those like it."""
    titles = sorted({*title, *other})
    place = {name: number for number, name in enumerate(titles)}
    at = ([place[name] for name in other], [place[name] for name in title])
    return SimilarTitles(titles, csr_matrix((similarity, at), shape=(len(titles), len(titles)), dtype=np.float64))


def _in_driver(pairs: HeldPairs, parameters: SimilarityParameters) -> SimilarTitles:
    both = pairs.viewers.tocoo()
    of_title = pairs.viewers.diagonal()
    chosen = (both.data >= SMALLEST_GROUP) & (both.row != both.col)
    title, other, viewers = both.row[chosen], both.col[chosen], both.data[chosen]
    similarity = viewers / (of_title[title] + of_title[other] - viewers + parameters.shrinkage)
    order = np.lexsort((other, -similarity, title))
    title = title[order]
    nearest = np.arange(len(title)) - np.searchsorted(title, title) < parameters.neighbours
    kept = order[nearest]
    shape = pairs.viewers.shape
    return SimilarTitles(pairs.titles, csr_matrix((similarity[kept], (other[kept], title[nearest])), shape=shape))


def _in_spark(pairs: DataFrame, parameters: SimilarityParameters) -> SimilarTitles:
    supported = pairs.where(F.col("viewers") >= SMALLEST_GROUP)
    alone = supported.where(F.col("title_id") == F.col("other_title_id"))
    of_title = alone.select("title_id", F.col("viewers").alias("_of_title"))
    of_other = alone.select("other_title_id", F.col("viewers").alias("_of_other"))
    either = F.col("_of_title") + F.col("_of_other") - F.col("viewers")
    found = (
        supported.where(F.col("title_id") != F.col("other_title_id"))
        .join(of_title, on="title_id", how="inner")
        .join(of_other, on="other_title_id", how="inner")
        .withColumn("similarity", F.col("viewers") / (either + F.lit(parameters.shrinkage)))
        .transform(first_rows, parameters.neighbours, ["title_id"], [F.desc("similarity"), "other_title_id"])
        .select("title_id", "other_title_id", "similarity")
        .toArrow()
    )
    return similar_titles(*(found[name].to_pylist() for name in ("title_id", "other_title_id", "similarity")))
