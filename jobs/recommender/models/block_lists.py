"""Lists from a model of numbers, a block of viewers at a time: never all viewers × titles at once."""

import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from jobs.recommender.models import RECOMMENDED, Rows

# Scores of so many viewers are in memory together: 20,000 titles make 40 MB of them.
VIEWERS_OF_A_BLOCK = 512
# `RECOMMENDED`, as Arrow has it.
LISTS = pa.schema({"profile_key": pa.string(), "title_id": pa.string(), "score": pa.float64(), "rank": pa.int32()})
Scores = NDArray[np.float32] | NDArray[np.float64]


class Scorer(Protocol):
    """Scores every title for viewers from the strengths of what they liked."""

    def __call__(self, liked: csr_matrix) -> NDArray[np.float32]:
        """From viewers × titles to scores of the same shape."""
        ...


def block_lists(viewers: Rows, titles: Sequence[str], score: Scorer, count: int) -> Rows:
    """The best `count` unseen `titles` of each viewer who liked one of them, as `RECOMMENDED`.

    Each block's scores are filtered and cut where they come about: in Spark's workers, or in the driver, if that is
    where the viewers are. Equal scores go by the order of `titles`.
    """
    names = pa.array(titles, pa.string())
    if isinstance(viewers, pa.Table):
        # A thread a block, instead of several for each product.
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(os.cpu_count()) as threads:
            lists_of = partial(_lists_of_block, titles=names, score=score, count=count)
            return pa.Table.from_batches(threads.map(lists_of, blocks(viewers)), LISTS)
    # As bytes: where Spark encrypts what it puts aside, it does not take arrays.
    shared = viewers.sparkSession.sparkContext.broadcast(pickle.dumps((names, score)))

    def lists(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        known, score_of = pickle.loads(shared.value)
        for batch in batches:
            for block in blocks(pa.Table.from_batches([batch])):
                yield _lists_of_block(block, known, score_of, count)

    asked = viewers.select("profile_key", "liked_titles", "liked_strengths", "seen_titles")
    return asked.mapInArrow(lists, RECOMMENDED)


def blocks(viewers: pa.Table) -> list[pa.RecordBatch]:
    """So few viewers each that their scores are few enough."""
    return list(viewers.combine_chunks().to_batches(max_chunksize=VIEWERS_OF_A_BLOCK))


def _lists_of_block(block: pa.RecordBatch, titles: pa.Array, score: Scorer, count: int) -> pa.RecordBatch:
    liked = _matrix(block["liked_titles"], block["liked_strengths"], titles)
    scores = score(liked)
    scores[liked.getnnz(axis=1) == 0] = -np.inf
    return unseen_lists(block, titles, scores, count)


def unseen_lists(block: pa.RecordBatch, titles: pa.Array, scores: Scores, count: int) -> pa.RecordBatch:
    """Cuts the scores, which it changes, to the best `count` titles of each viewer that have one and were not seen."""
    scores[_matrix(block["seen_titles"], None, titles).nonzero()] = -np.inf
    best = best_places(scores, count)
    found = np.take_along_axis(scores, best, axis=1)
    row, place = np.nonzero(np.isfinite(found))
    return pa.RecordBatch.from_arrays(
        [
            block["profile_key"].take(pa.array(row)),
            titles.take(pa.array(best[row, place])),
            pa.array(found[row, place], pa.float64()),
            pa.array(place + 1, pa.int32()),
        ],
        schema=LISTS,
    )


def best_places(scores: Scores, count: int) -> NDArray[np.intp]:
    """The columns of each row's `count` largest scores, best first; of equal ones the first column.

    >>> best_places(np.array([[1.0, 3.0, 3.0, 2.0]], dtype=np.float32), 3)
    array([[1, 2, 3]])
    """
    rows, columns = scores.shape
    count = min(count, columns)
    if not count:
        return np.zeros((rows, 0), dtype=np.intp)
    least = np.partition(scores, columns - count, axis=1)[:, columns - count, None]
    # What ties with the last place is kept for the sort to decide.
    row, column = np.nonzero(np.greater_equal(scores, least))
    order = np.lexsort((column, -scores[row, column], row))
    first = np.searchsorted(row, np.arange(rows))
    return np.asarray(column[order[first[:, None] + np.arange(count)]])


def _matrix(titles_of: pa.ListArray, values_of: pa.ListArray | None, titles: pa.Array) -> csr_matrix:
    """Viewers × titles; titles that the model does not know are left out."""
    row = titles_of.value_parent_indices().to_numpy()
    column = pc.index_in(titles_of.flatten(), value_set=titles).fill_null(-1).to_numpy()
    value = np.ones(len(row)) if values_of is None else values_of.flatten().to_numpy()
    is_known = column >= 0
    shape = (len(titles_of), len(titles))
    return csr_matrix((value[is_known].astype(np.float32), (row[is_known], column[is_known])), shape=shape)
