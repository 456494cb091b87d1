"""ALS on 20,000 viewers, 3,000 titles and 900,000 likings: fit and the best 20 unseen titles, beside `implicit`."""

import time
from datetime import date

import numpy as np
import pandas as pd
from implicit.cpu.als import AlternatingLeastSquares
from pyspark.sql import SparkSession
from scipy.sparse import csr_matrix

from jobs.recommender.models.implicit_als import AlsParameters, fit_als
from jobs.recommender.viewers import viewers
from tests.spark_as_users_have_it import spark_as_users_have_it

VIEWERS, TITLES, LIKINGS, COUNT = 20_000, 3_000, 900_000, 20
PARAMETERS = AlsParameters(rank=64, alpha=10.0, regularisation=0.1, iterations=10)


def random_likings() -> tuple[np.ndarray, np.ndarray]:
    """Distinct pairs of viewer and title; some titles are liked far more than others."""
    stream = np.random.default_rng(7)
    popularity = 1 / np.arange(1, TITLES + 1) ** 0.7
    title = stream.choice(TITLES, 2 * LIKINGS, p=popularity / popularity.sum())
    pairs = np.unique(stream.integers(0, VIEWERS, 2 * LIKINGS) * TITLES + title)
    chosen = stream.permutation(pairs)[:LIKINGS]
    return chosen // TITLES, chosen % TITLES


def test_als_beside_implicit(spark: SparkSession) -> None:
    viewer, title = random_likings()
    rows = pd.DataFrame(
        {
            "profile_key": np.char.add("viewer-", viewer.astype(str)),
            "title_id": np.char.add("title-", title.astype(str)),
            "strength": 1.0,
            "country": "FR",
            "liked_on": date(2026, 6, 1),
        }
    )
    with spark_as_users_have_it(spark):
        liked = spark.createDataFrame(rows).localCheckpoint()
        people = liked.select("profile_key", "country").distinct()
        started = time.monotonic()
        model = fit_als(liked, PARAMETERS)
        fitted = time.monotonic()
        lists = model.recommend(viewers(people, liked, liked), COUNT)
        number = lists.localCheckpoint().count()
        recommended = time.monotonic()
    assert number == VIEWERS * COUNT
    ours = fitted - started, recommended - fitted

    likings = csr_matrix((np.ones(LIKINGS, dtype=np.float32), (viewer, title)), shape=(VIEWERS, TITLES))
    other = AlternatingLeastSquares(
        PARAMETERS.rank, PARAMETERS.regularisation, PARAMETERS.alpha, iterations=PARAMETERS.iterations, random_state=7
    )
    started = time.monotonic()
    other.fit(likings, show_progress=False)
    fitted = time.monotonic()
    other.recommend(np.arange(VIEWERS), likings, N=COUNT)
    recommended = time.monotonic()
    theirs = fitted - started, recommended - fitted
    for what, of_us, of_them in zip(("fit", "lists"), ours, theirs, strict=True):
        print(f"\n{what}: {of_us:.1f} s, implicit {of_them:.1f} s, {of_us / of_them:.1f} times as long")
