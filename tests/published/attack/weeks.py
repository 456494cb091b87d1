"""Weeks of few people with few habits: what was watched, and what everybody knows of it, the catalogue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

GENRES = ("crime", "drama", "horror", "western")
# What somebody watches at most who watches all day, every day.
_ALL_DAY_HOURS = 60
PARTS = ("Monday 18-21", "Friday 18-21", "Friday 21-24", "Sunday 15-18", "Sunday 21-24")


class Cell(NamedTuple):
    """The smallest thing that a week can be told by: a title, on a day, in three hours of it, as `Friday 18-21`."""

    title: str
    part: str


class Play(NamedTuple):
    """One play, by one profile of an account."""

    account: str
    profile: str
    cell: Cell
    hours: float


@dataclass(frozen=True)
class Title:
    """What the catalogue says of a title."""

    genres: frozenset[str]
    runtime_hours: float


@dataclass(frozen=True)
class Week:
    """What happened in a week, and the catalogue of it."""

    plays: tuple[Play, ...]
    catalogue: Mapping[str, Title]
    parts: tuple[str, ...] = PARTS

    @property
    def cells(self) -> list[Cell]:
        return [Cell(title, part) for title in self.catalogue for part in self.parts]

    def accounts(self, cells: Iterable[Cell]) -> frozenset[str]:
        wanted = frozenset(cells)
        return frozenset(play.account for play in self.plays if play.cell in wanted)

    @property
    def hours(self) -> float:
        return sum(play.hours for play in self.plays)


def simulated_week(seed: int) -> Week:
    """Households, favourites, somebody who watches all day: rows are nearly too small, and some are one person's."""
    random = Random(seed)
    catalogue = {
        f"title-{number}": Title(frozenset(random.sample(GENRES, random.choice([1, 1, 2, 2, 3]))), runtime)
        for number, runtime in enumerate(random.choices([0.1, 0.4, 0.8, 2.0], k=random.randint(3, 9)))
    }
    accounts = random.randint(8, 110)
    popularity = [1 / (place + 1) for place in range(len(catalogue))]
    plays = []
    for account in range(accounts):
        profiles = random.choice([1, 1, 1, 2, 4])
        favourites = random.choices(list(catalogue), popularity, k=random.randint(1, 3))
        if random.random() < 0.02:
            favourites, often = favourites[:1], int(_ALL_DAY_HOURS / catalogue[favourites[0]].runtime_hours)
        else:
            often = random.randint(1, 4)
        for _ in range(often):
            title = random.choice(favourites)
            plays.append(
                Play(
                    f"account-{account}",
                    f"profile-{account}-{random.randrange(profiles)}",
                    Cell(title, random.choices(PARTS, [3, 4, 4, 1, 2])[0]),
                    catalogue[title].runtime_hours * random.choice([0.1, 0.5, 1.0, 1.0]),
                )
            )
    return Week(tuple(plays), catalogue)
