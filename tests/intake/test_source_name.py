from pathlib import Path

import pytest

from jobs.intake.source_name import LONGEST_NAME, shown_name


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("inbox/events/plain.ndjson", "plain.ndjson"),
        ("../../etc/passwd.ndjson", "passwd.ndjson"),
        ("a\nb\x1b[2Jc.ndjson", "a\\nb\\x1b[2Jc.ndjson"),
        ("abc\u202enosjdn.ndjson", "abc\\u202enosjdn.ndjson"),
        ("a\u2028b\u200bc.ndjson", "a\\u2028b\\u200bc.ndjson"),
        ("Łódź 🌱.ndjson", "Łódź 🌱.ndjson"),
        ("calls of anna@mail.com, 0612345678.ndjson", "calls of [e-mail], [number].ndjson"),
        ("\udcff.ndjson", "\\udcff.ndjson"),
    ],
)
def test_a_name_is_shown_so_that_it_does_nothing(path: str, shown: str) -> None:
    assert shown_name(Path(path)) == shown


def test_a_long_name_is_cut() -> None:
    assert shown_name(Path("x" * 250)) == "x" * (LONGEST_NAME - 1) + "…"
