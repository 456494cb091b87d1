"""Raw event lines, put together column by column: what is the same for a whole session is written once."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulator.arrays import Ints
from jobs.simulator.traffic.incidents import CODE, KINDS, QUALITY_LADDER, Kind
from jobs.simulator.traffic.other_events import RATINGS, ROWS, OtherEvents, OtherKind
from jobs.simulator.traffic.playback import STOP_REASONS, Playback
from jobs.simulator.traffic.schedule import AUTOPLAY, SOURCES, Schedule
from jobs.simulator.traffic.sessions import Sessions
from jobs.simulator.world.devices import Devices
from jobs.simulator.world.queries import QueryBook
from jobs.simulator.world.regions import REGIONS
from jobs.simulator.world.world import World

Part: TypeAlias = "str | pa.Array"


@dataclass(frozen=True)
class SessionTexts:
    """Of each session: `context` is the fields that all its events share, `play` those of its playback events."""

    context: pa.Array
    play: pa.Array
    sources: pa.Array


@dataclass(frozen=True)
class Stamps:
    """Of each event: the end of its id, its time on the device's clock, and its time at the collector."""

    number: Ints
    event_ms: Ints
    received_ms: Ints

    def of(self, rows: Ints) -> "Stamps":
        return Stamps(self.number[rows], self.event_ms[rows], self.received_ms[rows])


def session_texts(world: World, sessions: Sessions, plan: Schedule, id_prefix: str) -> SessionTexts:
    """`id_prefix` makes session ids unique: `<prefix>-<number>`."""
    people, devices = world.viewers, world.devices
    account = people.account[sessions.profile]
    context = _join(
        '"utc_offset_minutes":',
        _integers(plan.utc_offset_minutes),
        ',"account_id":"',
        _pick(people.account_ids, account),
        '","profile_id":"',
        _pick(people.profile_ids, sessions.profile),
        '","device":',
        _devices(devices, sessions.device),
        ',"network":',
        pa.array(sessions.network, pa.string()),
        ',"geo":',
        _pick([_geo_json(region) for region in range(len(REGIONS))], sessions.region),
    )
    play = _join(
        f',"session_id":"{id_prefix}-',
        _integers(np.arange(len(sessions))),
        '","title_id":"',
        _pick(world.catalogue.title_ids, sessions.title),
        '","position_ms":',
    )
    sources = [
        f'"is_autoplay":{str(code == AUTOPLAY).lower()},"source":"{source}"' for code, source in enumerate(SOURCES)
    ]
    return SessionTexts(context, play, _pick(sources, plan.source))


def playback_lines(
    playback: Playback, sessions: SessionTexts, stamps: Stamps, id_prefix: str, stream: np.random.Generator
) -> pa.Array:
    """The lines of the playback events, which must be grouped by kind, in their order."""
    blocks = []
    for kind in KINDS:
        rows = np.flatnonzero(playback.kind == CODE[kind])
        session = playback.session[rows]
        blocks.append(
            _join(
                *_head(kind, stamps.of(rows), id_prefix),
                sessions.context.take(pa.array(session)),
                sessions.play.take(pa.array(session)),
                _integers(playback.position_ms[rows]),
                ',"session_offset_ms":',
                _integers(playback.offset_ms[rows]),
                *_playback_details(kind, session, playback.extra[rows], sessions, stream),
                "}\n",
            )
        )
    return pa.concat_arrays(blocks)


def other_lines(
    events: OtherEvents, world: World, queries: QueryBook, sessions: SessionTexts, stamps: Stamps, id_prefix: str
) -> pa.Array:
    """The lines of events outside of a session, in their order."""
    has_title = events.kind is not OtherKind.SEARCHED
    title = (',"title_id":"', _pick(world.catalogue.title_ids, events.title), '"') if has_title else ()
    return _join(
        *_head(events.kind, stamps, id_prefix),
        sessions.context.take(pa.array(events.session)),
        *title,
        *_other_details(events, queries),
        "}\n",
    )


