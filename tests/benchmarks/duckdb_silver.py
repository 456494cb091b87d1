"""What a user of one machine would write: event files into Delta tables with DuckDB and delta-rs.

    python -m tests.benchmarks.duckdb_silver FOLDER_OF_ZSTD_FILES OUT

It types by `try_cast`, keeps one reason a refused line, hashes identifiers with a key, and takes the first event of
each id. It does not look at unknown fields, at a key that is there twice, or at what silver has.
"""

import sys
import time
from pathlib import Path

import duckdb
from deltalake import write_deltalake

_KEY = "k" * 64
_TEXTS = ("event_id", "event_type", "event_time", "received_time", "utc_offset_minutes", "account_id", "profile_id")
_MORE_TEXTS = ("session_id", "title_id", "position_ms", "session_offset_ms", "schema_version")
_MAPS = ("device", "network", "geo", "details")
_COLUMNS = dict.fromkeys((*_TEXTS, *_MORE_TEXTS), "VARCHAR") | dict.fromkeys(_MAPS, "MAP(VARCHAR, VARCHAR)")
_TYPED = f"""
create temp table typed as select
  event_id, event_type, try_cast(event_time as timestamptz) event_time,
  try_cast(received_time as timestamptz) received_time, try_cast(utc_offset_minutes as int) utc_offset_minutes,
  sha256('{_KEY}a' || account_id) account_key, sha256('{_KEY}p' || profile_id) profile_key,
  sha256('{_KEY}d' || device['device_id']) device_key, session_id, title_id,
  try_cast(position_ms as bigint) position_ms, try_cast(session_offset_ms as bigint) session_offset_ms,
  device['device_type'] device_type, device['os'] os, device['app_version'] app_version,
  regexp_extract(network['ip'], '^(\\d+\\.\\d+\\.\\d+)\\.', 1) || '.0/24' network_prefix,
  network['connection_type'] connection_type, geo['country'] country, geo['region'] region,
  try_cast(details['is_autoplay'] as boolean) is_autoplay, details['source'] play_source,
  try_cast(details['from_position_ms'] as bigint) from_position_ms,
  try_cast(details['bitrate_kbps'] as int) bitrate_kbps, try_cast(details['height_px'] as int) height_px,
  details['reason'] stop_reason, details['error_code'] error_code, try_cast(details['is_fatal'] as boolean) is_fatal,
  details['query'] query, try_cast(details['result_count'] as int) result_count, details['row'] shown_row,
  try_cast(details['rank'] as int) shown_rank, details['rating'] rating, try_cast(details['stars'] as double) stars,
  case when event_id is null or event_type is null or account_id is null or profile_id is null then 'missing_field'
       when try_cast(event_time as timestamptz) is null then 'wrong_type'
       when event_type = 'reaction_sampled' then 'reactions_off'
       when position_ms is not null and try_cast(position_ms as bigint) is null then 'wrong_type' end fault
from read_json($files, format='newline_delimited', columns={_COLUMNS}, ignore_errors=true, compression='zstd')
"""
_FIRST_OF_EACH_ID = """
create temp table good as select * exclude (place), cast(event_time as date) event_date from (
  select *, row_number() over (partition by event_id order by received_time) place from typed where fault is null
) where place = 1
"""
_FAMILIES = {
    "search_events": "event_type like 'search%'",
    "browse_events": "event_type = 'title_shown'",
    "feedback_events": "event_type in ('rated', 'list_added', 'list_removed')",
}


def build_silver(events: Path, out: Path) -> int:
    """Writes the tables below `out`; returns how many events they hold."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'; set preserve_insertion_order = false")
    connection.execute(_TYPED, {"files": sorted(map(str, events.glob("*.ndjson.zst")))})
    connection.execute(_FIRST_OF_EACH_ID)
    other = " or ".join(f"({condition})" for condition in _FAMILIES.values())
    stored = 0
    for name, condition in {"playback_events": f"not ({other})", **_FAMILIES}.items():
        rows = connection.sql(f"select * exclude (fault) from good where {condition}").to_arrow_table()
        write_deltalake(str(out / name), rows, partition_by=["event_date"])
        stored += rows.num_rows
    refused = connection.sql("select event_id, fault from typed where fault is not null").to_arrow_table()
    write_deltalake(str(out / "quarantine"), refused)
    return stored


if __name__ == "__main__":
    started = time.monotonic()
    build_silver(Path(sys.argv[1]), Path(sys.argv[2]))
    print(time.monotonic() - started)
