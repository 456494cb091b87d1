"""A file's name as it may be shown: nothing in it can move a cursor, turn text around or leave a folder."""

from pathlib import PurePath

from jobs.privacy.free_labels import file_name_without_contact_details
from jobs.wording import shown_text

# Longer names tell a reader no more; file systems stop at 255 bytes.
LONGEST_NAME = 200


def shown_name(path: PurePath) -> str:
    r"""The base name with unshowable characters as escapes (`\x1b`, `\u202e`), at most `LONGEST_NAME` characters.

    E-mail addresses and phone numbers in it are replaced by what they were: it stands in tables and messages.
    """
    shown = shown_text(file_name_without_contact_details(path.name))
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…"
