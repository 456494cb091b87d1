"""Ratings as data sets have them: a row a user, item, rating and time, with or without a header."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.epoch_units import LATEST_SECOND, UNITS_OF_A_SECOND
from jobs.errors import WrongUsageError

COLUMNS = ("user", "item", "rating", "timestamp")
_SAMPLE_CHARACTERS = 16_384
_WANTED = {
    "user": "the user is missing.",
    "item": "the item is missing.",
    "rating": "the rating is not a number.",
    "timestamp": "the timestamp is neither a date nor a number of seconds, milli-, micro- or nanoseconds since 1970.",
}


def read_ratings(spark: SparkSession, path: Path, item_column: str | None = None) -> DataFrame:
    """One row a rating: `profile_key`, `title_id`, `rating`, `rated_on`. Of a pair that was rated twice, the last.

    Columns go by the beginnings of their names, without regard to case, or in the order user, item, rating, timestamp
    where there is no header; `item_column` names the item's. Separators are found: comma, tab, semicolon, pipe or `::`.
    Times are dates (`2018-05-12`, `2018-05-12T11:26:54Z`), or numbers of seconds, milli-, micro- or nanoseconds since
    1970, by their size. Raises `WrongUsageError`.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first, sample = file.readline(), file.read(_SAMPLE_CHARACTERS)
    if not first.strip():
        raise WrongUsageError(f"{path} is empty: user, item, rating and timestamp of each rating are expected.")
    separator = "::" if "::" in first else _separator(path, first + sample)
    names = [name.strip() for name in first.rstrip("\r\n").replace('"', "").split(separator)]
    has_header = len(names) > 2 and not _is_number(names[2])
    columns = _columns(path, names, item_column) if has_header else list(COLUMNS)
    if not has_header and len(names) < len(COLUMNS):
        raise WrongUsageError(f"{path} has {len(names)} columns in its first line; {', '.join(COLUMNS)} are expected.")
    raw = spark.read.csv(str(path), sep=separator, header=has_header, inferSchema=False)
    named = raw.toDF(*(names if has_header else [*COLUMNS, *raw.columns[len(COLUMNS) :]]))
    user, item, rating, timestamp = (F.col(f"`{column}`") for column in columns)
    at = F.coalesce(_seconds(timestamp.try_cast("double")), timestamp.try_cast("timestamp").cast("double"))
    typed = named.select(
        user.cast("string").alias("profile_key"),
        item.cast("string").alias("title_id"),
        F.when(F.abs(rating.try_cast("double")) < float("inf"), rating.try_cast("double")).alias("rating"),
        F.to_date(F.timestamp_seconds(at)).alias("rated_on"),
        at.alias("_at"),
        F.struct(*(column.alias(name) for column, name in zip((user, item, rating, timestamp), COLUMNS, strict=True))),
    ).toDF("profile_key", "title_id", "rating", "rated_on", "_at", "_raw")
    read = ("profile_key", "title_id", "rating", "rated_on")
    wrong = typed.where(F.greatest(*(F.col(name).isNull() for name in read))).head()
    if wrong is not None:
        unread = COLUMNS[[wrong[name] is None for name in read].index(True)]
        places = [names.index(column) for column in columns] if has_header else range(len(COLUMNS))
        row = _row_of(path, separator, places, wrong._raw)
        raise WrongUsageError(f"{path}{row}: {_WANTED[unread]} Correct it or leave the row out.")
    latest = F.struct("_at", "rating", "rated_on")
    return (
        typed.groupBy("profile_key", "title_id")
        .agg(F.max(latest).alias("_latest"))
        .select("profile_key", "title_id", "_latest.rating", "_latest.rated_on")
    )


def _seconds(number: Column) -> Column:
    """Since 1970, with a fraction; null where no unit makes it a time before the year 5138."""
    unit = F.coalesce(
        *(
            F.when(F.abs(number) < float(LATEST_SECOND * of_a_second), F.lit(of_a_second))
            for of_a_second in UNITS_OF_A_SECOND
        )
    )
    return number / unit


def _row_of(path: Path, separator: str, places: Sequence[int], raw: Row) -> str:
    """Where the file has these values first: `, row 3`, its first line being row 1. Themselves they name a person."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = _split_rows(file) if separator == "::" else csv.reader(file, delimiter=separator)
        for number, fields in enumerate(rows, 1):
            values = [fields[place] if place < len(fields) else "" for place in places]
            if values == [value or "" for value in raw]:
                return f", row {number}"
    return ""


def _split_rows(lines: Iterable[str]) -> Iterator[list[str]]:
    """The csv module knows separators of one character only."""
    for line in lines:
        yield line.rstrip("\r\n").split("::")


def _separator(path: Path, sample: str) -> str:
    try:
        return csv.Sniffer().sniff(sample, delimiters=",\t;|").delimiter
    except csv.Error as error:
        raise WrongUsageError(f"{path} has no comma, tab, semicolon or pipe between its columns.") from error


def _columns(path: Path, names: list[str], item_column: str | None) -> list[str]:
    found = []
    for wanted in COLUMNS:
        by_name = [name for name in names if name.lower().startswith(wanted)]
        chosen = [item_column] if wanted == "item" and item_column else by_name or _movielens(wanted, names)
        if not chosen or chosen[0] not in names:
            hint = " Name it with --item-column." if wanted == "item" else ""
            raise WrongUsageError(f"{path} has no column {chosen[0] if chosen else wanted}: {', '.join(names)}.{hint}")
        found.append(str(chosen[0]))
    return found


def _movielens(wanted: str, names: list[str]) -> list[str]:
    return [name for name in names if name == {"item": "movieId"}.get(wanted)]


def _is_number(text: str) -> bool:
    return text.strip().replace(".", "", 1).lstrip("-").isdigit()
