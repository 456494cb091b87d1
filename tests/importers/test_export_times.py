from datetime import UTC, datetime, timedelta

import pytest

from jobs.importers.csv_table import ExportError
from jobs.importers.export_times import DateOrder, date_order, read_moment, read_seconds, read_time, rfc3339

EVENING = datetime(2022, 3, 5, 21, 7, tzinfo=UTC)


def read_all(*texts: str) -> list[datetime | None]:
    order = date_order("f.csv", enumerate(texts, start=2))
    return [read_time(text, order) for text in texts]


@pytest.mark.parametrize(
    "texts",
    [
        ["2022-03-05 21:07:00"],
        ["3/5/2022 21:07", "3/13/2022 1:00"],
        ["3/5/22 21:07", "3/13/22 1:00"],
        ["3/5/22 9:07 PM", "3/13/22 1:00 AM"],
        ["5/3/2022 21:07", "13/3/2022 1:00"],
        ["05.03.22 21:07"],
        ["05.03.2022 21:07:00"],
    ],
)
def test_each_spelling_is_read(texts: list[str]) -> None:
    assert read_all(*texts)[0] == EVENING


@pytest.mark.parametrize(
    "text",
    [
        "1646514420",
        "1646514420.0",
        "1646514420000",
        "1646514420000000",
        "1646514420000000000",
        "2022-03-05 21:07:00",
        "2022-03-05T21:07:00Z",
        "2022-03-05T22:07:00+01:00",
    ],
)
def test_a_moment_is_a_number_of_any_unit_or_an_iso_date(text: str) -> None:
    assert read_moment(text) == EVENING


@pytest.mark.parametrize(
    "text", ["", "now", "3/5/2022", "nan", "inf", "1e30", "2022-02-30", "-99999999999", "0001-01-01T00:00:00+05:00"]
)
def test_what_is_neither_is_no_moment(text: str) -> None:
    assert read_moment(text) is None


def test_a_fraction_of_a_second_is_kept() -> None:
    assert read_moment("1646514420.25") == read_moment("1646514420250") == EVENING + timedelta(milliseconds=250)


def test_a_date_alone_is_its_midnight() -> None:
    assert read_all("3/13/22") == [datetime(2022, 3, 13, tzinfo=UTC)]


def test_one_telling_row_decides_for_all_before_and_after_it() -> None:
    assert read_all("1/2/22 0:00", "13/1/22 0:00", "3/4/22 0:00") == [
        datetime(2022, 2, 1, tzinfo=UTC),
        datetime(2022, 1, 13, tzinfo=UTC),
        datetime(2022, 4, 3, tzinfo=UTC),
    ]


def test_an_undecided_file_is_an_error_that_names_the_row() -> None:
    with pytest.raises(ExportError, match=r"f\.csv, row 3: .*YYYY-MM-DD"):
        read_all("2022-03-05 21:07:00", "1/2/22 0:00", "3/4/22 0:00")


def test_rows_that_contradict_each_other_are_an_error_that_names_both() -> None:
    with pytest.raises(ExportError, match=r"f\.csv: the dates in rows 3 and 4 cannot both be right"):
        read_all("1/2/22 0:00", "1/13/22 0:00", "13/1/22 0:00")


@pytest.mark.parametrize(
    "text", ["", "yesterday", "13/13/22 0:00", "2022-02-30 00:00:00", "2022-01-01 25:00:00", "٣/٤"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text, DateOrder.MONTH_FIRST) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:00:15", 15), ("1:02:03", 3723), ("100:00:00", 360_000), ("2:03", None), ("0:60:00", None)],
)
def test_durations(text: str, seconds: int | None) -> None:
    assert read_seconds(text) == seconds


@pytest.mark.parametrize(
    ("plus_ms", "text"),
    [(0, "2022-03-05T21:07:00.000Z"), (-1, "2022-03-05T21:06:59.999Z"), (1_500, "2022-03-05T21:07:01.500Z")],
)
def test_a_moment_is_written_with_milliseconds(plus_ms: int, text: str) -> None:
    assert rfc3339(EVENING, plus_ms) == text
