"""Free labels of lines without what tells of a person: judged by the label and its own line alone. A kernel."""

from collections.abc import Collection, Mapping
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts.raw_record import RawRecord
from jobs.privacy.free_labels import OTHER_LABEL, SHORTEST_ID_WITHIN, names_one_of, tells_of_a_person
from jobs.privacy.pseudonyms import each_once

_IDENTIFIERS = ("account_id", "profile_id", "device.device_id", "network.ip")
# Of so many different labels of such a length, all parts together are a few megabytes.
_MOST_LABELS, _LONGEST_LABEL = 200, 64


def scanned_labels(found: Mapping[str, pa.Array], record: RawRecord) -> dict[str, pa.Array]:
    """The columns of the record's free labels, by path, with `OTHER_LABEL` in the place of what tells of a person."""
    free = [field.path for field in record.fields if field.is_free]
    labels = {path: each_once(found[path], _without_person) for path in free if found[path].is_valid().true_count}
    identifiers = [found[path] for path in _IDENTIFIERS if path in found]
    if labels and len(places := _suspects(labels, identifiers)):
        of_lines = list(zip(*(column.take(places).to_pylist() for column in identifiers), strict=True))
        labels = {path: _without_own(column, places, of_lines) for path, column in labels.items()}
    return labels


def _without_own(labels: pa.Array, places: pa.Array, of_lines: Collection[tuple[str | None, ...]]) -> pa.Array:
    """The column with `OTHER_LABEL` where the line at one of the places has a label that names who it is of."""
    is_named = np.zeros(len(labels), dtype=np.bool)
    is_named[np.asarray(places)] = [
        label is not None and names_one_of(label, of_line)
        for label, of_line in zip(labels.take(places).to_pylist(), of_lines, strict=True)
    ]
    return pc.if_else(pa.array(is_named), OTHER_LABEL, labels) if is_named.any() else labels


def _suspects(labels: Mapping[str, pa.Array], identifiers: Collection[pa.Array]) -> pa.Array:
    """Places of lines with an identifier that is part of some label, if only of another line's: mostly none."""
    different = {label for column in labels.values() for label in column.unique().to_pylist() if label is not None}
    count = len(next(iter(labels.values())))
    if len(different) > _MOST_LABELS or any(len(label) > _LONGEST_LABEL for label in different):
        return pa.array(np.arange(count))
    looked_for = pa.array(frozenset().union(*map(_parts, different)), pa.string())
    is_suspect = [np.asarray(pc.is_in(column, value_set=looked_for)) for column in identifiers]
    return pa.array(np.flatnonzero(np.any(is_suspect, axis=0)))


@lru_cache(_MOST_LABELS)
def _parts(label: str) -> frozenset[str]:
    """The label, and all of it that is long enough to be an identifier."""
    length = len(label)
    inner = (label[start:end] for start in range(length) for end in range(start + SHORTEST_ID_WITHIN, length + 1))
    return frozenset([label, *inner])


@lru_cache(4096)
def _without_person(label: str) -> str:
    return OTHER_LABEL if tells_of_a_person(label) else label
