from dataclasses import replace

from infra.docs.table_graph import table_graph
from jobs.contracts.table import Column, Input, Layer, Table

DAY = (Column("day", "date", "UTC date"),)
PLAYS = Table(Layer.SILVER, "plays", "one play", DAY, ("day",), ("day",))
ALONE = replace(PLAYS, name="alone")
DAILY = replace(
    PLAYS,
    layer=Layer.GOLD,
    name="daily",
    reads={"plays": PLAYS.days(), "around": PLAYS.days(1, 2), "earlier": Input(None, 27)},
)
JUDGED = replace(DAILY, name="judged", reads={"daily": DAILY.days()}, is_kept=False)


def test_arrows_lead_from_what_is_read_to_what_is_made_of_it() -> None:
    page = table_graph([PLAYS, DAILY, JUDGED, ALONE])
    assert page[page.index("```") :] == (
        "```mermaid\n"
        "flowchart LR\n"
        "    subgraph silver\n"
        '        silver_plays["plays"]\n'
        "    end\n"
        "    subgraph gold\n"
        '        gold_daily["daily"]\n'
        '        gold_judged("judged")\n'
        "    end\n"
        "    silver_plays --> gold_daily\n"
        '    silver_plays -- "1 day before, 2 days after" --> gold_daily\n'
        '    gold_daily -- "27 days before" --> gold_daily\n'
        "    gold_daily --> gold_judged\n"
        "```\n\n"
        "Made by a job of their own: `silver.plays`, `silver.alone`.\n"
    )
