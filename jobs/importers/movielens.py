"""MovieLens: a rating is a `rated` event with stars, a movie is a film."""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jobs.importers.csv_table import ExportError, UnreadableRow, read_rows
from jobs.importers.export_times import read_moment, rfc3339
from jobs.importers.import_report import ImportReport
from jobs.importers.inbox_file import write_inbox_file

SOURCE = "movielens"
# Copies exist whose item column is named `Id`.
_RENAMED = {"Id": "movieId"}
# Eleven digits hold every id.
_WHOLE_NUMBER = re.compile(r"[0-9]{1,11}")
_NO_GENRES = "(no genres listed)"
# The scale of MovieLens since 2003, and that of our `rated` event.
_FEWEST_STARS, _MOST_STARS = 0.5, 5.0


def import_movielens(directory: Path, inbox: Path) -> ImportReport:
    """Puts `ratings.csv` into the inbox as events and `movies.csv` as titles; one of them alone will do.

    A user is both account and profile, `ml-<userId>`; a movie is `ml-<movieId>`. Silver keeps the id of an event as it
    is: it names the row and not the user. Raises `ExportError`.
    """
    unreadable: list[UnreadableRow] = []
    ratings, movies = directory / "ratings.csv", directory / "movies.csv"
    if not ratings.is_file() and not movies.is_file():
        raise ExportError(f"{directory} has neither ratings.csv nor movies.csv. Give the unpacked MovieLens folder.")
    files = []
    if movies.is_file():
        files.append(write_inbox_file(inbox, "titles", SOURCE, _titles(movies, unreadable)))
    if ratings.is_file():
        files.append(write_inbox_file(inbox, "events", SOURCE, _rated_events(ratings, unreadable)))
    return ImportReport(tuple(file for file in files if file), tuple(unreadable))


def _rated_events(path: Path, unreadable: list[UnreadableRow]) -> Iterator[dict[str, Any]]:
    for row in read_rows(path, ("userId", "movieId", "rating", "timestamp"), _RENAMED):
        user, movie = row["userId"], row["movieId"]
        stars, moment = _stars(row["rating"]), read_moment(row["timestamp"])
        if stars is None or moment is None or not all(_WHOLE_NUMBER.fullmatch(text) for text in (user, movie)):
            reason = (
                f"userId and movieId must be whole numbers, rating {_FEWEST_STARS} to {_MOST_STARS}, timestamp a date "
                "or a number of seconds, milli-, micro- or nanoseconds since 1970."
            )
            unreadable.append(UnreadableRow(path.name, row.number, reason))
            continue
        yield {
            "event_id": f"ml-{row.number}-{movie}-{int(moment.timestamp())}",
            "event_type": "rated",
            "schema_version": 1,
            "event_time": rfc3339(moment),
            "account_id": f"ml-{user}",
            "profile_id": f"ml-{user}",
            "title_id": f"ml-{movie}",
            "details": {"stars": stars},
        }


def _titles(path: Path, unreadable: list[UnreadableRow]) -> Iterator[dict[str, Any]]:
    for row in read_rows(path, ("movieId", "title", "genres"), _RENAMED):
        movie, name, genres = row["movieId"], row["title"], row["genres"]
        if not _WHOLE_NUMBER.fullmatch(movie) or not name:
            unreadable.append(UnreadableRow(path.name, row.number, "movieId must be a whole number, title not empty."))
            continue
        yield {
            "title_id": f"ml-{movie}",
            "name": name,
            "kind": "film",
            "genres": [] if genres in ("", _NO_GENRES) else genres.split("|"),
        }


def _stars(text: str) -> float | None:
    try:
        stars = float(text)
    except ValueError:
        return None
    return stars if math.isfinite(stars) and _FEWEST_STARS <= stars <= _MOST_STARS else None
