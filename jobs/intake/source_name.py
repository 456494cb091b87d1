"""A file's name as it may be shown: nothing in it can move a cursor, turn text around or leave a folder."""

import unicodedata
from pathlib import PurePath

# Longer names tell a reader no more; file systems stop at 255 bytes.
LONGEST_NAME = 200
# Control, format (bidirectional overrides, zero width), broken encoding, line and paragraph separators.
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def shown_name(path: PurePath) -> str:
    """The base name with unshowable characters as escapes (`\\x1b`, `\\u202e`), at most `LONGEST_NAME` characters."""
    shown = "".join(_escaped(character) for character in path.name)
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…"


def _escaped(character: str) -> str:
    if unicodedata.category(character) not in _UNSHOWABLE:
        return character
    return character.encode("unicode_escape").decode("ascii")
