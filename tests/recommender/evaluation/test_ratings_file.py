from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.errors import WrongUsageError
from jobs.recommender.evaluation.ratings_file import read_ratings

NOON = 964_982_703
ROWS = [("1", "10", 4.0), ("1", "20", 3.5), ("2", "10", 5.0)]
# How data sets write the same three ratings.
FORMS = {
    "MovieLens latest": "userId,movieId,rating,timestamp\n{}\n".format(
        "\n".join(f"{u},{i},{r},{NOON}" for u, i, r in ROWS)
    ),
    "MovieLens 100k": "\n".join(f"{u}\t{i}\t{r}\t{NOON}" for u, i, r in ROWS) + "\n",
    "MovieLens 1M": "\n".join(f"{u}::{i}::{r}::{NOON}" for u, i, r in ROWS) + "\n",
    "semicolons, quoted, another order": 'item;user;"rating";timestamp\n'
    + "\n".join(f'"{i}";{u};{r};{NOON}' for u, i, r in ROWS),
    "commas, no header": "\n".join(f"{u},{i},{r},{NOON}" for u, i, r in ROWS),
    "spaces after commas": "user, item, rating, timestamp\n" + "\n".join(f"{u},{i},{r},{NOON}" for u, i, r in ROWS),
    "windows, byte order mark": "\ufeffuser,item,rating,timestamp\r\n"
    + "\r\n".join(f"{u},{i},{r},{NOON}" for u, i, r in ROWS),
}


def written(folder: Path, text: str) -> Path:
    path = folder / "ratings"
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(spark: SparkSession, tmp_path: Path, form: str) -> None:
    found = read_ratings(spark, written(tmp_path, FORMS[form])).collect()
    assert sorted((row.profile_key, row.title_id, row.rating) for row in found) == ROWS
    assert {row.rated_on for row in found} == {date(2000, 7, 30)}


def test_the_items_column_may_have_any_name(spark: SparkSession, tmp_path: Path) -> None:
    path = written(tmp_path, f"userId,Id,rating,timestamp\n1,10,4.0,{NOON}\n")
    assert [row.title_id for row in read_ratings(spark, path, "Id").collect()] == ["10"]


def test_of_a_pair_that_was_rated_twice_the_last_rating_counts(spark: SparkSession, tmp_path: Path) -> None:
    path = written(tmp_path, f"user,item,rating,timestamp\n1,10,4.0,{NOON}\n1,10,2.0,{NOON + 1}\n1,10,5.0,{NOON - 1}\n")
    assert [row.rating for row in read_ratings(spark, path).collect()] == [2.0]


@pytest.mark.parametrize(
    ("text", "item_column", "said"),
    [
        ("", None, "is empty"),
        (
            "userId,Id,rating,timestamp\n1,10,4.0,1\n",
            None,
            "has no column item: userId, Id, rating, timestamp. Name it",
        ),
        ("userId,Id,rating,timestamp\n1,10,4.0,1\n", "movie", "has no column movie"),
        ("1\t10\t4.0\n", None, "has 3 columns"),
        ("user,item,rating,timestamp\n1,10,good,1\n", None, "a row is not a user, an item, a number"),
    ],
)
def test_what_is_no_ratings_file_is_said(
    spark: SparkSession, tmp_path: Path, text: str, item_column: str | None, said: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(WrongUsageError, match=said) as raised:
        read_ratings(spark, path, item_column)
    assert str(path) in str(raised.value)
