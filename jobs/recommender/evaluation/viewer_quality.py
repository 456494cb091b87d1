"""How good each viewer's list is, by every measure."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.recommender.evaluation.metrics import LIST_LENGTH
from jobs.recommender.evaluation.metrics.average_precision import average_precision
from jobs.recommender.evaluation.metrics.judged import Judged, Values
from jobs.recommender.evaluation.metrics.ndcg import ndcg
from jobs.recommender.evaluation.metrics.novelty import novelty
from jobs.recommender.evaluation.metrics.popularity_bias import popularity_bias
from jobs.recommender.evaluation.metrics.precision import precision
from jobs.recommender.evaluation.metrics.recall import recall
from jobs.recommender.evaluation.metrics.reciprocal_rank import reciprocal_rank
from jobs.recommender.models import Rows

# By what is called good, the first is what models are chosen by.
BY_HITS = {
    "ndcg": ndcg,
    "recall": recall,
    "precision": precision,
    "average_precision": average_precision,
    "reciprocal_rank": reciprocal_rank,
}
BY_WHAT_IS_SHOWN = {"novelty": novelty, "popularity_bias": popularity_bias}
MEASURES = {**BY_HITS, **BY_WHAT_IS_SHOWN}
_OF_VIEWERS = ", ".join(["profile_key string", *(f"{name} double" for name in MEASURES)])


def viewer_quality(lists: Rows, relevant: Rows, known: Rows) -> Rows:
    """One row a viewer with anything relevant: `profile_key`, and each of `MEASURES`.

    Judges `lists` (`profile_key`, `title_id`, `rank`) by `relevant` (`profile_key`, `title_id`). `known` (the same
    columns, a row each) is what viewers had liked before. Who has no list has no hits, and shows nothing: novelty and
    popularity bias are null. A title that nobody knew counts as known to one viewer more, as every other. All three are
    in the driver, or all in Spark.
    """
    return _in_driver(lists, relevant, known) if isinstance(lists, pa.Table) else _in_spark(lists, relevant, known)


def _measured(profile_keys: pa.Array, judged: Judged) -> pa.RecordBatch:
    columns: Mapping[str, Values] = {name: measure(judged) for name, measure in MEASURES.items()}
    return pa.RecordBatch.from_pydict(
        {"profile_key": profile_keys, **{name: pa.array(of, from_pandas=True) for name, of in columns.items()}}
    )


def _in_driver(lists: pa.Table, relevant: pa.Table, known: pa.Table) -> pa.Table:
    shown = lists.filter(pc.less_equal(lists["rank"], LIST_LENGTH))
    viewers = pc.unique(relevant["profile_key"])
    viewers = viewers.take(pc.sort_indices(viewers))
    titles = pc.unique(pa.chunked_array([*shown["title_id"].chunks, *known["title_id"].chunks], pa.string()))

    def pairs(rows: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return _places(rows["profile_key"], viewers), _places(rows["title_id"], titles)

    viewer, title = pairs(known)
    knowing = np.bincount(title, minlength=len(titles))
    share = (knowing + 1) / (pc.count_distinct(known["profile_key"]).as_py() + 1)
    # What is of nobody who is judged is put behind the last viewer.
    of_viewer = np.bincount(viewer, share[title], minlength=len(viewers) + 1)[:-1]
    own = np.bincount(viewer, minlength=len(viewers) + 1)[:-1]
    wanted_by, wanted_title = pairs(relevant)
    listed_for, listed_title = pairs(shown)
    is_hit = np.zeros((len(viewers) + 1, LIST_LENGTH), dtype=np.bool)
    known_share = np.full(is_hit.shape, np.nan)
    place = shown["rank"].to_numpy() - 1
    number = len(titles) + 1
    is_hit[listed_for, place] = np.isin(listed_for * number + listed_title, wanted_by * number + wanted_title)
    known_share[listed_for, place] = share[listed_title]
    judged = Judged(
        is_hit[:-1],
        np.bincount(wanted_by, minlength=len(viewers)),
        known_share[:-1],
        np.divide(of_viewer, own, where=own > 0, out=np.full(len(viewers), np.nan)),
    )
    return pa.Table.from_batches([_measured(viewers, judged)])


def _places(names: pa.ChunkedArray, among: pa.Array) -> NDArray[np.int64]:
    """Where each name stands; behind the last one if it is not there."""
    return np.asarray(pc.index_in(names, value_set=among).fill_null(len(among)).to_numpy(), dtype=np.int64)


def _in_spark(lists: DataFrame, relevant: DataFrame, known: DataFrame) -> DataFrame:
    shown = lists.where(F.col("rank") <= LIST_LENGTH)
    hits = (
        shown.join(relevant, on=["profile_key", "title_id"], how="inner")
        .groupBy("profile_key")
        .agg(F.collect_list(F.col("rank").cast("int")).alias("hits"))
    )
    viewers = known.agg(F.count_distinct("profile_key").alias("_viewers"))
    of_titles = known.groupBy("title_id").agg(F.count("*").alias("_knowing"))
    share = (F.coalesce("_knowing", F.lit(0)) + 1) / (F.col("_viewers") + 1)
    usual = (
        known.join(of_titles, on="title_id", how="inner")
        .crossJoin(F.broadcast(viewers))
        .groupBy("profile_key")
        .agg(F.avg(share).alias("usual_known_share"))
    )
    of_lists = (
        shown.join(of_titles, on="title_id", how="left")
        .crossJoin(F.broadcast(viewers))
        .groupBy("profile_key")
        .agg(F.collect_list(share).alias("known_share"))
    )
    return (
        relevant.groupBy("profile_key")
        .agg(F.count("*").alias("wanted"))
        .join(hits, on="profile_key", how="left")
        .join(of_lists, on="profile_key", how="left")
        .join(usual, on="profile_key", how="left")
        .mapInArrow(_measured_batches, _OF_VIEWERS)
    )


def _measured_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        is_hit = np.zeros((len(batch), LIST_LENGTH), dtype=np.bool)
        is_hit[batch["hits"].value_parent_indices().to_numpy(), batch["hits"].flatten().to_numpy() - 1] = True
        # A mean over a list asks for no order.
        row = batch["known_share"].value_parent_indices().to_numpy()
        known_share = np.full(is_hit.shape, np.nan)
        known_share[row, np.arange(len(row)) - np.searchsorted(row, row)] = batch["known_share"].flatten().to_numpy()
        usual = batch["usual_known_share"].to_numpy(zero_copy_only=False)
        yield _measured(batch["profile_key"], Judged(is_hit, batch["wanted"].to_numpy(), known_share, usual))
