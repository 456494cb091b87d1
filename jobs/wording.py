"""Words that messages and tables share."""

import unicodedata

# Control, format (bidirectional overrides, zero width), broken encoding, line and paragraph separators.
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def shown_text(text: str) -> str:
    """Somebody else's text, so that it cannot move the cursor, clear the screen or turn what follows around."""
    return "".join(_escaped(character) for character in text)


def counted(number: int, thing: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _escaped(character: str) -> str:
    if unicodedata.category(character) not in _UNSHOWABLE:
        return character
    return character.encode("unicode_escape").decode("ascii")
