import pytest

from jobs.contracts.withheld_line import WITHHELD_REACTION
from jobs.intake.numbered_lines import number_lines
from jobs.intake.withheld_reactions import withhold_reactions

REACTIONS = [
    b'{"event_type":"reaction_sampled","details":{"valence":0.5}}',
    b'{"details":{"valence":0.5},"event_type" : "reaction_sampled"}',
    b'{"event_type":"reaction_sampled","details":{"valence":',
    b'{"event_type":"playing","event_type":"reaction_sampled"}',
    b'{"event_type":"\\u0072eaction_sampled"}',
    b'{"\\u0065vent_type":"reaction\\u005Fsampled"}',
    WITHHELD_REACTION,
]
OTHERS = [
    b'{"event_type":"playing"}',
    b'{"event_type":"searched","details":{"query":"reaction_sampled"}}',
    b'{"event_type":"searched","details":{"query":"\\"event_type\\":\\"reaction_sampled\\""}}',
    b'{"event_type":"searched","details":{"query":"\\u0022event_type\\u0022:\\u0022reaction_sampled\\u0022"}}',
    b"",
    # Two lines that together would be one.
    b'"event_type":',
    b'"reaction_sampled"',
]


@pytest.mark.parametrize("chunk_bytes", [7, 64, 10_000])
def test_reactions_are_replaced_and_nothing_else_wherever_a_chunk_ends(chunk_bytes: int) -> None:
    lines = [line for pair in zip(REACTIONS, OTHERS, strict=True) for line in pair] + OTHERS
    text = b"\n".join(lines) + b"\n"
    chunks = [text[start : start + chunk_bytes] for start in range(0, len(text), chunk_bytes)]
    batches = [withhold_reactions(batch) for batch in number_lines(chunks)]
    found = [row for batch, _ in batches for row in batch.to_pylist()]
    expected = [WITHHELD_REACTION if line in REACTIONS else line for line in lines]
    assert [row["line"] for row in found] == expected
    assert [row["line_bytes"] for row in found] == [len(line) for line in expected]
    assert [row["line_number"] for row in found] == list(range(1, len(lines) + 1))
    assert sum(count for _, count in batches) == len(REACTIONS)


def test_a_line_too_long_to_keep_stays_null() -> None:
    (batch,) = number_lines([b"x" * 50 + b"\n" + REACTIONS[0][:30] + b"\n"], max_line_bytes=40)
    kept, _ = withhold_reactions(batch)
    assert kept["line"].to_pylist()[0] is None
