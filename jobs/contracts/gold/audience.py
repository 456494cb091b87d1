"""Groups of viewers, for marketing that they agreed to."""

from dataclasses import replace

from jobs.contracts import columns as c
from jobs.contracts.promises import Between, Unique, never_negative, share
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.contracts.table import Column, Layer, Privacy, Purpose, Table

_MARKETING = (Purpose.MARKETING,)
_SEGMENT_ID = Column(
    "segment_id",
    "int",
    "Number of the segment, the same from run to run while most of its people are; at first, the largest is 1",
    purposes=_MARKETING,
)


def _mean_shares(name: str, by: str) -> Column:
    return Column(name, "map<string,double>", f"Mean share of watched time {by}", purposes=_MARKETING)


AUDIENCE_SEGMENTS = Table(
    layer=Layer.GOLD,
    name="audience_segments",
    row=f"one segment: {SMALLEST_GROUP} profiles at least that agreed to marketing and watch alike",
    columns=(
        _SEGMENT_ID,
        Column(
            "name", "string", "What they watch more of than everybody segmented, when, and on what", purposes=_MARKETING
        ),
        Column(
            "description",
            "string",
            "What sets it apart, with the shares of its people's time and of everybody's segmented",
            purposes=_MARKETING,
        ),
        Column("profiles", "bigint", "Profiles in it", purposes=_MARKETING),
        Column("profile_share", "double", "Of all profiles segmented", purposes=_MARKETING),
        Column("watched_hours_mean", "double", "Mean of its profiles' hours", unit="hours", purposes=_MARKETING),
        _mean_shares("genre_shares", "by genre; a title's time is shared equally among its genres"),
        _mean_shares("device_shares", "by device type"),
        _mean_shares(
            "daypart_shares", "by part of the viewer's day: night from 0, morning 6, afternoon 12, evening 18"
        ),
        Column("weekend_share", "double", "Mean share of watched time on Saturday and Sunday", purposes=_MARKETING),
        c.MODEL_VERSION,
        c.AS_OF_DATE,
    ),
    key=("segment_id",),
    required=frozenset(
        {
            *("name", "profiles", "profile_share", "watched_hours_mean"),
            *("genre_shares", "device_shares", "daypart_shares", "weekend_share", "as_of_date"),
        }
    ),
    promises=(
        Between("profiles", least=SMALLEST_GROUP),
        Between("segment_id", least=1),
        Unique(("name",)),
        *never_negative("watched_hours_mean"),
        *share("profile_share", "weekend_share"),
    ),
)

PROFILE_SEGMENTS = Table(
    layer=Layer.GOLD,
    name="profile_segments",
    row="one profile that agreed to marketing, and the segment that it is in: to reach groups, not to profile a person",
    columns=(
        replace(c.PROFILE_KEY, purposes=_MARKETING),
        replace(_SEGMENT_ID, privacy=Privacy.BEHAVIOUR),
        c.MODEL_VERSION,
        c.AS_OF_DATE,
    ),
    key=("profile_key",),
    required=frozenset({"segment_id", "as_of_date"}),
    promises=(Between("segment_id", least=1),),
)
