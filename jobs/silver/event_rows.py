"""Lines of events as rows of silver: typed, judged, coarse, under pseudonyms and links. A kernel: it knows no Spark."""

import hashlib
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts import columns as c
from jobs.contracts.event_types import FAMILY_OF_TYPE
from jobs.contracts.raw_event import LAST_ARRIVAL_DAYS, RAW_EVENT
from jobs.contracts.silver import EVENT_TABLES
from jobs.contracts.table import Column, Privacy
from jobs.contracts.withheld_line import WITHHELD_MEASUREMENT, WITHHELD_REACTION
from jobs.privacy.coarsening import network_prefix
from jobs.privacy.contact_details import without_contact_details
from jobs.privacy.linkage_key import Keys, LinkageKey
from jobs.privacy.pseudonyms import DOMAINS, LINK_DOMAINS, each_once, links, profile_pseudonyms, pseudonyms
from jobs.silver.free_labels import scanned_labels
from jobs.silver.line_columns import Flags, Ints, is_there, microseconds
from jobs.silver.line_decoder import decode_lines
from jobs.silver.line_faults import CLOCK_AHEAD_US, DAY_US, EARLIEST_IMPORT_US, Fault
from jobs.silver.row_schema import FAULT_COLUMNS, LINE_HASH, fault_columns
from jobs.storage.arrow_schema import arrow_schema

LATEST_ARRIVAL_US = LAST_ARRIVAL_DAYS * DAY_US
# Traffic may be simulated for days to come, and a collector's clock may be off; but not by this much.
RECEIPT_AHEAD_US = 365 * DAY_US

# A player that sends an event again says the same; who collected it and when does not matter. Nor do pseudonyms: those
# of the same viewer differ from one key epoch to the next. What is sensitive is left out as well: whoever had the key
# could try the few values that there are.
_NOT_PAYLOAD = {c.EVENT_ID, c.EVENT_DATE, c.RECEIVED_TIME, c.KEY_EPOCH, c.PAYLOAD_HASH, c.BATCH_ID, c.LINE_NUMBER} | {
    c.ACCOUNT_KEY,
    c.PROFILE_KEY,
    c.DEVICE_KEY,
}
EVENT_COLUMNS: tuple[Column, ...] = tuple(dict.fromkeys(column for table in EVENT_TABLES for column in table.columns))
_PAYLOAD = [
    column.name for column in EVENT_COLUMNS if column not in _NOT_PAYLOAD and column.privacy is not Privacy.SENSITIVE
]
# What stands before a line, and where it ends: no label holds a control character.
PLACE = (c.BATCH_ID, c.LINE_NUMBER)
FAMILY = Column("family", "string", "Which silver table the event belongs to")
EVENT_ROWS = tuple(dict.fromkeys([*PLACE, LINE_HASH, *FAULT_COLUMNS, FAMILY, c.PROFILE_ID_KEY, *EVENT_COLUMNS]))
_SCHEMA = arrow_schema(EVENT_ROWS)
_AT_PLACE = {field.silver_name: field.path for field in RAW_EVENT.fields}
_SEPARATOR, _NULL = "\x1f", "\x00"


def event_rows(batches: Iterable[pa.RecordBatch], keys: Keys) -> Iterator[pa.RecordBatch]:
    """One row a line, in the columns `EVENT_ROWS`. A faulty line has its place, its hash and its fault, and else nulls.

    `batches`: lines with `batch_id`, `line_number`, `line_hash`, `received_at` and `line`.
    """
    for batch in batches:
        yield _rows(batch, keys)


def _rows(lines: pa.RecordBatch, keys: Keys) -> pa.RecordBatch:
    received_us = microseconds(lines["received_at"])
    withheld = _withheld(lines["line"])
    is_kept = np.ones(lines.num_rows, dtype=np.bool)
    is_kept[list(withheld)] = False
    decoded = decode_lines(_where(is_kept, lines["line"]), received_us, RAW_EVENT)
    found, faults = decoded.columns, decoded.faults | withheld
    of_event = {
        place: fault
        for broken, fault in (*_faulty_clocks(found, received_us), *_faulty_ratings(found))
        for place in map(int, np.flatnonzero(broken))
    }
    is_sound = np.ones(lines.num_rows, dtype=np.bool)
    is_sound[list(faults := of_event | faults)] = False
    if of_event:
        found = {path: _where(is_sound, column) for path, column in found.items()}
    found |= scanned_labels(found, RAW_EVENT)
    rows = {column.name: found[_AT_PLACE[column.name]] for column in EVENT_COLUMNS if column.name in _AT_PLACE}
    rows |= {name: lines[name] for name in ("batch_id", "line_number", "line_hash")}
    rows |= fault_columns(faults, lines.num_rows)
    rows |= {
        "received_time": _where(is_sound, pc.coalesce(found["received_time"], lines["received_at"])),
        "event_date": found["event_time"].cast(pa.timestamp("us")).cast(pa.date32()),
        "family": each_once(found["event_type"], FAMILY_OF_TYPE.__getitem__),
        "network_prefix": each_once(found["network.ip"], network_prefix),
        "query": each_once(found["details.query"], without_contact_details),
        "extras": _where(is_sound, decoded.extras),
        "key_epoch": pa.repeat(pa.scalar(keys.pseudonym.epoch, pa.int32()), lines.num_rows),
    }
    rows |= {
        column: pseudonyms(found[_IDENTIFIERS[domain]], domain, keys.pseudonym) for domain, column in DOMAINS.items()
    }
    rows["profile_id_key"] = rows["profile_key"]
    rows["profile_key"] = profile_pseudonyms(found["account_id"], found["profile_id"], keys.pseudonym)
    rows |= {name: links(rows[name], LINK_DOMAINS[name], keys.linkage) for name in ("event_id", "session_id")}
    rows["payload_hash"] = _payload_hashes(rows, keys.linkage)
    return pa.RecordBatch.from_arrays(
        [rows[name].cast(_SCHEMA.field(name).type) for name in _SCHEMA.names], schema=_SCHEMA
    )


