"""Who is meant is said to a prompt or on standard input."""

import io

import pytest

from jobs.cli.asked import asked
from jobs.errors import WrongUsageError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_each_question_takes_a_line_of_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("account-1\n viewer-1 \n"))
    assert (asked("account"), asked("profile")) == ("account-1", "viewer-1")


def test_who_sits_at_a_terminal_is_asked_beside_the_result(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("viewer-1\n"))
    answer, said = asked("profile"), capsys.readouterr()
    assert answer == "viewer-1"
    assert (said.out, "The profile's id" in said.err) == ("", True)


@pytest.mark.parametrize("given", ["", "\n", "  \nviewer-1\n"], ids=["nothing", "an empty line", "spaces"])
def test_without_an_answer_it_says_what_to_give(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    with pytest.raises(WrongUsageError, match="Which profile\\? Give its id"):
        asked("profile")
