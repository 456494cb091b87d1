"""ALS on 20,000 viewers, 3,000 titles and 900,000 likings: in the driver, in Spark as users have it, and `implicit`.

Prints a line a step: what, our seconds, those of `implicit`; then nDCG@100 of both on 100,000 likings that neither
learnt from. The driver's rows are read before: once, whatever is fitted.
"""

import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from jobs.config import Settings
from jobs.recommender.learning.viewers import viewers
from jobs.recommender.models.implicit_als import AlsParameters, fit_als
from jobs.recommender.models.likings import suited
from jobs.storage.session import build_session

VIEWERS, TITLES, LIKINGS, HELD_OUT, COUNT, DEEP = 20_000, 3_000, 900_000, 100_000, 20, 100
PARAMETERS = AlsParameters(rank=64, alpha=10.0, regularisation=0.1, iterations=10)
Pairs = tuple[np.ndarray, np.ndarray]


def random_likings() -> tuple[Pairs, Pairs]:
    """Distinct pairs of viewer and title, to learn from and held out; some titles are liked far more than others."""
    stream = np.random.default_rng(7)
    popularity = 1 / np.arange(1, TITLES + 1) ** 0.7
    title = stream.choice(TITLES, 2 * LIKINGS, p=popularity / popularity.sum())
    pairs = np.unique(stream.integers(0, VIEWERS, 2 * LIKINGS) * TITLES + title)
    chosen = stream.permutation(pairs)
    learnt, held_out = chosen[:LIKINGS], chosen[LIKINGS : LIKINGS + HELD_OUT]
    return (learnt // TITLES, learnt % TITLES), (held_out // TITLES, held_out % TITLES)


def rows_of(pairs: Pairs) -> pd.DataFrame:
    viewer, title = pairs
    names = np.char.add("viewer-", viewer.astype(str))
    return pd.DataFrame(
        {
            "profile_key": names,
            "account_key": names,
            "title_id": np.char.add("title-", title.astype(str)),
            "strength": 1.0,
            "country": "FR",
            "liked_on": date(2026, 6, 1),
        }
    )


def matrix(pairs: Pairs) -> csr_matrix:
    return csr_matrix((np.ones(len(pairs[0]), dtype=np.float32), pairs), shape=(VIEWERS, TITLES))


def ndcg(viewer: NDArray[np.int64], title: NDArray[np.int64], rank: NDArray[np.int64], held_out: Pairs) -> float:
    """Over the viewers who have anything held out."""
    wanted = matrix(held_out)
    hits = np.asarray(wanted[viewer, title]).ravel()
    reached = np.bincount(viewer, hits / np.log2(rank + 1), minlength=VIEWERS)
    number = wanted.getnnz(axis=1)
    best = np.concatenate([[0.0], (1 / np.log2(np.arange(2, DEEP + 2))).cumsum()])[np.minimum(number, DEEP)]
    return float((reached[number > 0] / best[number > 0]).mean())


def numbered(lists: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    places = (
        np.array([int(name.split("-")[1]) for name in lists[of].to_pylist()]) for of in ("profile_key", "title_id")
    )
    return *places, lists["rank"].to_numpy()


def in_driver(liked: DataFrame, asked: DataFrame, held_out: Pairs) -> tuple[list[float], float]:
    """Seconds of reading, of the fit and of the lists; nDCG."""
    started = time.monotonic()
    learnt, here = suited(liked), asked.toArrow()
    read = time.monotonic()
    model = fit_als(learnt, PARAMETERS)
    fitted = time.monotonic()
    lists = model.recommend(here, COUNT)
    listed = time.monotonic()
    assert lists.num_rows == VIEWERS * COUNT
    reached = ndcg(*numbered(model.recommend(here, DEEP)), held_out)
    return [read - started, fitted - read, listed - fitted], reached


def in_spark(liked: DataFrame, asked: DataFrame) -> Iterator[float]:
    """Of the fit, and of the lists."""
    started = time.monotonic()
    model = fit_als(liked, PARAMETERS)
    fitted = time.monotonic()
    yield fitted - started
    lists = model.recommend(asked, COUNT).localCheckpoint()
    yield time.monotonic() - fitted
    assert lists.count() == VIEWERS * COUNT


def of_implicit(pairs: Pairs, held_out: Pairs) -> tuple[list[float], float]:
    """Seconds of the fit and of the lists; nDCG."""
    likings = matrix(pairs)
    model = AlternatingLeastSquares(
        PARAMETERS.rank, PARAMETERS.regularisation, PARAMETERS.alpha, iterations=PARAMETERS.iterations, random_state=7
    )
    started = time.monotonic()
    model.fit(likings, show_progress=False)
    fitted = time.monotonic()
    model.recommend(np.arange(VIEWERS), likings, N=COUNT)
    listed = time.monotonic()
    titles, _ = model.recommend(np.arange(VIEWERS), likings, N=DEEP)
    viewer, rank = np.repeat(np.arange(VIEWERS), DEEP), np.tile(np.arange(1, DEEP + 1), VIEWERS)
    return [fitted - started, listed - fitted], ndcg(viewer, titles.ravel(), rank, held_out)


def main(home: Path) -> None:
    pairs, held_out = random_likings()
    with threadpool_limits(1, "blas"):
        theirs, their_ndcg = of_implicit(pairs, held_out)
    spark = build_session(Settings(home=home))
    liked = spark.createDataFrame(rows_of(pairs)).localCheckpoint()
    asked = viewers(liked.select("profile_key", "country").distinct(), liked, liked).localCheckpoint()
    ours, our_ndcg = in_driver(liked, asked, held_out)
    large = list(in_spark(liked, asked))
    spark.stop()
    print(f"read: {ours[0]:.1f} s")
    parts = [("fit", ours[1], large[0], theirs[0]), ("lists", ours[2], large[1], theirs[1])]
    for what, here, there, of_them in [*parts, ("both", sum(ours[1:]), sum(large), sum(theirs))]:
        times = f"{here / of_them:.2f} and {there / of_them:.1f} times as long"
        print(f"{what}: {here:.1f} s, in Spark {there:.1f} s, implicit {of_them:.1f} s, {times}")
    print(f"nDCG@100: {our_ndcg:.4f}, implicit {their_ndcg:.4f}, {our_ndcg / their_ndcg:.3f} of it")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
