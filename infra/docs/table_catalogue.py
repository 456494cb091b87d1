"""The table catalogue: what one row of each table is, what identifies it, what it is made of, and its columns."""

from collections.abc import Iterator, Sequence

from jobs.contracts.promises import AtLeast, Between, Equal, OneOf, Promise, Unique
from jobs.contracts.table import Input, Period, Table
from jobs.wording import counted

_HEAD = """# Tables

Made from `jobs/contracts` by `make docs`. How they follow from each other is in the
[table graph](table_graph.md). What is expected of bronze, silver and published rows beyond what stands here is in
`expectations/`.
"""


def table_catalogue(tables: Sequence[Table]) -> str:
    """A Markdown page with a section for each table, after a list of them all."""
    listed = [f"| [{table.full_name}](#{_anchor(table)}) | {_cell(table.row)} |" for table in tables]
    overview = "\n".join(["| table | one row is |", "|---|---|", *listed])
    return "\n".join([_HEAD, overview, *("\n".join(_section(table)) for table in tables)]) + "\n"


def _section(table: Table) -> Iterator[str]:
    yield f"\n## {table.full_name}\n"
    yield f"One row is {table.row}.{'' if table.is_kept else ' The gate judges these rows, and nobody keeps them.'}\n"
    yield f"- Key: {_listed(table.key)}"
    yield f"- Computed anew at once: {_period(table)}"
    for name, read in table.reads.items():
        yield f"- Made from `{name}`: {_input(read)}"
    for promise in table.promises:
        yield f"- Promise: {_in_words(promise)}"
    yield "\n| column | type | unit | null | privacy | purposes | meaning |\n|---|---|---|---|---|---|---|"
    for column in table.columns:
        null = "never" if column.name in table.never_null else ""
        purposes = ", ".join(column.purposes)
        cells = (
            f"`{column.name}`",
            f"`{column.type}`",
            column.unit or "",
            null,
            column.privacy,
            purposes,
            column.comment,
        )
        yield f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _period(table: Table) -> str:
    if table.period == Period.ALL:
        return "the whole table, or rows of some keys"
    return f"a {table.period}, by `{table.partitioned_by[0]}`"


def _input(read: Input) -> str:
    table = f"[{read.table.full_name}](#{_anchor(read.table)})" if read.table else "what it has itself"
    if read.table and read.table.period == Period.ALL:
        return table
    around = [
        f"{counted(days, 'day')} {where}"
        for days, where in ((read.days_before, "before"), (read.days_after, "after"))
        if days
    ]
    return f"{table}, of the same days{''.join(f' and {part}' for part in around)}"


def _in_words(promise: Promise) -> str:
    match promise:
        case Between(column, None, most):
            return f"`{column}` is at most {most:g}"
        case Between(column, least, None):
            return f"`{column}` is at least {least:g}"
        case Between(column, least, most):
            return f"`{column}` is from {least:g} to {most:g}"
        case AtLeast(higher, lower):
            return f"`{higher}` is at least `{lower}`, where both are known"
        case OneOf(column, values):
            return f"`{column}` is one of {_listed(values)}"
        case Unique(columns):
            return f"no two rows are equal in {_listed(columns)}"
        case Equal(column, other):
            return f"`{column}` equals `{other}`"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _anchor(table: Table) -> str:
    """As Markdown pages name the heading."""
    return table.full_name.replace(".", "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
