"""E-mail addresses, phone and card numbers in text that people typed, however they are spread out."""

import re
import sys
import unicodedata
from collections.abc import Iterator

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
_EMAIL = re.compile(rf"{_LOCAL}{_AT}{_LABEL}(?:{_DOT}{_LABEL})+", re.IGNORECASE)
# Seven digits or more, however they are grouped: phone and card numbers. Years and episode numbers are shorter.
_BETWEEN_DIGITS = rf"[\s()./_,:·•*|~'{_DASHES}]"
_LONG_NUMBER = re.compile(rf"\+?\d(?:{_BETWEEN_DIGITS}*\d){{6,}}")
_FOUND = ((_EMAIL, "[e-mail]"), (_LONG_NUMBER, "[number]"))
# Characters that nobody sees: joiners, soft hyphens, marks above and around others. Text is searched without them.
_UNSEEN = frozenset({"Cf", "Mn", "Me"})


def without_contact_details(text: str) -> str:
    """The text with e-mail addresses, phone and card numbers replaced by what they were.

    They are found with spaces between letters or signs between digits, in full width, and with characters in them that
    nobody sees. Everything else stays as it was typed.
    """
    if text.isascii() and not _MAY_HOLD_ADDRESS.search(text) and not _MAY_HOLD_NUMBER.search(text):
        return text
    for pattern, instead in _FOUND:
        text = "".join(_replaced(text, pattern, instead))
    return text


def has_contact_details(text: str) -> bool:
    """Whether there is anything that `without_contact_details` would replace."""
    return without_contact_details(text) != text


def _replaced(text: str, pattern: re.Pattern[str], instead: str) -> Iterator[str]:
    """The text in pieces."""
    seen, places = _as_seen(text)
    end = 0
    for found in pattern.finditer(seen):
        yield text[end : places[found.start()]]
        yield instead
        end = places[found.end() - 1] + 1
    yield text[end:]


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
