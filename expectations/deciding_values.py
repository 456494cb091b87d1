"""The values by which a column keeps its promises or does not, in a frame that is as short as they are few."""

from collections.abc import Collection, Sequence

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc


def deciding_values(rows: pa.Table, by_value: Collection[str], by_range: Collection[str]) -> pa.Table:
    """A table with the columns of `rows`, on which what is expected of every value holds if it holds on the rows.

    Of a column that is judged `by_value`, each value once; of one that is judged `by_range` alone, the smallest and the
    largest; of any other, one. Of each, a null and a NaN where there are such. Shorter ones repeat their first value.
    """
    found = [_values(rows[name], name in by_value, name in by_range) for name in rows.column_names]
    length = max(map(len, found), default=0)
    return pa.table([_padded(values, length) for values in found], schema=rows.schema)


def rows_of_repeated_keys(rows: pa.Table, key: Sequence[str]) -> pa.Table:
    """The key's columns of all rows whose key is there more than once; of one row, where there is none such."""
    keys = rows.select(list(key))
    frame = pl.from_arrow(keys)
    assert isinstance(frame, pl.DataFrame)
    is_repeated = frame.is_duplicated()
    return keys.filter(is_repeated.to_arrow()) if is_repeated.any() else keys[:1]


def _values(column: pa.ChunkedArray, is_by_value: bool, is_by_range: bool) -> pa.Array:
    present = column.drop_null()
    if is_by_value:
        values = pc.unique(present)
    elif is_by_range and len(present):
        ends = pc.min_max(present)
        values = pa.array([ends["min"], ends["max"]], column.type)
    else:
        values = present.slice(0, 1)
    odd: list[float | None] = [None] if column.null_count else []
    if pa.types.is_floating(column.type) and pc.any(pc.is_nan(present)).as_py():
        odd.append(float("nan"))
    return pa.concat_arrays([_one_array(values), pa.array(odd, column.type)])


def _one_array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _padded(values: pa.Array, length: int) -> pa.Array:
    places = pa.array([*range(len(values)), *[0] * (length - len(values))], pa.int64())
    return values.take(places)
