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


# How the same moment is written.
TIMES = {
    "a fraction": f"{NOON}.0",
    "milliseconds": f"{NOON}022",
    "microseconds": f"{NOON}022000",
    "nanoseconds": f"{NOON}022000000",
    "an exponent": "9.64982703e8",
    "a date": "2000-07-30",
    "a time in UTC": "2000-07-30T18:45:03Z",
    "a time without a zone": "2000-07-30 18:45:03",
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


@pytest.mark.parametrize("header", ["user_id:token,item_id:token,rating:float,timestamp:float\n", ""])
@pytest.mark.parametrize("form", TIMES)
def test_times_of_every_unit_are_read(spark: SparkSession, tmp_path: Path, form: str, header: str) -> None:
    rows = "\n".join(f"{u},{i},{r},{TIMES[form]}" for u, i, r in ROWS)
    found = read_ratings(spark, written(tmp_path, header + rows)).collect()
    assert sorted((row.profile_key, row.title_id, row.rating) for row in found) == ROWS
    assert {row.rated_on for row in found} == {date(2000, 7, 30)}


def test_within_a_second_the_later_rating_counts(spark: SparkSession, tmp_path: Path) -> None:
    path = written(
        tmp_path, f"user,item,rating,timestamp\n1,10,4.0,{NOON}300\n1,10,2.0,{NOON}400\n1,10,5.0,{NOON}399\n"
    )
    assert [row.rating for row in read_ratings(spark, path).collect()] == [2.0]


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
        ("user,item,rating,timestamp\n1,10,good,1\n", None, "row 2: the rating is not a number"),
        ("user,item,rating,timestamp\n1,10,nan,1\n", None, "row 2: the rating is not a number"),
        ("1,10,4.0,1\n1,20,4.0,yesterday\n", None, "row 2: the timestamp is neither a date nor a number of seconds"),
        ("1::10::4.0::1\n1::20::4.0::1\n1::20::4.0\n", None, "row 3: the timestamp is neither"),
        ('timestamp;item;"user";rating\n1;10;2;4.0\n1;;2;4.0\n', None, "row 3: the item is missing"),
    ],
)
def test_what_is_no_ratings_file_is_said(
    spark: SparkSession, tmp_path: Path, text: str, item_column: str | None, said: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(WrongUsageError, match=said) as raised:
        read_ratings(spark, path, item_column)
    assert str(path) in str(raised.value)


def test_who_rated_is_in_no_message(spark: SparkSession, tmp_path: Path) -> None:
    path = written(tmp_path, "user,item,rating,timestamp\nann@example.org,10,4.0,1\nann@example.org,20,4.0,soon\n")
    with pytest.raises(WrongUsageError, match="row 3") as raised:
        read_ratings(spark, path)
    assert "ann" not in str(raised.value).removeprefix(str(path))


def test_case_25_is_the_same_in_every_form(spark: SparkSession, shared_cases: Path) -> None:
    folder = next(shared_cases.glob("25-*"))
    in_seconds, *others = (
        sorted(map(tuple, read_ratings(spark, folder / name).collect()))
        for name in ("ratings_s.csv", "ratings_ms.csv", "ratings.inter")
    )
    assert others == [in_seconds, in_seconds]
