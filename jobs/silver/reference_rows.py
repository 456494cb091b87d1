"""Lines of reference data as rows of silver: typed, judged, under pseudonyms. A kernel: it knows no Spark."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts import columns as c
from jobs.contracts.raw_reference import RAW_REFERENCE_RECORDS
from jobs.contracts.silver import CONSENTS, PROFILES, REPORTED_VIEWINGS, SUBSCRIPTIONS, TITLES
from jobs.contracts.table import Column, Table
from jobs.privacy.linkage_key import Keys
from jobs.privacy.pseudonyms import DOMAINS, LINK_DOMAINS, links, profile_pseudonyms, pseudonyms
from jobs.silver.free_labels import scanned_labels
from jobs.silver.line_columns import microseconds
from jobs.silver.line_decoder import decode_lines
from jobs.silver.row_schema import FAULT_COLUMNS, LINE_HASH, fault_columns
from jobs.storage.arrow_schema import arrow_schema

_CENT = Decimal("0.01")
TABLE_OF_FEED: dict[str, Table] = {
    "titles": TITLES,
    "subscriptions": SUBSCRIPTIONS,
    "consents": CONSENTS,
    "profiles": PROFILES,
    "reported_viewings": REPORTED_VIEWINGS,
}
# What names a profile with its account.
FEEDS_OF_PROFILES = ("profiles", "reported_viewings")


def reference_columns(feed: str) -> tuple[Column, ...]:
    """The columns of what `reference_rows` makes of a feed."""
    names_profiles = [c.PROFILE_ID_KEY] if feed in FEEDS_OF_PROFILES else []
    return tuple(
        dict.fromkeys(
            [
                *(c.BATCH_ID, c.LINE_NUMBER, LINE_HASH, *FAULT_COLUMNS),
                *TABLE_OF_FEED[feed].columns,
                *names_profiles,
                c.EXTRAS,
            ]
        )
    )


def reference_rows(batches: Iterable[pa.RecordBatch], feed: str, keys: Keys) -> Iterator[pa.RecordBatch]:
    """One row a line, in the columns of its feed. A faulty line has its place, its hash and its fault, and else nulls.

    `batches`: lines with `batch_id`, `line_number`, `line_hash`, `received_at` and `line`.
    """
    schema = arrow_schema(reference_columns(feed))
    for batch in batches:
        yield _rows(batch, feed, keys, schema)


def _rows(lines: pa.RecordBatch, feed: str, keys: Keys, schema: pa.Schema) -> pa.RecordBatch:
    record = RAW_REFERENCE_RECORDS[feed]
    decoded = decode_lines(lines["line"], microseconds(lines["received_at"]), record)
    rows = {name: lines[name] for name in ("batch_id", "line_number", "line_hash", "received_at")}
    columns = decoded.columns | scanned_labels(decoded.columns, record)
    rows |= {field.silver_name: columns[field.path] for field in record.fields}
    rows |= {
        pseudonym: pseudonyms(rows[f"{domain}_id"], domain, keys.pseudonym)
        for domain, pseudonym in DOMAINS.items()
        if f"{domain}_id" in rows
    }
    rows["as_of"] = pc.coalesce(rows["as_of"], lines["received_at"].cast(rows["as_of"].type))
    rows |= {name: links(rows[name], domain, keys.linkage) for name, domain in LINK_DOMAINS.items() if name in rows}
    if "profile_id" in rows:
        rows["profile_id_key"] = rows["profile_key"]
        of_account = profile_pseudonyms(rows["account_id"], rows["profile_id"], keys.pseudonym)
        # Consents may name no account.
        rows["profile_key"] = pc.coalesce(of_account, rows["profile_id_key"]) if feed == "consents" else of_account
    if feed == "subscriptions":
        rows["account_link"] = links(rows["account_id"], "account", keys.linkage)
    rows |= fault_columns(decoded.faults, lines.num_rows)
    rows |= {
        "extras": decoded.extras,
        "key_epoch": pa.repeat(pa.scalar(keys.pseudonym.epoch, pa.int32()), lines.num_rows),
        "first_batch_id": lines["batch_id"],
    }
    if feed == "consents":
        rows["withdrawal_applied_at"] = pa.nulls(lines.num_rows, pa.timestamp("us", tz="UTC"))
    if feed == "reported_viewings":
        rows["session_date"] = rows["started_at"].cast(pa.timestamp("us")).cast(pa.date32())
    return pa.RecordBatch.from_arrays(
        [_as(rows[name], schema.field(name).type) for name in schema.names], schema=schema
    )


def _as(column: pa.Array, kind: pa.DataType) -> pa.Array:
    """Money is rounded as it is written, not as a double holds it: 1.005 to 1.01."""
    if not pa.types.is_decimal(kind):
        return column.cast(kind)
    written = (value if value is None else Decimal(repr(value)) for value in column.to_pylist())
    return pa.array([value if value is None else value.quantize(_CENT, ROUND_HALF_UP) for value in written], kind)
