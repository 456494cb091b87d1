"""A fitted model as files, and back: what the registry keeps of it."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jobs.recommender.models import Recommender
from jobs.recommender.models.blend import BlendedTitles
from jobs.recommender.models.ease import LinearTitles
from jobs.recommender.models.implicit_als import AlsParameters, TitleFactors
from jobs.recommender.models.item_similarity import SimilarTitles, similar_titles
from jobs.recommender.models.popularity import PopularTitles

_ROWS, _ARRAYS, _ABOUT = "rows", "arrays.npz", "model.json"
_LINEAR, _FACTORS = "linear", "factors"
_NEIGHBOUR = ("title_id", "other_title_id", "similarity")


def save_model(model: Recommender, folder: Path) -> None:
    """Writes what the model learnt of titles; nothing of a viewer is in it."""
    about: dict[str, object] = {"model": type(model).__name__}
    match model:
        case PopularTitles():
            ranked = model.ranked if isinstance(model.ranked, pa.Table) else model.ranked.toArrow()
            _write_rows(ranked, folder / _ROWS)
        case SimilarTitles():
            _write_neighbours(model, folder / _ROWS)
        case LinearTitles():
            np.savez(folder / _ARRAYS, titles=np.array(model.titles, dtype=str), weights=model.weights)
        case TitleFactors():
            about |= {"parameters": asdict(model.parameters), "ridge": model.ridge}
            np.savez(folder / _ARRAYS, titles=np.array(model.titles, dtype=str), factors=model.factors)
        case BlendedTitles():
            about["als_weight"] = model.als_weight
            for name, part in ((_LINEAR, model.linear), (_FACTORS, model.factors)):
                (folder / name).mkdir()
                save_model(part, folder / name)
        case _:
            raise TypeError(f"{type(model).__name__} is no model that is stored")
    (folder / _ABOUT).write_text(json.dumps(about, indent=2))


def load_model(folder: Path) -> Recommender:
    """Reads all of it: the files may go then."""
    about = json.loads((folder / _ABOUT).read_text())
    match about["model"]:
        case "PopularTitles":
            return PopularTitles(pq.read_table(folder / _ROWS))
        case "SimilarTitles":
            rows = pq.read_table(folder / _ROWS)
            return similar_titles(*(rows[name].to_pylist() for name in _NEIGHBOUR))
        case "LinearTitles":
            arrays = np.load(folder / _ARRAYS)
            return LinearTitles(arrays["titles"].tolist(), arrays["weights"])
        case "TitleFactors":
            arrays = np.load(folder / _ARRAYS)
            parameters = AlsParameters(**about["parameters"])
            return TitleFactors(arrays["titles"].tolist(), arrays["factors"], parameters, about.get("ridge"))
        case "BlendedTitles":
            linear, factors = (load_model(folder / name) for name in (_LINEAR, _FACTORS))
            assert isinstance(linear, LinearTitles), "as it was saved"
            assert isinstance(factors, TitleFactors), "as it was saved"
            return BlendedTitles(linear, factors, about["als_weight"])
        case unknown:
            raise TypeError(f"{unknown} is no model that is stored")


def _write_neighbours(model: SimilarTitles, folder: Path) -> None:
    """A row a title and one of those like it."""
    of = model.similarities.tocoo()
    names = np.array(model.titles, dtype=object)
    neighbours = pa.table(dict(zip(_NEIGHBOUR, (names[of.col], names[of.row], of.data), strict=True)))
    _write_rows(neighbours, folder)


def _write_rows(rows: pa.Table, folder: Path) -> None:
    folder.mkdir()
    pq.write_table(rows, folder / "0.parquet")
