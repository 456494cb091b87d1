"""Every generated page, by the file in this folder that it is written to."""

from collections.abc import Callable
from pathlib import Path

from infra.docs.dag_list import dag_list
from infra.docs.table_catalogue import table_catalogue
from infra.docs.table_graph import table_graph
from jobs.contracts.all_tables import ALL_TABLES
from jobs.contracts.gold import ONLY_JUDGED

FOLDER = Path(__file__).parent
DAGS = FOLDER.parents[1] / "dags"
PAGES: dict[str, Callable[[], str]] = {
    "tables.md": lambda: table_catalogue((*ALL_TABLES, *ONLY_JUDGED)),
    "table_graph.md": lambda: table_graph((*ALL_TABLES, *ONLY_JUDGED)),
    "dags.md": lambda: dag_list({path.name: path.read_text() for path in sorted(DAGS.glob("*.py"))}),
}
