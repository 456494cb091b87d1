from itertools import zip_longest

import pytest

from jobs.contracts.withheld_line import WITHHELD_MEASUREMENT, WITHHELD_REACTION
from jobs.intake.numbered_lines import number_lines
from jobs.intake.withheld_reactions import withhold_reactions

SOUND_REACTIONS = [
    b'{"event_type":"reaction_sampled","details":{"valence":0.5}}',
    b'{"details":{"valence":0.5},"event_type" : "reaction_sampled"}',
    b'{"event_type":"playing","event_type":"reaction_sampled"}',
    b'{"event_type":"\\u0072eaction_sampled"}',
    b'{"\\u0065vent_type":"reaction\\u005Fsampled"}',
    WITHHELD_REACTION,
]
# Nobody knows what they are, or they are within another event, which no consent covers.
OTHER_REACTIONS = [
    b'{"event_type":"reaction_sampled","details":{"valence":',
    b'{"event_type":"reaction_sampled","event_type":"playing"}',
    b'{"event_type":"paused","details":{"event_type":"reaction_sampled","valence":0.5}}',
    b'{"event_type":"paused","details":{"event_type":"\\u0072eaction_sampled","smile":0.5}}',
    b'[{"event_type":"reaction_sampled","details":{"heart_rate_bpm":72}}]',
    b'{"a":' * 2_000 + b'{"event_type":"reaction_sampled"}' + b"}" * 2_000,
]
REACTIONS = SOUND_REACTIONS + OTHER_REACTIONS
MEASUREMENTS = [
    b'{"event_type":"heartbeat","details":{"heart_rate_bpm":72}}',
    b'{"event_type":"heartbeat","heart_rate_bpm" : 72}',
    b'{"event_type":"heartbeat","details":{"watch":{"heartRate":[72,73]}}}',
    b'{"event_type":"paused","details":{"valence":0.5}}',
    b'{"event_type":"paused","details":{"face_embedding":[0.1,0.2]}}',
    b'{"event_type":"paused","userFace":{"x":1}}',
    b'{"event_type":"paused","FACE":"aGk="}',
    b'{"event_type":"paused","details":{"h\\u0065art_rate_bpm":72}}',
    b'{"event_type":"paused","details":"{\\"heart_rate_bpm\\": 72}"}',
    b'{"details":{"valence":0.5},"event_ty',
    b'{"event_type":"paused","pulse_bpm":72,"name":"\xff"}',
]
OTHERS = [
    b'{"event_type":"playing"}',
    b'{"event_type":"searched","details":{"query":"reaction_sampled"}}',
    b'{"event_type":"searched","details":{"query":"\\"event_type\\":\\"reaction_sampled\\""}}',
    b'{"event_type":"searched","details":{"query":"\\u0022event_type\\u0022:\\u0022reaction_sampled\\u0022"}}',
    b'{"event_type":"heartbeat","heartbeat_interval_ms":60000,"network_interface":"eth0","facets":[1],"impulses":2}',
    b'{"event_type":"heartbeat","details":{"heart_rate_bpm":null,"valence" : null}}',
    b'{"event_type":"searched","details":{"query":"heart rate","row":"face"}}',
    b'{"event_type":"searched","details":{"query":"heart rate: a film"}}',
    b"",
    # Two lines that together would be one.
    b'"event_type":',
    b'"reaction_sampled"',
]


KEPT = dict.fromkeys(REACTIONS, WITHHELD_REACTION) | dict.fromkeys(MEASUREMENTS, WITHHELD_MEASUREMENT)
LINES = [
    line for group in zip_longest(OTHERS, REACTIONS, OTHERS, MEASUREMENTS, OTHERS) for line in group if line is not None
]
LINES += OTHERS


@pytest.mark.parametrize("chunk_bytes", [7, 64, 10_000])
def test_reactions_are_replaced_and_nothing_else_wherever_a_chunk_ends(chunk_bytes: int) -> None:
    text = b"\n".join(LINES) + b"\n"
    chunks = [text[start : start + chunk_bytes] for start in range(0, len(text), chunk_bytes)]
    batches = [withhold_reactions(batch) for batch in number_lines(chunks)]
    found = [row for batch, _ in batches for row in batch.to_pylist()]
    expected = [KEPT.get(line, line) for line in LINES]
    assert [row["line"] for row in found] == expected
    assert [row["line_bytes"] for row in found] == [len(line) for line in expected]
    assert [row["line_number"] for row in found] == list(range(1, len(LINES) + 1))
    assert sum(count for _, count in batches) == len(KEPT)


def test_where_reactions_are_taken_those_of_other_events_are_withheld_all_the_same() -> None:
    """A heart rate in another event, and a whole reaction in one."""
    (batch,) = number_lines([b"\n".join(LINES) + b"\n"])
    kept, count = withhold_reactions(batch, takes_reactions=True)
    elsewhere = dict.fromkeys(MEASUREMENTS + OTHER_REACTIONS, WITHHELD_MEASUREMENT)
    assert kept["line"].to_pylist() == [elsewhere.get(line, line) for line in LINES]
    assert count == len(elsewhere)


def test_a_line_too_long_to_keep_stays_null() -> None:
    (batch,) = number_lines([b"x" * 50 + b"\n" + REACTIONS[0][:30] + b"\n"], max_line_bytes=40)
    kept, _ = withhold_reactions(batch)
    assert kept["line"].to_pylist()[0] is None
