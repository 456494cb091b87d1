"""What people watch on, and how it is connected. Addresses are from the ranges kept for documentation."""

from dataclasses import dataclass

import numpy as np
import orjson

from jobs.simulator.arrays import Flags, Ints, Texts, row_offsets, texts
from jobs.simulator.streams import Purpose, open_stream
from jobs.simulator.world.viewers import Viewers

DEVICE_TYPES = ("tv", "phone", "tablet", "browser", "console", "stick")
DEVICE_SHARES = (0.40, 0.22, 0.10, 0.14, 0.05, 0.09)
PORTABLE_TYPES = ("phone", "tablet")
OPERATING_SYSTEMS = {
    "tv": ("tizen", "webos", "android tv"),
    "phone": ("ios", "android"),
    "tablet": ("ipados", "android"),
    "browser": ("windows", "macos", "linux"),
    "console": ("playstation", "xbox"),
    "stick": ("fire os", "roku os"),
}
APP_VERSIONS, APP_VERSION_SHARES = ("8.4.0", "8.5.1", "9.0.0"), (0.2, 0.5, 0.3)
DEVICE_COUNT_SHARES = (0.30, 0.35, 0.25, 0.10)
# How plays spread over an account's devices, the favourite first.
DEVICE_USE = (0.60, 0.25, 0.10, 0.05)
IPV6_SHARE = 0.3
# RFC 5737 and RFC 3849: addresses for documentation. Phones outside show a private one (RFC 1918).
IPV4_PREFIXES = ("203.0.113", "198.51.100", "192.0.2")


@dataclass(frozen=True)
class Devices:
    """Devices by position, an account's own (`first`, `count`) next to each other, as ready JSON objects.

    `at_home` is an account's network, `on_the_move` the cellular network of a device.
    """

    first: Ints
    count: Ints
    is_phone: Flags
    is_portable: Flags
    device_json: Texts
    at_home: Texts
    on_the_move: Texts


def draw_devices(seed: int, viewers: Viewers) -> Devices:
    """The devices of every account."""
    stream = open_stream(seed, Purpose.DEVICES, len(viewers.profile_ids))
    accounts = len(viewers.account_ids)
    count = stream.choice(len(DEVICE_COUNT_SHARES), accounts, p=DEVICE_COUNT_SHARES) + 1
    account, number = np.repeat(np.arange(accounts), count), row_offsets(count)
    kinds = [DEVICE_TYPES[i] for i in stream.choice(len(DEVICE_TYPES), len(account), p=DEVICE_SHARES)]
    version = stream.choice(APP_VERSIONS, len(account), p=APP_VERSION_SHARES)
    which_system = stream.random(len(account))
    devices = [
        {
            "device_id": f"device-{viewers.account_ids[a].removeprefix('account-')}-{n + 1}",
            "device_type": kind,
            "os": OPERATING_SYSTEMS[kind][int(u * len(OPERATING_SYSTEMS[kind]))],
            "app_version": str(v),
        }
        for a, n, kind, u, v in zip(account, number, kinds, which_system, version, strict=True)
    ]
    return Devices(
        first=np.cumsum(count) - count,
        count=count,
        is_phone=np.array([kind == "phone" for kind in kinds]),
        is_portable=np.array([kind in PORTABLE_TYPES for kind in kinds]),
        device_json=_json(devices),
        at_home=_json([_home_network(stream) for _ in range(accounts)]),
        on_the_move=_json([_cellular_network(stream) for _ in devices]),
    )


def _home_network(stream: np.random.Generator) -> dict[str, str]:
    wired = "ethernet" if stream.random() < 0.25 else "wifi"
    if stream.random() < IPV6_SHARE:
        return {"ip": f"2001:db8:{stream.integers(1, 4096):x}::{stream.integers(1, 65536):x}", "connection_type": wired}
    return {"ip": f"{stream.choice(IPV4_PREFIXES)}.{stream.integers(1, 255)}", "connection_type": wired}


def _cellular_network(stream: np.random.Generator) -> dict[str, str]:
    parts = ".".join(str(part) for part in stream.integers(1, 255, 3))
    return {"ip": f"10.{parts}", "connection_type": "cellular"}


def _json(objects: list[dict[str, str]]) -> Texts:
    return texts([orjson.dumps(one).decode() for one in objects])
