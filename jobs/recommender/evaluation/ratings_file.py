"""Ratings as data sets have them: a row a user, item, rating and time, with or without a header."""

import csv
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.errors import WrongUsageError

COLUMNS = ("user", "item", "rating", "timestamp")
_SAMPLE_CHARACTERS = 16_384


def read_ratings(spark: SparkSession, path: Path, item_column: str | None = None) -> DataFrame:
    """One row a rating: `profile_key`, `title_id`, `rating`, `rated_on`. Of a pair that was rated twice, the last.

    Columns go by the beginnings of their names, without regard to case, or in the order user, item, rating, timestamp
    where there is no header; `item_column` names the item's. Separators are found: comma, tab, semicolon, pipe or `::`.
    Raises `WrongUsageError`.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first, sample = file.readline(), file.read(_SAMPLE_CHARACTERS)
    if not first.strip():
        raise WrongUsageError(f"{path} is empty: user, item, rating and timestamp of each rating are expected.")
    separator = "::" if "::" in first else _separator(path, first + sample)
    names = [name.strip() for name in first.rstrip("\r\n").replace('"', "").split(separator)]
    has_header = not all(_is_number(name) for name in names[2:4])
    columns = _columns(path, names, item_column) if has_header else list(COLUMNS)
    if not has_header and len(names) < len(COLUMNS):
        raise WrongUsageError(f"{path} has {len(names)} columns in its first line; {', '.join(COLUMNS)} are expected.")
    raw = spark.read.csv(str(path), sep=separator, header=has_header, inferSchema=False)
    named = raw.toDF(*(names if has_header else [*COLUMNS, *raw.columns[len(COLUMNS) :]]))
    user, item, rating, timestamp = (F.col(f"`{column}`") for column in columns)
    typed = named.select(
        user.cast("string").alias("profile_key"),
        item.cast("string").alias("title_id"),
        rating.try_cast("double").alias("rating"),
        F.to_date(F.timestamp_seconds(timestamp.try_cast("bigint"))).alias("rated_on"),
        timestamp.try_cast("bigint").alias("_at"),
    )
    wrong = typed.where(F.greatest(*(F.col(name).isNull() for name in typed.columns))).limit(1).collect()
    if wrong:
        raise WrongUsageError(
            f"{path}: a row is not a user, an item, a number and a time in seconds. Columns read: {', '.join(columns)}."
        )
    latest = F.struct("_at", "rating", "rated_on")
    return (
        typed.groupBy("profile_key", "title_id")
        .agg(F.max(latest).alias("_latest"))
        .select("profile_key", "title_id", "_latest.rating", "_latest.rated_on")
    )


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
