"""EASE: the best linear way to tell each title from all others (Steck, WWW 2019). For catalogues to 20,000 titles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from scipy.linalg import lapack
from scipy.sparse import csr_matrix

from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.recommender.models import Rows
from jobs.recommender.models.block_lists import block_lists
from jobs.recommender.models.title_pairs import HeldPairs
from jobs.storage.local_rows import local_rows

# Its weights are titles × titles: 20,000 make 1.6 GB, and 10 GB while they are fitted. The most liked ones are kept.
MOST_TITLES = 20_000


@dataclass(frozen=True)
class EaseParameters:
    """`regularisation` is how many viewers a pair of titles is held against."""

    regularisation: float = 150.0


@dataclass(frozen=True)
class TitleProducts:
    """Of each two titles, the sum over viewers of the product of both strengths: all that EASE learns from.

    `is_supported`: of each two titles, whether ten accounts liked both. `liked`: the viewers × titles that the products
    are of, where those viewers are fewer than the titles.
    """

    titles: Sequence[str]
    products: NDArray[np.float64]
    is_supported: NDArray[np.bool]
    liked: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class LinearTitles:
    """What liking the title of a row says for the title of a column."""

    titles: Sequence[str]
    weights: NDArray[np.float32]

    def __call__(self, liked: csr_matrix) -> NDArray[np.float32]:
        return np.asarray(liked @ self.weights, dtype=np.float32)

    def recommend(self, viewers: Rows, count: int) -> Rows:
        return block_lists(viewers, self.titles, self, count)


def title_products(pairs: DataFrame | HeldPairs) -> TitleProducts:
    """From `title_pairs`: titles × titles, and nothing that grows with viewers."""
    return _in_driver(pairs) if isinstance(pairs, HeldPairs) else _in_spark(pairs)


def _in_driver(pairs: HeldPairs) -> TitleProducts:
    viewers = pairs.viewers.diagonal()
    most_liked = np.lexsort((np.arange(len(viewers)), -viewers))[:MOST_TITLES]
    # Who liked very many titles may have left fewer than ten viewers to one.
    chosen = np.sort(most_liked[viewers[most_liked] >= SMALLEST_GROUP])
    liked = pairs.liked[:, chosen]
    is_supported = (pairs.viewers[chosen][:, chosen] >= SMALLEST_GROUP).toarray()
    are_few = liked.shape[0] < liked.shape[1]
    return TitleProducts(
        [pairs.titles[place] for place in chosen],
        (liked.T @ liked).toarray(),
        is_supported,
        liked.toarray() if are_few else None,
    )


def _in_spark(pairs: DataFrame) -> TitleProducts:
    alone = pairs.where((F.col("title_id") == F.col("other_title_id")) & (F.col("viewers") >= SMALLEST_GROUP))
    most_liked = alone.orderBy(F.desc("viewers"), "title_id").limit(MOST_TITLES)
    titles = sorted(row.title_id for row in most_liked.select("title_id").collect())
    numbers = local_rows(pairs.sparkSession, list(enumerate(titles)), "number int, title_id string")
    of_others = numbers.select(F.col("number").alias("other_number"), F.col("title_id").alias("other_title_id"))
    found = (
        pairs.join(F.broadcast(numbers), on="title_id", how="inner")
        .join(F.broadcast(of_others), on="other_title_id", how="inner")
        .where(F.col("number") <= F.col("other_number"))
        .select("number", "other_number", "weight", "viewers")
        .toPandas()
    )
    products = np.zeros((len(titles), len(titles)))
    products[found["number"], found["other_number"]] = found["weight"]
    products[found["other_number"], found["number"]] = found["weight"]
    supported = found[found["viewers"] >= SMALLEST_GROUP]
    is_supported = np.zeros(products.shape, dtype=np.bool)
    is_supported[supported["number"], supported["other_number"]] = True
    is_supported[supported["other_number"], supported["number"]] = True
    return TitleProducts(titles, products, is_supported)


def fit_ease(learnt: TitleProducts, parameters: EaseParameters) -> LinearTitles:
    """weights = 1 - P / diagonal of P, column by column, where P is the inverse of products + regularisation.

    The diagonal is zero: no title speaks for itself. So is what is not supported. It is taken out at the end: products
    without it would have no inverse.
    """
    if not learnt.titles:
        return LinearTitles([], np.zeros((0, 0), dtype=np.float32))
    weights = regularised_inverse(learnt, parameters.regularisation)
    weights /= -np.diag(weights).copy()
    np.fill_diagonal(weights, 0.0)
    weights[~learnt.is_supported] = 0.0
    return LinearTitles(learnt.titles, weights.astype(np.float32))


def regularised_inverse(learnt: TitleProducts, ridge: float) -> NDArray[np.float64]:
    """(XᵀX + ridge)⁻¹. Of few viewers by its dual form, (1 - Xᵀ(XXᵀ + ridge)⁻¹X) / ridge: viewers × viewers.

    Source: Woodbury's identity.
    """
    liked = learnt.liked
    regularised = (learnt.products if liked is None else liked @ liked.T).copy(order="F")
    regularised[np.diag_indices_from(regularised)] += ridge
    inverse = _inverse(regularised)
    if liked is None:
        return inverse
    explained = liked.T @ (inverse @ liked)
    return np.asarray((np.eye(len(explained)) - explained) / ridge)


def _inverse(symmetric: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of a positive definite matrix, by Cholesky, in its place: half the work and memory of a general one."""
    factor, failed = lapack.dpotrf(symmetric, lower=True, overwrite_a=True)
    assert not failed, "what is regularised is positive definite"
    inverse, failed = lapack.dpotri(factor, lower=True, overwrite_c=True)
    assert not failed, "what is positive definite has an inverse"
    for row in range(len(inverse)):
        inverse[row, row + 1 :] = inverse[row + 1 :, row]
    return np.asarray(inverse)
