"""What there is to watch: films, series with seasons, trailers, and the licences behind them."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from jobs.simulator.arrays import Flags, Floats, Ints
from jobs.simulator.streams import Purpose, open_stream
from jobs.simulator.world.names import draw_names
from jobs.simulator.world.plants import Plants
from jobs.simulator.world.regions import COUNTRIES

FILM_COUNT, SERIES_COUNT, TRAILER_COUNT = 130, 22, 8
# The genres between which tastes differ; the last group is what children's profiles get.
TASTE_GROUPS = (
    ("drama", "romance"),
    ("crime", "thriller"),
    ("comedy", "sitcom"),
    ("science fiction", "fantasy"),
    ("documentary", "nature"),
    ("family", "animation"),
)
FAMILY_GROUP = len(TASTE_GROUPS) - 1
THEMES = ("friendship", "revenge", "heist", "time travel", "small town", "survival", "true story", "first love")
MATURITY = ("all", "7+", "13+", "16+", "18+")
CHILD_MATURITY = ("all", "7+")
# Popularity falls with rank as rank^-0.8, the slope that is measured for video catalogues (Zipf with 0.6 to 1).
ZIPF_EXPONENT = 0.8
# A small parameter makes a work belong mostly to one group.
MIX_CONCENTRATION = 0.10
# Series hold most of the viewing of a subscription service: their pull is that of three films.
SERIES_PULL = 3.0
TRAILER_PULL = 0.3
EPISODES_PER_SEASON = 6
# Seven in eight works are licensed for a country.
LICENSED_SHARE = 0.88
FIRST_LICENCE_DAY, LAST_EARLY_LICENCE_DAY = date(2022, 1, 1), date(2026, 5, 1)

Row = dict[str, str | int | float | bool | list[str] | None]


@dataclass(frozen=True)
class Catalogue:
    """Titles, and the works that they belong to: a film, a trailer or a whole series is one work.

    `rows` are the lines of the `titles` feed. Of a title: `runtime_ms`, `work_of_title`, `licence_start` and
    `licence_end` (day ordinals, the end excluded). Of a work: `first_title` and `title_count` (its episodes follow
    each other), `popularity`, `mix` (share of each taste group), `is_family`, `is_offered` by country, `names`.
    """

    rows: list[Row]
    runtime_ms: Ints
    work_of_title: Ints
    licence_start: Ints
    licence_end: Ints
    first_title: Ints
    title_count: Ints
    popularity: Floats
    mix: Floats
    is_family: Flags
    is_offered: Flags
    names: list[str]
    genres: list[list[str]]
    leaving_title: int
    leaving_position_ms: int

    @property
    def title_ids(self) -> list[str]:
        return [str(row["title_id"]) for row in self.rows]

    def is_licensed(self, title: Ints, day: date) -> Flags:
        """Of each title, with a day on either side: a local day is not the licence's."""
        return (self.licence_start[title] < day.toordinal()) & (day.toordinal() + 1 < self.licence_end[title])


def draw_catalogue(seed: int, plants: Plants) -> Catalogue:
    """The catalogue of a seed: the same for any number of viewers, days and any start."""
    stream = open_stream(seed, Purpose.CATALOGUE)
    kinds = ["film"] * FILM_COUNT + ["series"] * SERIES_COUNT + ["trailer"] * TRAILER_COUNT
    works = len(kinds)
    names = draw_names(stream, works)
    mix = stream.dirichlet(np.full(len(TASTE_GROUPS), MIX_CONCENTRATION), works)
    popularity: Floats = np.asarray((stream.permutation(works) + 1.0) ** -ZIPF_EXPONENT, dtype=np.float64)
    popularity *= np.select([np.array(kinds) == "series", np.array(kinds) == "trailer"], [SERIES_PULL, TRAILER_PULL], 1)
    is_offered = stream.random((works, len(COUNTRIES))) < LICENSED_SHARE

    # The film with the planted moment is the most popular one, liked by all groups and offered everywhere.
    popularity[0] = popularity.max()
    mix[0] = 1 / len(TASTE_GROUPS)
    is_offered[0] = True
    # The planted genre has one film, little known, in one country.
    popularity[1] = popularity.min()
    is_offered[1] = np.arange(len(COUNTRIES)) == stream.integers(len(COUNTRIES))

    is_family = mix[:, FAMILY_GROUP] > 0.5
    genres = [_genres(stream, mix[work]) for work in range(works)]
    genres[1] = [plants.scarce_genre]
    rows: list[Row] = []
    for work, kind in enumerate(kinds):
        shared = _shared_fields(stream, genres[work], bool(is_family[work]), is_offered[work])
        rows.extend(_title_rows(stream, seed, kind, names[work], len(rows), shared))

    work_of_title = np.array([names.index(_work_name(row)) for row in rows])
    runtime_ms = np.array([int(str(row["runtime_seconds"])) * 1000 for row in rows])
    return Catalogue(
        rows=rows,
        runtime_ms=runtime_ms,
        work_of_title=work_of_title,
        licence_start=_day_ordinals(rows, "licence_start"),
        licence_end=_day_ordinals(rows, "licence_end"),
        first_title=np.searchsorted(work_of_title, np.arange(works)),
        title_count=np.bincount(work_of_title),
        popularity=popularity,
        mix=mix,
        is_family=is_family,
        is_offered=is_offered,
        names=names,
        genres=genres,
        leaving_title=0,
        leaving_position_ms=int(plants.leaving_ratio * runtime_ms[0]),
    )


