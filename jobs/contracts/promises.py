"""What a table promises of its values beyond its columns, its key and what is never null: plain data for the gate."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Between:
    """No value of the column is below `least` or above `most`; null: no bound."""

    column: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class AtLeast:
    """One column is at least as large as the other, where both are known: what must be known, the contract says."""

    higher: str
    lower: str


@dataclass(frozen=True)
class OneOf:
    """The column has no other values."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Unique:
    """No two rows are equal in these columns."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class Equal:
    """Two columns are equal in every row."""

    column: str
    other: str


Promise = Between | AtLeast | OneOf | Unique | Equal


def never_negative(*columns: str) -> tuple[Promise, ...]:
    return tuple(Between(column, least=0) for column in columns)


def share(*columns: str) -> tuple[Promise, ...]:
    """From 0 to 1."""
    return tuple(Between(column, 0, 1) for column in columns)


def at_least(higher: str, *lower: str) -> tuple[Promise, ...]:
    return tuple(AtLeast(higher, name) for name in lower)


def between_its_ends(*estimates: str) -> tuple[Promise, ...]:
    """An estimate lies in its interval, where both are known."""
    return tuple(
        AtLeast(higher, lower)
        for name in estimates
        for higher, lower in ((f"{name}_high", name), (name, f"{name}_low"))
    )


def about_zero(*columns: str) -> tuple[Promise, ...]:
    """Sums of the same doubles in another order differ by far less, a second in a day of a household by far more."""
    return tuple(Between(column, -1e-9, 1e-9) for column in columns)
