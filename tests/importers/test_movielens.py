from pathlib import Path
from typing import Any

import orjson
import pytest

from jobs.importers.csv_table import ExportError
from jobs.importers.import_report import ImportReport
from jobs.importers.movielens import import_movielens

RATINGS = "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n"
MOVIES = 'movieId,title,genres\n31,"Dangerous Minds (1995)",Drama|War\n32,Twelve,(no genres listed)\n'


def written(report: ImportReport) -> dict[str, list[dict[str, Any]]]:
    return {file.feed: [orjson.loads(line) for line in file.path.read_bytes().splitlines()] for file in report.files}


def imported(tmp_path: Path, **files: str) -> ImportReport:
    for name, content in files.items():
        (tmp_path / f"{name}.csv").write_text(content)
    return import_movielens(tmp_path, tmp_path / "inbox")


def test_a_rating_is_a_rated_event_with_stars(tmp_path: Path) -> None:
    assert written(imported(tmp_path, ratings=RATINGS))["events"] == [
        {
            "event_id": "ml-2-31-1260759144",
            "event_type": "rated",
            "schema_version": 1,
            "event_time": "2009-12-14T02:52:24.000Z",
            "account_id": "ml-1",
            "profile_id": "ml-1",
            "title_id": "ml-31",
            "details": {"stars": 2.5},
        }
    ]


@pytest.mark.parametrize(
    "time", ["1260759144", "1260759144.0", "1260759144000", "1260759144000000", "2009-12-14T02:52:24Z"]
)
def test_one_moment_is_one_event_however_its_time_is_written(tmp_path: Path, time: str) -> None:
    of_time = written(imported(tmp_path, ratings=RATINGS.replace("1260759144", time)))["events"]
    (tmp_path / "seconds").mkdir()
    assert of_time == written(imported(tmp_path / "seconds", ratings=RATINGS))["events"]


def test_a_movie_is_a_film_with_its_genres(tmp_path: Path) -> None:
    assert written(imported(tmp_path, movies=MOVIES))["titles"] == [
        {"title_id": "ml-31", "name": "Dangerous Minds (1995)", "kind": "film", "genres": ["Drama", "War"]},
        {"title_id": "ml-32", "name": "Twelve", "kind": "film", "genres": []},
    ]


@pytest.mark.parametrize(
    "row", ["x,31,2.5,1", "1,31,6.0,1", "1,31,nan,1", "1,31,,1", "1,31,2.5,now", "1,31,2.5,1,9", "1"]
)
def test_a_row_that_cannot_be_read_is_named_and_left_out(tmp_path: Path, row: str) -> None:
    report = imported(tmp_path, ratings=f"{RATINGS}{row}\n")
    assert [(row.file, row.number) for row in report.unreadable] == [("ratings.csv", 3)]
    assert len(written(report)["events"]) == 1


def test_a_file_without_a_needed_column_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"ratings\.csv has no column rating among the 4 in its first line"):
        imported(tmp_path, ratings="userId,movieId,stars,timestamp\n")


def test_a_folder_with_neither_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"neither ratings\.csv nor movies\.csv"):
        imported(tmp_path)


def test_the_real_data_comes_whole(shared_data: Path, tmp_path: Path) -> None:
    report = import_movielens(shared_data / "movielens", tmp_path)
    assert {file.feed: file.line_count for file in report.files} == {"titles": 9_742, "events": 100_836}
    assert report.unreadable == ()
    assert len({event["event_id"] for event in written(report)["events"]}) == 100_836