def _genres(stream: np.random.Generator, mix: Floats) -> list[str]:
    """One genre of the strongest group, and of the second where it matters."""
    strongest, second = np.argsort(-mix)[:2]
    groups = [strongest, second] if mix[second] > 0.25 else [strongest]
    return [str(stream.choice(TASTE_GROUPS[group])) for group in groups]


def _shared_fields(stream: np.random.Generator, genres: list[str], is_family: bool, offered: Flags) -> Row:
    """What all titles of a work have in common. Money is for the whole licence of one title."""
    is_original = bool(stream.random() < 0.25)
    span = (LAST_EARLY_LICENCE_DAY - FIRST_LICENCE_DAY).days
    start = FIRST_LICENCE_DAY + timedelta(days=int(stream.integers(span)))
    # One licence in twenty runs out in the first half of June 2026; the rest last until 2028 at least.
    runs_out = stream.random() < 0.05 and not is_original and offered.sum() != len(COUNTRIES)
    end = date(2026, 6, int(stream.integers(3, 15))) if runs_out else date(2028, 1, 1 + int(stream.integers(28)))
    return {
        "genres": list(genres),
        "themes": sorted(str(theme) for theme in stream.choice(THEMES, int(stream.integers(1, 4)), replace=False)),
        "maturity": str(stream.choice(CHILD_MATURITY if is_family else MATURITY[2:])),
        "release_date": (start - timedelta(days=int(stream.integers(0, 1500)))).isoformat(),
        "is_original": is_original,
        "licence_cost": round(float(stream.lognormal(11.0, 0.9)), 2),
        "licence_currency": str(stream.choice(["USD", "EUR", "GBP"], p=[0.7, 0.2, 0.1])),
        "licence_start": start.isoformat(),
        "licence_end": end.isoformat(),
        "countries": [country for country, is_here in zip(COUNTRIES, offered, strict=True) if is_here],
    }


def _title_rows(
    stream: np.random.Generator, seed: int, kind: str, name: str, next_number: int, shared: Row
) -> list[Row]:
    """The rows of one work: an episode each for a series, else one."""
    if kind != "series":
        runtime_seconds = int(stream.integers(80, 151)) if kind == "trailer" else 60 * int(stream.integers(82, 141))
        title_id = f"title-{seed}-{next_number:04d}"
        return [_row(title_id, name if kind == "film" else f"Trailer: {name}", kind, runtime_seconds, shared)]
    seasons = int(stream.integers(1, 4))
    usual_runtime = int(60 * stream.integers(22, 55))
    rows = []
    for number in range(seasons * EPISODES_PER_SEASON):
        season, episode = number // EPISODES_PER_SEASON + 1, number % EPISODES_PER_SEASON + 1
        runtime = usual_runtime + int(stream.integers(-120, 121))
        title_id = f"title-{seed}-{next_number + number:04d}"
        row = _row(title_id, f"{name}: Season {season}: Episode {episode}", "episode", runtime, shared)
        row |= {
            "series_id": f"series-{seed}-{next_number:04d}",
            "season_number": season,
            "episode_number": episode,
        }
        rows.append(row)
    return rows


def _row(title_id: str, name: str, kind: str, runtime_seconds: int, shared: Row) -> Row:
    return {
        "title_id": title_id,
        "name": name,
        "kind": kind,
        "series_id": None,
        "season_number": None,
        "episode_number": None,
        "runtime_seconds": runtime_seconds,
        **shared,
    }


def _work_name(row: Row) -> str:
    return str(row["name"]).removeprefix("Trailer: ").split(": Season ")[0]


def _day_ordinals(rows: list[Row], field: str) -> Ints:
    return np.array([date.fromisoformat(str(row[field])).toordinal() for row in rows])
