"""What needs a consent goes when the consent does: reactions, personal lists, members of segments.

So does a member of a segment who turns out to be a child. A consent that names no account is gone as soon as lines
name a second profile of its id.
"""

import uuid
from contextlib import nullcontext
from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.audience.segments import members_left, segments_of
from jobs.contracts.gold import AUDIENCE_SEGMENTS, PROFILE_SEGMENTS, RECOMMENDATIONS
from jobs.contracts.raw_event import RAW_EVENT
from jobs.contracts.silver import CONSENTS, PROFILES, QUARANTINE, REACTIONS, SEEN_PROFILES
from jobs.ledger.ledger import Load
from jobs.privacy.children import without_children
from jobs.privacy.consenting_profiles import MARKETING, PERSONALISATION, consenting_profiles, of_latest_epoch
from jobs.privacy.consents_of_profiles import consents_of_profiles
from jobs.recommender.serving.personal_lists import lists_without_consent
from jobs.run.consents_that_ended import has_void_consents
from jobs.run.publication import judge_and_write, publish
from jobs.run.workspace import Workspace
from jobs.silver.reaction_consent import WITHDRAWN, uncovered
from jobs.silver.refused_lines import refused_lines
from jobs.silver.withdrawals import not_applied
from jobs.storage.candidates import Candidate
from jobs.storage.lake import PublishedLake

# Feeds that say who agrees, and who is a child.
DECIDE_WHAT_STAYS = (CONSENTS.name, PROFILES.name)
_IN_GOLD = (RECOMMENDATIONS, AUDIENCE_SEGMENTS, PROFILE_SEGMENTS)


def take_out_after(work: Workspace, load: Load, profiles_before: int) -> None:
    """What a load of silver ends: it says who agrees, or names a second profile of the id that a consent is of.

    `profiles_before`: the version of `silver.seen_profiles` when it was begun. For whoever fills silver, and is
    publishing unless the load is of events.
    """
    if load.feed in DECIDE_WHAT_STAYS:
        take_out_unconsented(work)
        return
    may_name_more = load.is_retry or work.lake.version(SEEN_PROFILES) != profiles_before
    if may_name_more and has_void_consents(work.settings):
        with work.lake.publishing() if load.feed == RAW_EVENT.feed else nullcontext():
            take_out_unconsented(work)


def take_out_unconsented(work: Workspace) -> None:
    """Takes out what needs a consent that holds no more, and notes in `silver.consents` when that was done.

    For whoever fills silver and is publishing. What a dead run did not come to is done by the next.
    """
    pending = not_applied(work.lake.read(CONSENTS)).localCheckpoint()
    has_withdrawals = not pending.isEmpty()
    at = work.now()
    if has_withdrawals or has_void_consents(work.settings):
        _take_out_reactions(work, at)
    published = work.lake.take_back_unpublished(_IN_GOLD)
    candidates = [*_without_lists(work, published, at), *_without_members(work, published, at)]
    if candidates:
        load_id = f"withdrawal-{uuid.uuid4().hex}"
        judge_and_write(work, candidates, load_id)
        publish(work.lake, [candidate.table for candidate in candidates], load_id, at)
    if has_withdrawals:
        work.lake.upsert(CONSENTS, pending.withColumn("withdrawal_applied_at", F.lit(at)))


def _take_out_reactions(work: Workspace, at: datetime) -> None:
    """Quarantine says of each line that it was there; what was computed of its date is computed again."""
    lake, consents = work.lake, work.lake.read(CONSENTS)
    # No consent tells anything of viewers of an earlier key epoch.
    heard_of = lake.read(REACTIONS).transform(of_latest_epoch, consents)
    gone = heard_of.transform(uncovered, consents, lake.read(SEEN_PROFILES)).localCheckpoint()
    dates = sorted(row.event_date for row in gone.select("event_date").distinct().collect())
    if not dates:
        return
    batch_ids = [row.batch_id for row in gone.select("batch_id").distinct().collect()]
    files = [(batch.batch_id, batch.source_name, batch.feed) for batch in work.ledger.batches(batch_ids)]
    told = gone.withColumns({name: F.lit(value).cast("string") for name, value in WITHDRAWN._asdict().items()})
    lake.upsert(QUARANTINE, refused_lines(told, files, at), keeps=["first_seen_at"])
    work.ledger.mark_due(dates, f"withdrawal-{uuid.uuid4().hex}")
    lake.replace_keys(REACTIONS, gone.limit(0), gone.select(*REACTIONS.key), dates)


def _without_lists(work: Workspace, published: PublishedLake, at: datetime) -> list[Candidate]:
    if published.version(RECOMMENDATIONS) < 0:
        return []
    gone = (
        published.read(RECOMMENDATIONS)
        .transform(lists_without_consent, _agreed(work, PERSONALISATION, at))
        .localCheckpoint()
    )
    if gone.isEmpty():
        return []
    return [Candidate(RECOMMENDATIONS, gone.limit(0), keys=gone.select(*RECOMMENDATIONS.key))]


def _without_members(work: Workspace, published: PublishedLake, at: datetime) -> list[Candidate]:
    """A segment that is too small without them goes, and so do its other members."""
    if published.version(PROFILE_SEGMENTS) < 0:
        return []
    members = published.read(PROFILE_SEGMENTS).localCheckpoint()
    left = members.transform(members_left, _agreed(work, MARKETING, at)).localCheckpoint()
    if left.count() == members.count():
        return []
    segments = published.read(AUDIENCE_SEGMENTS).transform(segments_of, left).localCheckpoint()
    return [Candidate(AUDIENCE_SEGMENTS, segments), Candidate(PROFILE_SEGMENTS, left)]


def _agreed(work: Workspace, purpose: str, at: datetime) -> DataFrame:
    """Who agrees today. Nobody agrees to marketing for a child."""
    consents = work.lake.read(CONSENTS).transform(consents_of_profiles, work.lake.read(SEEN_PROFILES))
    agreed = consenting_profiles(consents, purpose, at.date())
    return agreed.transform(without_children, work.lake.read(PROFILES)) if purpose == MARKETING else agreed
