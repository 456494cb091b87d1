"""How many lines of each file are in landing, bronze, silver and quarantine, and the sums of their hashes.

A sum of hashes does not depend on order, and unlike a number it does not add up when one line was lost and another one
came twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from polars.exceptions import PolarsError

from jobs.config import Settings
from jobs.contracts.bronze import BRONZE_TABLES
from jobs.contracts.landed_file import landed_file
from jobs.contracts.silver import EVENT_TABLES, PLAYBACK_EVENTS, QUARANTINE
from jobs.contracts.table import Table
from jobs.errors import PlayheadError
from jobs.ledger.ledger import LOAD_FILE_LIMIT, Batch, Ledger
from jobs.silver.line_hashes import line_hashes
from jobs.silver.reaction_consent import WITHDRAWN
from jobs.storage.stored_tables import stored_rows

# The hashes of so many lines are in memory at once, and at least those of one file: 20 bytes a line.
MOST_LINES_AT_ONCE = 5_000_000
_PLACE = ["batch_id", "line_number"]
_TYPES = {"batch_id": pl.String, "line_number": pl.Int64, "hash": pl.Int64}


@dataclass(frozen=True)
class LineSum:
    """Lines of one file in one place, and the sum of their hashes."""

    lines: int = 0
    hash: int = 0


# By file and place.
LineSums = dict[tuple[str, str], LineSum]


def line_sums(settings: Settings, ledger: Ledger, batches: Sequence[Batch]) -> LineSums:
    """The sums of files that bronze has. What is looked for in silver and quarantine is compared with bronze's lines.

    Raises `PlayheadError` where a file of the lake, or what landed, cannot be read.
    """
    sums: LineSums = {}
    try:
        for some in _slices(batches):
            sums |= _sums(settings, ledger, some)
    except (OSError, PolarsError) as error:
        raise PlayheadError(
            f"A file in {settings.lake_root} or {settings.landing} cannot be read: {str(error).splitlines()[0]}"
        ) from error
    return sums


def _slices(batches: Sequence[Batch]) -> Iterator[list[Batch]]:
    """Files that came after each other, few enough for their lines' hashes to be in memory."""
    some: list[Batch] = []
    for batch in batches:
        lines = sum(one.line_count for one in some) + batch.line_count
        if some and (lines > MOST_LINES_AT_ONCE or len(some) == LOAD_FILE_LIMIT):
            yield some
            some = []
        some.append(batch)
    if some:
        yield some


def _sums(settings: Settings, ledger: Ledger, batches: Sequence[Batch]) -> LineSums:
    ids = [batch.batch_id for batch in batches]
    bronze = _hashes_in_bronze(settings, batches).collect(engine="streaming").lazy()
    dates = ledger.dates_touched(ids, PLAYBACK_EVENTS.name)
    of_dates, is_withdrawn = pl.col("event_date").is_in(dates), pl.col("reason") == WITHDRAWN.reason
    is_refused = pl.col("replayed_at").is_null() & ~is_withdrawn
    # What was taken out again was accepted once.
    withdrawn = _places(settings, [QUARANTINE], is_withdrawn, ids)
    accepted = pl.concat([_places(settings, EVENT_TABLES, of_dates, ids), withdrawn])
    refused = _places(settings, [QUARANTINE], is_refused, ids)
    found = pl.collect_all(
        [
            _summed(_hashes_in_landing(settings, batches), "landed"),
            _summed(bronze, "bronze"),
            _summed(accepted.join(bronze, on=_PLACE, how="left"), "accepted"),
            _summed(refused.join(bronze, on=_PLACE, how="left"), "quarantined"),
        ],
        engine="streaming",
    )
    return {(row["batch_id"], row["place"]): LineSum(row["lines"], row["hash"]) for row in pl.concat(found).to_dicts()}


def _hashes_in_landing(settings: Settings, batches: Sequence[Batch]) -> pl.LazyFrame:
    """Of what intake wrote, where it still lies."""
    files = {batch.batch_id: landed_file(settings.landing, batch.batch_id) for batch in batches}
    landed = [
        pl.scan_parquet(path).select(pl.lit(batch_id).alias("batch_id"), "line_number", _hash())
        for batch_id, path in files.items()
        if path.exists()
    ]
    return _together(landed, [*_PLACE, "hash"], list(files))


def _hashes_in_bronze(settings: Settings, batches: Sequence[Batch]) -> pl.LazyFrame:
    """Their ingest dates say which partitions hold them."""
    ids, dates = [batch.batch_id for batch in batches], sorted({batch.landed_at.date() for batch in batches})
    return _together(
        [
            lines.filter(pl.col("ingest_date").is_in(dates), pl.col("batch_id").is_in(ids)).select(*_PLACE, _hash())
            for table in BRONZE_TABLES
            if (lines := stored_rows(settings, table)) is not None
        ],
        [*_PLACE, "hash"],
        ids,
    )


def _places(settings: Settings, tables: Sequence[Table], are_meant: pl.Expr, batch_ids: list[str]) -> pl.LazyFrame:
    return _together(
        [
            rows.filter(are_meant, pl.col("batch_id").is_in(batch_ids)).select(_PLACE)
            for table in tables
            if (rows := stored_rows(settings, table)) is not None
        ],
        _PLACE,
        batch_ids,
    )


def _together(parts: list[pl.LazyFrame], columns: list[str], batch_ids: list[str]) -> pl.LazyFrame:
    """One below the other; ids are kept as numbers, not as 64 characters a row."""
    nothing = pl.LazyFrame(schema={column: _TYPES[column] for column in columns})
    return pl.concat([nothing, *parts]).with_columns(pl.col("batch_id").cast(pl.Enum(batch_ids)))


def _hash() -> pl.Expr:
    hashes = pl.struct("line_number", "line").map_batches(_hashes, return_dtype=pl.Int64, is_elementwise=True)
    return hashes.alias("hash")


def _hashes(lines: pl.Series) -> pl.Series:
    numbers, texts = (lines.struct.field(name).to_list() for name in ("line_number", "line"))
    return pl.Series(list(line_hashes(numbers, texts)), dtype=pl.UInt64).reinterpret(signed=True)


def _summed(lines: pl.LazyFrame, place: str) -> pl.LazyFrame:
    """Of 64-bit hashes, a sum that does not overflow."""
    return lines.group_by("batch_id").agg(
        pl.lit(place).alias("place"), pl.len().alias("lines"), pl.col("hash").cast(pl.Int128).sum()
    )