_IDENTIFIERS = {"account": "account_id", "profile": "profile_id", "device": "device.device_id"}
_WITHHELD = {
    WITHHELD_REACTION: Fault("reactions_off", None, "Reactions are switched off: intake kept nothing of this line."),
    WITHHELD_MEASUREMENT: Fault(
        "reaction_elsewhere",
        None,
        "It tells of a heart rate or a face, and is no reaction: intake kept nothing of this line.",
    ),
}


def _withheld(lines: pa.Array) -> dict[int, Fault]:
    found = np.asarray(pc.fill_null(pc.index_in(lines, pa.array(list(_WITHHELD), lines.type)), -1))
    faults = list(_WITHHELD.values())
    return {place: faults[found[place]] for place in np.flatnonzero(found >= 0).tolist()}


def _faulty_ratings(found: dict[str, pa.Array]) -> Iterator[tuple[Flags, Fault]]:
    is_rating = np.asarray(pc.fill_null(pc.equal(found["event_type"], "rated"), False))
    has_rating = is_there(found["details.rating"]) | is_there(found["details.stars"])
    yield (
        is_rating & ~has_rating,
        Fault("missing_field", "details.rating", "A rated event has neither details.rating nor details.stars."),
    )


def _faulty_clocks(found: dict[str, pa.Array], taken_in_us: Ints) -> Iterator[tuple[Flags, Fault]]:
    """Of a line with several, the last one is told."""
    is_told, is_received = is_there(found["event_time"]), is_there(found["received_time"])
    event_us = microseconds(found["event_time"])
    received_us = np.where(is_received, microseconds(found["received_time"]), taken_in_us)

    def clock_fault(field: str, message: str) -> Fault:
        return Fault("clock_out_of_range", field, message)

    yield (
        is_told & is_received & (event_us < received_us - LATEST_ARRIVAL_US),
        Fault("too_late", "event_time", "event_time is over 30 days before receipt."),
    )
    yield (
        is_told & (event_us < EARLIEST_IMPORT_US),
        clock_fault("event_time", "event_time is before 1995."),
    )
    yield (
        is_told & (event_us > received_us + CLOCK_AHEAD_US),
        clock_fault("event_time", "event_time is more than a day ahead of receipt."),
    )
    yield (
        is_told & (received_us > taken_in_us + RECEIPT_AHEAD_US),
        clock_fault("received_time", "received_time is over a year ahead of intake."),
    )


def _payload_hashes(rows: dict[str, pa.Array], key: LinkageKey) -> pa.Array:
    """A keyed hash (BLAKE2b, 64 bits) of each sound event: equal where two events say the same."""
    is_sound = is_there(rows["event_id"])
    if not is_sound.any():
        return pa.nulls(len(is_sound), pa.int64())
    payloads = pc.binary_join_element_wise(
        *(_as_text(rows[name]) for name in _PAYLOAD), _SEPARATOR, null_handling="replace", null_replacement=_NULL
    )
    blank = hashlib.blake2b(digest_size=8, key=key.payload_secret)
    digests = []
    for payload in payloads.cast(pa.binary()).to_pylist():
        hashed = blank.copy()
        hashed.update(payload)
        digests.append(hashed.digest())
    return _where(is_sound, pa.array(np.frombuffer(b"".join(digests), np.int64)))


def _as_text(column: pa.Array) -> pa.Array | pa.Scalar:
    if column.null_count == len(column):
        return pa.scalar(_NULL)
    if pa.types.is_string(column.type):
        return column
    is_number = pa.types.is_timestamp(column.type) or pa.types.is_floating(column.type)
    return (column.view(pa.int64()) if is_number else column).cast(pa.string())


def _where(condition: Flags, column: pa.Array) -> pa.Array:
    """The column, null where the condition does not hold."""
    return column if condition.all() else pc.if_else(pa.array(condition), column, None)
