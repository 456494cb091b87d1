"""What segments are called: what their people watch more of than everybody does, when, and on what."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from jobs.contracts.sensitive_labels import is_sensitive

# A difference of a fifth of a standard deviation is small, and less is none (Cohen, Statistical Power Analysis, 1988).
NOTICEABLE = 0.2
# So many labels of each facet make a name.
_LABELS_IN_NAME = {"genre": 2, "daypart": 1, "device": 1}
WITHOUT_DIFFERENCE = "a bit of everything"


class Difference(NamedTuple):
    """How much more of it a segment watches than everybody does, in standard deviations of everybody's shares."""

    facet: str
    label: str
    difference: float


def segment_names(segments: Mapping[int, Sequence[Difference]]) -> dict[int, str]:
    """A name a segment, each another one: `crime and thriller, evening, tv`.

    It has the labels that differ most, where the difference is noticeable. Where that name is taken by a segment
    before, further labels that it has more of follow, and after those a number. No name has a sensitive label.
    """
    names: dict[int, str] = {}
    for segment, differences in segments.items():
        names[segment] = next(name for name in _candidates(differences) if name not in names.values())
    return names


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
