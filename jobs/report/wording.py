"""How the report writes figures, days, places and names."""

import unicodedata
from datetime import date, timedelta

import pandas as pd

from jobs.contracts.published import OTHER

NOTHING = "–"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# No line ends between a figure and its unit.
_SPACE = "\u00a0"
# Control characters, broken encoding, line and paragraph separators: none of them belongs into a name.
_NOT_IN_A_NAME = frozenset({"Cc", "Cs", "Zl", "Zp"})
# They turn around what follows, or are no characters of XML.
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")
_ISOLATED = "\u2068{}\u2069"


def amount(number: float) -> str:
    """`1,234`, `12.3`, `0.04`: three figures or all of those before the point."""
    if pd.isna(number):
        return NOTHING
    if number == 0 or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if abs(number) >= 0.95 else f"{number:.2g}"


def whole(number: float) -> str:
    return NOTHING if pd.isna(number) else f"{int(number):,}"


def percent(share: float) -> str:
    """With one place below ten per cent."""
    if pd.isna(share):
        return NOTHING
    return f"{100 * share:.0f}{_SPACE}%" if share == 0 or abs(share) >= 0.0995 else f"{100 * share:.1f}{_SPACE}%"


def seconds(number: float) -> str:
    return NOTHING if pd.isna(number) else f"{number:.1f}{_SPACE}s"


def money(number: float, currency: str) -> str:
    if pd.isna(number):
        return NOTHING
    return f"{currency}{_SPACE}{number:,.0f}" if abs(number) >= 100 else f"{currency}{_SPACE}{number:,.2f}"


def media_time(position_seconds: float) -> str:
    """`75:30`: minutes and seconds of the title."""
    minutes, rest = divmod(int(position_seconds), 60)
    return f"{minutes:02d}:{rest:02d}"


def day_text(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def place_of_day(day: str) -> int:
    """In the week; what is no day comes after it."""
    return DAYS.index(day) if day in DAYS else len(DAYS)


def month_text(day: date) -> str:
    return f"{day:%B %Y}"


def week_text(first: date) -> str:
    """`8–14 June 2026`, `29 June – 5 July 2026`."""
    last = first + timedelta(days=6)
    if first.month == last.month:
        return f"{first.day}–{day_text(last)}"
    return f"{first.day} {first:%B}{'' if first.year == last.year else f' {first.year}'} – {day_text(last)}"


def region_text(country: str, region: str) -> str:
    if country == OTHER:
        return "other regions"
    return f"{country}, other" if region == OTHER else region


def clean_name(name: str) -> str:
    """Somebody else's text on one line; any script, emoji and joiners stay."""
    kept = (
        " " if unicodedata.category(letter) in _NOT_IN_A_NAME else letter for letter in name if letter not in _TURNING
    )
    return " ".join("".join(kept).split())


def short_name(name: str, columns: int) -> str:
    """As much of the name as fits into that many columns; letters of East Asia take two."""
    name, taken, shown = clean_name(name), 0, ""
    for letter in name:
        taken += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if taken > columns:
            return f"{shown[:-1].rstrip()}…"
        shown += letter
    return shown


def quoted(name: str) -> str:
    """A name within a sentence: one that is written from right to left does not turn the sentence around."""
    return f"“{_ISOLATED.format(clean_name(name))}”"
