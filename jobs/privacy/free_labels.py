"""Labels whose words nobody lists (an error code, a plan's or a file's name): what tells of a person is not kept."""

import re
from collections.abc import Iterable

from jobs.privacy.contact_details import addresses, long_numbers, replaced

# What stands in the place of a label that tells of somebody.
OTHER_LABEL = "other"
# A UUID, or so many hexadecimal digits that they are somebody's.
_ID = re.compile(
    r"[0-9A-Fa-f]{8}(?:-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}|(?<![0-9A-Za-z])(?=[A-Fa-f]*\d)[0-9A-Fa-f]{16,}"
)
# Shorter ids may be part of a word.
SHORTEST_ID_WITHIN = 6
# Files are named by date and hour.
_DATE = re.compile(r"(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])")
_FEWEST_DIGITS_OF_A_PHONE = 9


def tells_of_a_person(label: str) -> bool:
    """Whether there is an e-mail address, a phone or card number, or what looks like an id in it.

    Digits that follow a letter are a code: `M7121-1331-4027`.
    """
    numbers = (start for start, _ in long_numbers(label) if start == 0 or not label[start - 1].isalpha())
    return bool(_ID.search(label) or addresses(label) or any(True for _ in numbers))


def names_one_of(label: str, identifiers: Iterable[str | None]) -> bool:
    """Whether the label is one of the identifiers, or has one in it that is too long to be there by accident."""
    return any(
        label == identifier or (len(identifier) >= SHORTEST_ID_WITHIN and identifier in label)
        for identifier in identifiers
        if identifier
    )


def file_name_without_contact_details(name: str) -> str:
    """The name with e-mail addresses and phone numbers replaced; dates and digests stay."""
    name = replaced(name, addresses(name), "[e-mail]")
    return replaced(name, [span for span in long_numbers(name) if _is_phone_number(name, *span)], "[number]")


def _is_phone_number(name: str, start: int, end: int) -> bool:
    is_of_a_word = name[:start][-1:].isalpha() or name[end:][:1].isalpha()
    digits = sum(character.isdigit() for character in name[start:end])
    return digits >= _FEWEST_DIGITS_OF_A_PHONE and not is_of_a_word and not _DATE.match(name[start:end])
