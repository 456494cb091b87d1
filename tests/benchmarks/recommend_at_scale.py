"""ALS on 20,000 viewers, 3,000 titles and 900,000 likings, in a session of its own, as users have it; then `implicit`.

Prints a line a step: what, our seconds, those of `implicit`. `implicit` takes three steps of conjugate gradients where
Spark solves each viewer's equations, and works on arrays in one process; ours come from a table and go into one.
"""

import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

from jobs.config import Settings
from jobs.recommender.learning.viewers import viewers
from jobs.recommender.models.implicit_als import AlsParameters, fit_als
from jobs.storage.session import build_session

VIEWERS, TITLES, LIKINGS, COUNT = 20_000, 3_000, 900_000, 20
PARAMETERS = AlsParameters(rank=64, alpha=10.0, regularisation=0.1, iterations=10)
Pairs = tuple[np.ndarray, np.ndarray]


def random_likings() -> Pairs:
    """Distinct pairs of viewer and title; some titles are liked far more than others."""
    stream = np.random.default_rng(7)
    popularity = 1 / np.arange(1, TITLES + 1) ** 0.7
    title = stream.choice(TITLES, 2 * LIKINGS, p=popularity / popularity.sum())
    pairs = np.unique(stream.integers(0, VIEWERS, 2 * LIKINGS) * TITLES + title)
    chosen = stream.permutation(pairs)[:LIKINGS]
    return chosen // TITLES, chosen % TITLES


def seconds_of_ours(pairs: Pairs, home: Path) -> Iterator[float]:
    """Of the fit, and of the lists."""
    viewer, title = pairs
    rows = pd.DataFrame(
        {
            "profile_key": np.char.add("viewer-", viewer.astype(str)),
            "title_id": np.char.add("title-", title.astype(str)),
            "strength": 1.0,
            "country": "FR",
            "liked_on": date(2026, 6, 1),
        }
    )
    spark = build_session(Settings(home=home))
    liked = spark.createDataFrame(rows).localCheckpoint()
    started = time.monotonic()
    model = fit_als(liked, PARAMETERS)
    fitted = time.monotonic()
    yield fitted - started
    asked = viewers(liked.select("profile_key", "country").distinct(), liked, liked)
    lists = model.recommend(asked, COUNT).localCheckpoint()
    yield time.monotonic() - fitted
    assert lists.count() == VIEWERS * COUNT
    spark.stop()


def seconds_of_implicit(pairs: Pairs) -> Iterator[float]:
    likings = csr_matrix((np.ones(LIKINGS, dtype=np.float32), pairs), shape=(VIEWERS, TITLES))
    model = AlternatingLeastSquares(
        PARAMETERS.rank, PARAMETERS.regularisation, PARAMETERS.alpha, iterations=PARAMETERS.iterations, random_state=7
    )
    started = time.monotonic()
    model.fit(likings, show_progress=False)
    fitted = time.monotonic()
    yield fitted - started
    model.recommend(np.arange(VIEWERS), likings, N=COUNT)
    yield time.monotonic() - fitted


if __name__ == "__main__":
    pairs = random_likings()
    ours, theirs = list(seconds_of_ours(pairs, Path(sys.argv[1]))), list(seconds_of_implicit(pairs))
    for what, of_us, of_them in zip(("fit", "lists"), ours, theirs, strict=True):
        print(f"{what}: {of_us:.1f} s, implicit {of_them:.1f} s, {of_us / of_them:.1f} times as long")
