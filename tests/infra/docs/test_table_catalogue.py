import pytest

from infra.docs.table_catalogue import table_catalogue
from jobs.contracts.promises import AtLeast, Between, Equal, OneOf, Promise, Unique
from jobs.contracts.table import Column, Input, Layer, Privacy, Table

PLAYS = Table(
    layer=Layer.SILVER,
    name="plays",
    row="one play",
    columns=(
        Column("play_id", "string", "Which play", Privacy.PSEUDONYM),
        Column("play_date", "date", "UTC date"),
        Column("watched_seconds", "double", "Time | watched", unit="seconds"),
    ),
    key=("play_id",),
    partitioned_by=("play_date",),
    promises=(Between("watched_seconds", least=0),),
)


def table_of(promise: Promise) -> Table:
    columns = (Column("a", "int", "A"), Column("b", "int", "B"))
    return Table(Layer.GOLD, "example", "one example", columns, key=("a",), promises=(promise,))


def test_a_table_is_its_row_key_period_promises_and_columns() -> None:
    page = table_catalogue([PLAYS])
    assert page[page.index("## ") :] == (
        "## silver.plays\n\n"
        "One row is one play.\n\n"
        "- Key: `play_id`\n"
        "- Computed anew at once: a date, by `play_date`\n"
        "- Promise: `watched_seconds` is at least 0\n\n"
        "| column | type | unit | null | privacy | purposes | meaning |\n"
        "|---|---|---|---|---|---|---|\n"
        "| `play_id` | `string` |  | never | pseudonym | analytics | Which play |\n"
        "| `play_date` | `date` |  | never | none | analytics | UTC date |\n"
        "| `watched_seconds` | `double` | seconds |  | none | analytics | Time \\| watched |\n"
    )


def test_the_list_leads_to_each_table() -> None:
    assert "| [silver.plays](#silverplays) | one play |\n" in table_catalogue([PLAYS])


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (PLAYS.days(), "[silver.plays](#silverplays), of the same days"),
        (PLAYS.days(before=27), "[silver.plays](#silverplays), of the same days and 27 days before"),
        (PLAYS.days(1, 2), "[silver.plays](#silverplays), of the same days and 1 day before and 2 days after"),
        (Input(None, days_before=3), "what it has itself, of the same days and 3 days before"),
    ],
    ids=["its days", "days before", "days around", "itself"],
)
def test_an_input_says_which_days_of_it(read: Input, words: str) -> None:
    column = Column("day", "date", "UTC date")
    made = Table(Layer.GOLD, "made", "one day", (column,), ("day",), ("day",), reads={"plays": read})
    assert f"- Made from `plays`: {words}\n" in table_catalogue([made])


def test_a_table_of_no_period_is_an_input_as_a_whole() -> None:
    names = table_of(Between("a", least=0))
    column = Column("day", "date", "UTC date")
    made = Table(Layer.GOLD, "made", "one day", (column,), ("day",), ("day",), reads={"names": names.whole()})
    assert "- Made from `names`: [gold.example](#goldexample)\n" in table_catalogue([made])


@pytest.mark.parametrize(
    ("promise", "words"),
    [
        (Between("a", least=1), "`a` is at least 1"),
        (Between("a", most=0.5), "`a` is at most 0.5"),
        (Between("a", 0, 1), "`a` is from 0 to 1"),
        (AtLeast("a", "b"), "`a` is at least `b`, where both are known"),
        (OneOf("a", ("x", "y")), "`a` is one of `x`, `y`"),
        (Unique(("a", "b")), "no two rows are equal in `a`, `b`"),
        (Equal("a", "b"), "`a` equals `b`"),
    ],
    ids=str,
)
def test_a_promise_is_a_sentence(promise: Promise, words: str) -> None:
    assert f"- Promise: {words}\n" in table_catalogue([table_of(promise)])