def _head(kind: str, stamps: Stamps, id_prefix: str) -> tuple[Part, ...]:
    return (
        f'{{"event_id":"{id_prefix}-',
        _integers(stamps.number),
        f'","event_type":"{kind}","schema_version":1,"event_time":"',
        _times(stamps.event_ms),
        'Z","received_time":"',
        _times(stamps.received_ms),
        'Z",',
    )


def _playback_details(
    kind: Kind, session: Ints, extra: Ints, sessions: SessionTexts, stream: np.random.Generator
) -> tuple[Part, ...]:
    match kind:
        case Kind.PLAY_REQUESTED:
            return ',"details":{', sessions.sources.take(pa.array(session)), "}"
        case Kind.SEEKED:
            origins = [f',"details":{{"from_position_ms":{origin}}}' if origin >= 0 else "" for origin in extra]
            return (pa.array(origins, pa.string()),)
        case Kind.QUALITY_CHANGED:
            rungs = [f'"bitrate_kbps":{bitrate},"height_px":{height}' for bitrate, height in QUALITY_LADDER]
            return ',"details":{', _pick(rungs, extra), "}"
        case Kind.STOPPED:
            return ',"details":{"reason":"', _pick(list(STOP_REASONS), extra), '"}'
        case Kind.FAILED:
            errors = ['"error_code":"NETWORK_TIMEOUT","is_fatal":false', '"error_code":"DECODER_LOST","is_fatal":true']
            return ',"details":{', _pick(errors, extra), "}"
        case Kind.REACTION_SAMPLED:
            return _reaction_details(stream, len(extra))
    return ()


def _reaction_details(stream: np.random.Generator, count: int) -> tuple[Part, ...]:
    valence = np.clip(stream.normal(0.15, 0.35, count), -1, 1).round(2)
    arousal = np.clip(stream.normal(0.45, 0.2, count), 0, 1).round(2)
    return (
        ',"details":{"valence":',
        pc.cast(pa.array(valence), pa.string()),
        ',"arousal":',
        pc.cast(pa.array(arousal), pa.string()),
        ',"heart_rate_bpm":',
        _integers(np.clip(stream.normal(72, 9, count), 45, 150).astype(np.int64)),
        "}",
    )


def _other_details(events: OtherEvents, queries: QueryBook) -> tuple[Part, ...]:
    match events.kind:
        case OtherKind.SEARCHED:
            query = pa.array(queries.json[events.word], pa.string())
            return ',"details":{"query":', query, ',"result_count":', _integers(events.number), "}"
        case OtherKind.SEARCH_RESULT_OPENED:
            query = pa.array(queries.json[events.word], pa.string())
            return ',"details":{"query":', query, ',"rank":', _integers(events.number), "}"
        case OtherKind.TITLE_SHOWN:
            row = _pick(list(ROWS), events.word)
            version = () if events.version is None else (',"model_version":', events.version)
            return ',"details":{"row":"', row, '","rank":', _integers(events.number), *version, "}"
        case OtherKind.RATED:
            return ',"details":{"rating":"', _pick(list(RATINGS), events.number), '"}'
    return ()


def _join(*parts: Part) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _integers(values: Ints) -> pa.Array:
    return pc.cast(pa.array(values), pa.string())


def _pick(values: list[str], positions: Ints) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(positions))


def _times(ms: Ints) -> pa.Array:
    """RFC 3339 without the zone: Arrow puts a space between date and time, the eleventh character."""
    plain = pc.cast(pa.array(ms).cast(pa.timestamp("ms")), pa.string())
    return pc.binary_replace_slice(plain, 10, 11, "T")


def _devices(devices: Devices, positions: Ints) -> pa.Array:
    return pa.array(devices.device_json[positions], pa.string())


def _geo_json(number: int) -> str:
    region = REGIONS[number]
    place = {
        "country": region.country,
        "region": region.code,
        "city": region.city,
        "latitude": region.latitude,
        "longitude": region.longitude,
    }
    return orjson.dumps(place).decode()
