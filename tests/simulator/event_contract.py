"""The event contract, version 1, as a checker: written from its table and knowing nothing of the simulator."""

import re
from typing import Any

import orjson

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_DEVICE_TYPES = {"tv", "phone", "tablet", "browser", "console", "stick", "other"}
_SOURCES = {"home", "search", "continue_watching", "autoplay_next", "other"}
_PLAYBACK = {
    *("play_requested", "playing", "paused", "seeked", "buffering_started", "buffering_ended"),
    *("quality_changed", "heartbeat", "stopped", "failed"),
}
_WITH_TITLE = _PLAYBACK | {"search_result_opened", "title_shown", "rated", "list_added", "list_removed"}
EVENT_TYPES = _WITH_TITLE | {"searched", "reaction_sampled"}
_ENVELOPE = {
    *("event_id", "event_type", "schema_version", "event_time", "received_time", "utc_offset_minutes"),
    *("account_id", "profile_id", "session_id", "title_id", "position_ms", "session_offset_ms"),
    *("device", "network", "geo", "details"),
}


def why_refused(line: bytes) -> str | None:
    """The first reason to refuse the line, or None."""
    if not line.endswith(b"\n"):
        return "no line end"
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "not JSON"
    return _why_envelope(event) or _why_details(event["event_type"], event.get("details", {}), event)


def _why_envelope(event: dict[str, Any]) -> str | None:
    kind = event.get("event_type")
    checks = {
        "unknown field": set(event) <= _ENVELOPE,
        "event_id": re.fullmatch(r"[A-Za-z0-9_-]{8,64}", str(event.get("event_id", ""))),
        "event_type": kind in EVENT_TYPES,
        "schema_version": event.get("schema_version") == 1,
        "event_time": _TIME.fullmatch(str(event.get("event_time"))),
        "received_time": _TIME.fullmatch(event.get("received_time", "2026-01-01T00:00:00.000Z")),
        "utc_offset_minutes": _is_integer(event.get("utc_offset_minutes", 0), -840, 840),
        "account_id": _is_text(event.get("account_id")),
        "profile_id": _is_text(event.get("profile_id")),
        "session_id": kind not in _PLAYBACK or _is_text(event.get("session_id")),
        "title_id": kind not in _WITH_TITLE or _is_text(event.get("title_id")),
        "position_ms": kind not in _PLAYBACK or _is_integer(event.get("position_ms"), 0),
        "session_offset_ms": kind not in _PLAYBACK or _is_integer(event.get("session_offset_ms")),
        "device": event.get("device", {}).get("device_type", "other") in _DEVICE_TYPES,
        "geo": re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", event.get("geo", {}).get("region", "XX-X")),
    }
    return next((name for name, holds in checks.items() if not holds), None)


def _why_details(kind: str, details: dict[str, Any], event: dict[str, Any]) -> str | None:
    holds: bool
    match kind:
        case "play_requested":
            holds = isinstance(details["is_autoplay"], bool) and details["source"] in _SOURCES
        case "seeked":
            holds = "from_position_ms" not in details or _is_integer(details["from_position_ms"], 0)
        case "quality_changed":
            holds = _is_integer(details["bitrate_kbps"], 1) and _is_integer(details["height_px"], 1)
        case "stopped":
            holds = details["reason"] in {"ended", "exited", "next", "error"}
        case "failed":
            holds = _is_text(details["error_code"]) and isinstance(details["is_fatal"], bool)
        case "searched":
            holds = _is_text(details["query"]) and _is_integer(details["result_count"], 0)
        case "search_result_opened":
            holds = _is_text(details["query"]) and _is_integer(details["rank"], 1)
        case "title_shown":
            holds = _is_text(details["row"]) and _is_integer(details["rank"], 1)
        case "rated":
            holds = details["rating"] in {"thumbs_down", "thumbs_up", "two_thumbs_up"}
        case "reaction_sampled":
            holds = -1 <= details["valence"] <= 1 and 0 <= details["arousal"] <= 1
            holds = holds and _is_integer(details["heart_rate_bpm"], 20, 250)
        case _:
            holds = details == {}
    return None if holds else f"details of {event['event_type']}"


def _is_integer(value: object, least: int | None = None, most: int | None = None) -> bool:
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return (least is None or value >= least) and (most is None or value <= most)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""
