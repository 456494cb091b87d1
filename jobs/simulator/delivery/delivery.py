"""Which line ends up in which file, and where in it: the day's own, and those left over from days before."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from jobs.simulator.arrays import Flags, Floats, Ints
from jobs.simulator.delivery.faults import Fate, Fates, break_line


@dataclass(frozen=True)
class Counts:
    """Lines of one file. `lines` = `good` + `duplicates` + `broken`.

    `good` counts events that no file before had, `late` (events of an earlier day), `out_of_order` and `skewed`
    (sent by a device with a wrong clock) are among them.
    """

    lines: int = 0
    good: int = 0
    duplicates: int = 0
    broken: int = 0
    late: int = 0
    out_of_order: int = 0
    skewed: int = 0


@dataclass
class LeftOver:
    """Lines that wait for the file of a later day: day ordinal -> arrays of lines."""

    late: dict[int, list[pa.Array]] = field(default_factory=dict)
    copies: dict[int, list[pa.Array]] = field(default_factory=dict)


def deliver(
    lines: pa.Array,
    received_ms: Ints,
    fates: Fates,
    is_skewed: Flags,
    left_over: LeftOver,
    day: int,
    last_day: int,
    stream: np.random.Generator,
) -> tuple[pa.Array, Counts]:
    """The lines of the day's file in their order, and how many there are of each sort; fills `left_over`.

    What would come after the last simulated day comes on the last day: no event is lost.
    """
    due = np.minimum(day + fates.days_late, last_day)
    is_late = (fates.fate == Fate.LATE) & (due > day)
    is_copied_later = (fates.fate == Fate.DUPLICATED_NEXT_DAY) & (day < last_day)
    is_copied_here = ((fates.fate == Fate.DUPLICATED_NEXT_DAY) & ~is_copied_later) | (fates.fate == Fate.DUPLICATED)
    is_broken, is_moved = fates.fate == Fate.BROKEN, fates.fate == Fate.OUT_OF_ORDER
    late_here, copies_here = left_over.late.pop(day, []), left_over.copies.pop(day, [])
    for later in np.unique(due[is_late]):
        _leave(left_over.late, int(later), lines.filter(pa.array(is_late & (due == later))))
    _leave(left_over.copies, day + 1, lines.filter(pa.array(is_copied_later)))

    n = len(lines)
    broken = pa.array([break_line(stream, line.as_py()) for line in lines.filter(pa.array(is_broken))], lines.type)
    arrived = pa.concat_arrays([lines.slice(0, 0), *late_here, *copies_here])
    place = np.argsort(np.argsort(received_ms, kind="stable"), kind="stable").astype(np.float64)
    place[is_moved] = stream.uniform(0, n, int(is_moved.sum()))
    copy_place = place[is_copied_here] + 0.5 + stream.random(int(is_copied_here.sum())) * (n - place[is_copied_here])
    is_own = ~is_late & ~is_broken
    rows = [np.flatnonzero(is_own), n + np.arange(len(broken)), np.flatnonzero(is_copied_here)]
    rows.append(n + len(broken) + np.arange(len(arrived)))
    places: list[Floats] = [place[is_own], place[is_broken], copy_place, stream.uniform(0, n + 1, len(arrived))]
    order = np.concatenate(rows)[np.argsort(np.concatenate(places), kind="stable")]

    late, copies = sum(map(len, late_here)), sum(map(len, copies_here)) + int(is_copied_here.sum())
    counts = Counts(
        lines=len(order),
        good=int(is_own.sum()) + late,
        duplicates=copies,
        broken=len(broken),
        late=late,
        out_of_order=int(is_moved.sum()),
        skewed=int(is_skewed.sum()),
    )
    return pa.concat_arrays([lines, broken, arrived]).take(pa.array(order)), counts


def _leave(waiting: dict[int, list[pa.Array]], day: int, lines: pa.Array) -> None:
    if len(lines):
        waiting.setdefault(day, []).append(lines)
