"""One section of the page: what it shows in words, as a picture and as rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from jobs.report.wording import clean_name

# Beyond that nobody reads on, and the page grows with the catalogue.
MOST_ROWS = 100
# How a column is headed, and how its values are written.
Shown = Mapping[str, tuple[str, Callable[..., str]]]


@dataclass(frozen=True)
class Rows:
    """A picture's rows in words. `left_out` says how many more there are; `is_number` which columns are figures."""

    headings: tuple[str, ...]
    is_number: tuple[bool, ...]
    cells: tuple[tuple[str, ...], ...]
    left_out: int


@dataclass(frozen=True)
class Section:
    """`message` says what is to be seen, of `period`; without a picture it says why there is none."""

    key: str
    heading: str
    period: str
    message: str
    definition: str
    picture: str | None = None
    rows: Rows | None = None


def shown_rows(frame: pd.DataFrame, shown: Shown) -> Rows | None:
    """The first rows of the frame in words; None where it has none."""
    if frame.empty:
        return None
    first = frame.head(MOST_ROWS)
    cells = [
        tuple(write(value) for (_, write), value in zip(shown.values(), row, strict=True))
        for row in first[list(shown)].itertuples(index=False, name=None)
    ]
    return Rows(
        tuple(heading for heading, _ in shown.values()),
        tuple(write is not text for _, write in shown.values()),
        tuple(cells),
        len(frame) - len(first),
    )


def text(value: object) -> str:
    """A column of words."""
    return "" if value is None or value is pd.NA else clean_name(str(value))
