"""The table graph: which table is made from which, and of which days."""

from collections.abc import Iterator, Sequence

from jobs.contracts.table import Input, Table
from jobs.wording import counted

_HEAD = """# Table graph

Made from what the contracts in `jobs/contracts` read, by `make docs`. An arrow leads from what is read to what is made
of it; where it says days, rows of so many days before or after have a part in it, too. Tables with round corners are
judged by the gate and not kept. What each holds is in the [catalogue](tables.md).
"""


def table_graph(tables: Sequence[Table]) -> str:
    """A Markdown page with a Mermaid graph, and the names of the tables that no contract says the inputs of."""
    edges = [(read.table or table, table, read) for table in tables for read in table.reads.values()]
    shown = [table for table in tables if any(table in (source, made) for source, made, _ in edges)]
    graph = ["```mermaid", "flowchart LR", *_nodes(shown), *(_edge(*edge) for edge in edges), "```"]
    others = ", ".join(f"`{table.full_name}`" for table in tables if not table.reads)
    return "\n".join([_HEAD, *graph, "", f"Made by a job of their own: {others}."]) + "\n"


def _nodes(tables: Sequence[Table]) -> Iterator[str]:
    for layer in dict.fromkeys(table.layer for table in tables):
        yield f"    subgraph {layer}"
        for table in tables:
            if table.layer == layer:
                shape = f'["{table.name}"]' if table.is_kept else f'("{table.name}")'
                yield f"        {_node(table)}{shape}"
        yield "    end"


def _edge(source: Table, made: Table, read: Input) -> str:
    days = [
        f"{counted(days, 'day')} {where}"
        for days, where in ((read.days_before, "before"), (read.days_after, "after"))
        if days
    ]
    arrow = f'-- "{", ".join(days)}" -->' if days else "-->"
    return f"    {_node(source)} {arrow} {_node(made)}"


def _node(table: Table) -> str:
    return table.full_name.replace(".", "_")
