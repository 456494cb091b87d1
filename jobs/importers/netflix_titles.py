"""What a Netflix title text says: which title it is, and whether it is a film, an episode or a trailer."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jobs.importers.stable_id import stable_id

_QUOTATION_MARKS = re.compile('["“”„«»]')
# `(Episode 3)`, `(Folge 3)`: only viewings have it, their traces have not.
_EPISODE_SUFFIX = re.compile(r" \([^\W\d_][^()\d]* (\d+)\)$")
# `Season 3`, `Staffel 3`, `Part 2`, `Book 1`; more digits are a year or part of a name.
_NUMBERED_PART = re.compile(r"[^\W\d_][^\d]* (\d{1,3})")
# Series, season and episode: a text with fewer parts is no episode.
_EPISODE_PARTS = 3
_TRAILER_TEXT = re.compile(r"_hook_|\((Trailer|Teaser|Clip|Recap|Bonus)[^()]*\)$", re.IGNORECASE)


@dataclass(frozen=True)
class TitleText:
    """A title as the export writes it. `is_supplemental`: a hook, trailer, recap and the like, not the title itself."""

    text: str
    is_supplemental: bool

    @property
    def title_id(self) -> str:
        """The same for a viewing and its trace: quotation marks and `(Episode N)` make no difference."""
        return stable_id("nf-", "title", title_key(self.text), int(self.is_supplemental))

    def row(self) -> dict[str, Any]:
        """A row of the feed `titles`; what the text does not show is absent."""
        row: dict[str, Any] = {"title_id": self.title_id, "name": self.text, "kind": self.kind}
        if self.kind == "episode":
            row["series_id"] = stable_id("nf-", "series", self._series)
            row |= {"season_number": self._season} if self._season is not None else {}
            row |= {"episode_number": self._episode} if self._episode is not None else {}
        return row

    @cached_property
    def kind(self) -> str:
        if self.is_supplemental:
            return "trailer"
        has_episode = self._suffix is not None or self._last_number is not None or is_quoted_episode(self.text)
        return "episode" if len(self._parts) >= _EPISODE_PARTS and has_episode else "film"

    @cached_property
    def _parts(self) -> list[str]:
        return title_key(self.text).split(": ")

    @cached_property
    def _suffix(self) -> int | None:
        found = _EPISODE_SUFFIX.search(self.text)
        return int(found[1]) if found else None

    @cached_property
    def _last_number(self) -> int | None:
        found = _NUMBERED_PART.fullmatch(self._parts[-1])
        return int(found[1]) if found else None

    @cached_property
    def _season_place(self) -> int | None:
        """Which part names the season: the first numbered one between the series and the episode."""
        between = range(1, len(self._parts) - 1)
        return next((place for place in between if _NUMBERED_PART.fullmatch(self._parts[place])), None)

    @property
    def _season(self) -> int | None:
        found = _NUMBERED_PART.fullmatch(self._parts[self._season_place]) if self._season_place else None
        return int(found[1]) if found else None

    @property
    def _series(self) -> str:
        return ": ".join(self._parts[: self._season_place or len(self._parts) - 2])

    @property
    def _episode(self) -> int | None:
        """The suffix says it; else the last part, where nothing stands between it and the season: not `…: Part 2`."""
        follows_season = self._season_place in (None, len(self._parts) - 2)
        return self._suffix if self._suffix is not None else self._last_number if follows_season else None


def title_key(text: str) -> str:
    """The text without what differs between the two files of an export.

    >>> title_key('Dark: Season 1: "Secrets"') == title_key("Dark: Season 1: Secrets (Episode 1)")
    True
    """
    plain = " ".join(_QUOTATION_MARKS.sub("", unicodedata.normalize("NFC", text)).split())
    return _EPISODE_SUFFIX.sub("", plain) if plain.count(": ") >= _EPISODE_PARTS - 1 else plain


def is_quoted_episode(text: str) -> bool:
    """In traces the name of an episode is in quotation marks, and nothing else is."""
    return text.endswith('"')


def looks_supplemental(trace_text: str) -> bool:
    """A trace does not say what kind of video it was. Hooks and trailers do, and those of a season name no episode.

    `Season 2: Dark`, `Dark: Season 2`, `Dark_hook_primary_16x9`, `Dark (Trailer)`.
    """
    if is_quoted_episode(trace_text):
        return False
    parts = title_key(trace_text).split(": ")
    is_of_season = len(parts) > 1 and any(_NUMBERED_PART.fullmatch(part) for part in (parts[0], parts[-1]))
    return is_of_season or _TRAILER_TEXT.search(trace_text) is not None
