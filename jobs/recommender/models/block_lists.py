"""Lists from a model of numbers, a block of viewers at a time: never all viewers × titles at once."""

import pickle
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from scipy.sparse import csr_matrix

from jobs.recommender.models import RECOMMENDED

# Scores of so many viewers are in memory together: 20,000 titles make 40 MB of them.
VIEWERS_OF_A_BLOCK = 512


class Scorer(Protocol):
    """Scores every title for viewers from the strengths of what they liked."""

    def __call__(self, liked: csr_matrix) -> NDArray[np.float32]:
        """From viewers × titles to scores of the same shape."""
        ...


def block_lists(viewers: DataFrame, titles: Sequence[str], score: Scorer, count: int) -> DataFrame:
    """The best `count` unseen `titles` of each viewer who liked one of them, as `RECOMMENDED`.

    Each block's scores are filtered and cut where they come about. Equal scores go by the order of `titles`.
    """
    # As bytes: where Spark encrypts what it puts aside, it does not take arrays.
    shared = viewers.sparkSession.sparkContext.broadcast(pickle.dumps((pd.Index(titles), score)))

    def lists(blocks: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        known, score_of = pickle.loads(shared.value)
        for block in blocks:
            for start in range(0, len(block), VIEWERS_OF_A_BLOCK):
                yield _lists_of_block(block.iloc[start : start + VIEWERS_OF_A_BLOCK], known, score_of, count)

    asked = viewers.select("profile_key", "liked_titles", "liked_strengths", "seen_titles")
    return asked.mapInPandas(lists, RECOMMENDED)


def _lists_of_block(block: pd.DataFrame, titles: pd.Index, score: Scorer, count: int) -> pd.DataFrame:
    liked = _matrix(block["liked_titles"], block["liked_strengths"], titles)
    scores = score(liked)
    scores[_matrix(block["seen_titles"], None, titles).nonzero()] = -np.inf
    scores[liked.getnnz(axis=1) == 0] = -np.inf
    best = best_places(scores, count)
    found = np.take_along_axis(scores, best, axis=1)
    row, place = np.nonzero(np.isfinite(found))
    return pd.DataFrame(
        {
            "profile_key": block["profile_key"].to_numpy()[row],
            "title_id": titles.to_numpy()[best[row, place]],
            "score": found[row, place].astype(float),
            "rank": (place + 1).astype(np.int32),
        }
    )


def best_places(scores: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """The columns of each row's `count` largest scores, best first; of equal ones the first column.

    >>> best_places(np.array([[1.0, 3.0, 3.0, 2.0]], dtype=np.float32), 3)
    array([[1, 2, 3]])
    """
    count = min(count, scores.shape[1])
    # What ties with the last place is kept for the sort to decide.
    least = -np.partition(-scores, count - 1, axis=1)[:, count - 1 : count]
    may_be = np.where(scores >= least, scores, -np.inf)
    return np.argsort(-may_be, axis=1, kind="stable")[:, :count]


def _matrix(titles_of: pd.Series, values_of: pd.Series | None, titles: pd.Index) -> csr_matrix:
    """Viewers × titles; titles that the model does not know are left out."""
    sizes = titles_of.map(len).to_numpy()
    row = np.repeat(np.arange(len(titles_of)), sizes)
    column = titles.get_indexer(pd.Index(np.concatenate([*titles_of, np.array([], dtype=object)])))
    value = np.ones(len(row)) if values_of is None else np.concatenate([*values_of, np.array([])])
    is_known = column >= 0
    shape = (len(titles_of), len(titles))
    return csr_matrix((value[is_known].astype(np.float32), (row[is_known], column[is_known])), shape=shape)
