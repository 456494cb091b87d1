"""What segments are called: what their people watch more of than everybody does, when, and on what."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from jobs.contracts.sensitive_labels import is_sensitive

# A difference of a fifth of a standard deviation is small, and less is none (Cohen, Statistical Power Analysis, 1988).
NOTICEABLE = 0.2
# So many labels of each facet make a name.
_LABELS_IN_NAME = {"genre": 2, "daypart": 1, "device": 1}
_MOST_IN_DESCRIPTION = 5
WITHOUT_DIFFERENCE = "a bit of everything"


class Difference(NamedTuple):
    """How much more of it a segment watches than everybody does, in standard deviations of everybody's shares.

    `share` and `share_of_all` are the means that differ.
    """

    facet: str
    label: str
    difference: float
    share: float = 0.0
    share_of_all: float = 0.0


def segment_names(
    segments: Mapping[int, Sequence[Difference]], names_before: Mapping[int, str] | None = None
) -> dict[int, str]:
    """A name a segment, each another one: `crime and thriller, evening, tv`.

    A segment that had a name before keeps it while all that the name says is true. Others have the labels that differ
    most, where the difference is noticeable. Where that name is taken by a segment before, further labels that it has
    more of follow, and after those a number. No name has a sensitive label.
    """
    names = {
        segment: name
        for segment, name in (names_before or {}).items()
        if segment in segments and _is_true(name, segments[segment])
    }
    for segment, differences in segments.items():
        if segment not in names:
            names[segment] = next(name for name in _candidates(differences) if name not in names.values())
    return names


def segment_description(differences: Sequence[Difference]) -> str:
    """What sets a segment apart, with the shares of its people's time and of everybody's: what it has more of first.

    >>> segment_description([Difference("genre", "crime", 1.0, 0.62, 0.21), Difference("device", "tv", -0.5, 0.1, 0.4)])
    'more crime (62 % of their time, 21 % of all), less tv (10 %, 40 %)'
    """
    told = [one for one in differences if not is_sensitive(one.label) and abs(one.difference) >= NOTICEABLE]
    strongest = sorted(told, key=lambda one: (-abs(one.difference), one.facet, one.label))[:_MOST_IN_DESCRIPTION]
    parts = []
    for number, one in enumerate(sorted(strongest, key=lambda one: one.difference < 0)):
        own, of_all = (f"{100 * share:.0f} %" for share in (one.share, one.share_of_all))
        sizes = f"{own} of their time, {of_all} of all" if not number else f"{own}, {of_all}"
        parts.append(f"{'more' if one.difference > 0 else 'less'} {one.label} ({sizes})")
    return ", ".join(parts) or "nothing sets them apart"


def _is_true(name: str, differences: Sequence[Difference]) -> bool:
    """Whether the name is made of labels alone that the segment has more of, and no sensitive one."""
    rest = name
    for label in sorted((one.label for one in differences if one.difference > 0), key=len, reverse=True):
        rest = rest if is_sensitive(label) else rest.replace(label, "")
    return re.fullmatch(r"(,|\d|\s|and)*", rest) is not None


def _candidates(differences: Sequence[Difference]) -> Iterator[str]:
    told = [found for found in differences if not is_sensitive(found.label)]
    strongest = sorted(told, key=lambda found: (-found.difference, found.facet, found.label))
    chosen = {
        facet: [found.label for found in strongest if found.facet == facet and found.difference >= NOTICEABLE][:most]
        for facet, most in _LABELS_IN_NAME.items()
    }
    parts = [" and ".join(sorted(labels)) for labels in chosen.values() if labels] or [WITHOUT_DIFFERENCE]
    named = {label for labels in chosen.values() for label in labels}
    further = [found.label for found in strongest if found.difference > 0 and found.label not in named]
    for count in range(len(further) + 1):
        yield ", ".join([*parts, *further[:count]])
    for number in itertools.count(2):
        yield ", ".join([*parts, *further, str(number)])
