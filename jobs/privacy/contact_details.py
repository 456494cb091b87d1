"""E-mail addresses, phone and card numbers in text that people typed, however they are spread out."""

import re
import sys
import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

# Most texts hold neither an at sign nor seven digits: two looks, and they are done.
_MAY_HOLD_ADDRESS = re.compile(r"@|\W(?:at|dot)\W", re.IGNORECASE)
_MAY_HOLD_NUMBER = re.compile(r"(?:\d\D*){7}")

_DASHES = "".join(
    re.escape(character) for character in map(chr, range(sys.maxunicode)) if unicodedata.category(character) == "Pd"
)
_AT = r"\s*(?:@|[(\[{]\s*at\s*[)\]}])\s*"
_DOT = r"\s*(?:[.。]|[(\[{]\s*dot\s*[)\]}])\s*"
# `a n n a`: one letter at a time.
_OF_LOCAL = r"[^\s@<>()\[\]{},;:\"]"
_LOCAL = rf"(?:(?<!\S){_OF_LOCAL}(?:[ \t]+{_OF_LOCAL})+(?=\s*[@(\[{{])|{_OF_LOCAL}+)"
_LABEL = r"(?:[\w-](?:[ \t]+[\w-])+(?![\w-])|[\w-]+)"
_ADDRESS = re.compile(rf"{_LOCAL}{_AT}{_LABEL}(?:{_DOT}{_LABEL})+", re.IGNORECASE)
# Seven digits or more, however they are grouped: phone and card numbers. Years and episode numbers are shorter.
_BETWEEN_DIGITS = rf"[\s()./_,:·•*|~'{_DASHES}]"
_LONG_NUMBER = re.compile(rf"\+?\d(?:{_BETWEEN_DIGITS}*\d){{6,}}")
# Characters that nobody sees: joiners, soft hyphens, marks above and around others. Text is searched without them.
_UNSEEN = frozenset({"Cf", "Mn", "Me"})


Span: TypeAlias = tuple[int, int]


def without_contact_details(text: str) -> str:
    """The text with e-mail addresses, phone and card numbers replaced by what they were.

    They are found with spaces between letters or signs between digits, in full width, and with characters in them that
    nobody sees. Everything else stays as it was typed.
    """
    text = replaced(text, addresses(text), "[e-mail]")
    return replaced(text, long_numbers(text), "[number]")


def has_contact_details(text: str) -> bool:
    """Whether there is anything that `without_contact_details` would replace."""
    return bool(addresses(text) or long_numbers(text))


def addresses(text: str) -> list[Span]:
    """Where e-mail addresses begin and end."""
    return [] if text.isascii() and not _MAY_HOLD_ADDRESS.search(text) else _found(_ADDRESS, text)


def long_numbers(text: str) -> list[Span]:
    """Where numbers of seven digits or more begin and end."""
    return [] if text.isascii() and not _MAY_HOLD_NUMBER.search(text) else _found(_LONG_NUMBER, text)


def replaced(text: str, spans: Sequence[Span], instead: str) -> str:
    """The text with other words in the place of these parts of it."""
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return instead.join(text[end:start] for end, start in zip(ends, starts, strict=True))


def _found(pattern: re.Pattern[str], text: str) -> list[Span]:
    seen, places = _as_seen(text)
    return [(places[found.start()], places[found.end() - 1] + 1) for found in pattern.finditer(seen)]


def _as_seen(text: str) -> tuple[str, list[int]]:
    """The text in plain width without what nobody sees, and for each of its characters the place where it stood."""
    if text.isascii():
        return text, list(range(len(text)))
    plain = [
        (letter, place)
        for place, character in enumerate(text)
        for letter in unicodedata.normalize("NFKC", character)
        if unicodedata.category(letter) not in _UNSEEN
    ]
    return "".join(letter for letter, _ in plain), [place for _, place in plain]
