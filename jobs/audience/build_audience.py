"""Audience: groups of viewers to address, and which accounts are about to leave, from what gold has published."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.audience.account_signals import account_signals
from jobs.audience.churn_examples import (
    FEWEST_ACCOUNTS_OF_A_DAY,
    churn_examples,
    days_missing,
    known_since,
    labelled_weeks,
    split_weeks,
)
from jobs.audience.churn_signals import churn_signals, dates_due
from jobs.audience.profile_tastes import catalogue_genres, profile_tastes
from jobs.audience.same_segments import segments_before
from jobs.audience.segments import audience_segments, numbered_segments, profile_segments
from jobs.audience.stable_clusters import STABLE
from jobs.audience.train_churn import REGISTERED_MODEL as CHURN_MODEL
from jobs.audience.train_churn import ChurnTraining, NotTrained, train_churn
from jobs.audience.train_segments import REGISTERED_MODEL as SEGMENTS_MODEL
from jobs.audience.train_segments import SegmentTraining, train_segments
from jobs.config import Settings
from jobs.contracts.gold import (
    ACTIVITY_DAYS,
    AUDIENCE_SEGMENTS,
    CHURN_SIGNALS,
    PROFILE_SEGMENTS,
    READ_AS_PUBLISHED,
    UNCONSENTED_ROWS,
    VIEWING_SESSIONS,
)
from jobs.contracts.silver import CONSENTS, PROFILES, SEEN_PROFILES, SUBSCRIPTIONS, TITLES
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.contracts.table import Table
from jobs.expressions.periods import first_of_month
from jobs.gold.sessions.newest_date import newest_full_date
from jobs.gold.subscribers.tenures import paid_periods
from jobs.privacy.children import without_children
from jobs.privacy.consenting_profiles import MARKETING, consenting_profiles
from jobs.privacy.consents_of_profiles import consents_of_profiles
from jobs.privacy.unconsented_rows import unconsented_rows
from jobs.storage import tracking
from jobs.storage.candidates import Candidate
from jobs.storage.experiment import Experiment
from jobs.storage.lake import Lake, PublishedLake
from jobs.wording import counted, shown_text

_SEGMENT_SOURCES = (VIEWING_SESSIONS, TITLES, CONSENTS, PROFILES)
_SIGNAL_SOURCES = (VIEWING_SESSIONS, SUBSCRIPTIONS, PROFILES)
EXPERIMENT = Experiment(
    "playhead-audience",
    "Segments of who agreed to marketing: a run for each number of clusters, the most stable registered. Forecasts of "
    "who may leave: a run for each forecast, tested on later weeks. `data.…` are the Delta versions and the day that a "
    "run learnt from.",
)


@dataclass(frozen=True)
class Audience:
    """What waits for the gate, the versions of models that are champions once it is published, a sentence a line."""

    candidates: list[Candidate]
    champions: list[tuple[str, str]]
    lines: list[str]

    def __str__(self) -> str:
        return "\n".join(f"audience: {line}" for line in self.lines)


def build_audience(lake: Lake, published: PublishedLake, settings: Settings, today: date) -> Audience:
    """Makes the segments anew, and the signals of leaving of the months that are not over or were never computed.

    Raises `tracking.TrackingUnavailableError`.
    """
    tracking.connect(settings, EXPERIMENT)
    lake.suit_queries(VIEWING_SESSIONS)
    as_of = newest_full_date(published.dates(VIEWING_SESSIONS), today)
    parts = [_segments(lake, published, as_of, today), _signals(lake, published, as_of)]
    return Audience(
        [candidate for part in parts for candidate in part.candidates],
        [champion for part in parts for champion in part.champions],
        [line for part in parts for line in part.lines],
    )


def _segments(lake: Lake, published: PublishedLake, as_of: date, today: date) -> Audience:
    """Only who agreed to marketing is segmented: to be addressed as one of a group is not why people watch.

    No child is in a segment, whoever agreed.
    """
    titles, profiles = lake.read(TITLES), lake.read(PROFILES)
    consents = lake.read(CONSENTS).transform(consents_of_profiles, lake.read(SEEN_PROFILES))
    agreed = consenting_profiles(consents, MARKETING, as_of).transform(without_children, profiles)
    tastes = (
        profile_tastes(_of_days(published.read(VIEWING_SESSIONS), as_of, as_of), titles, catalogue_genres(titles))
        .join(agreed, on="profile_key", how="left_semi")
        .localCheckpoint()
    )
    people = tastes.count()
    if people < SMALLEST_GROUP:
        tastes = tastes.limit(0)
    trained = train_segments(tastes, people, _versions(lake, published, as_of, *_SEGMENT_SOURCES))
    version = trained.version if trained else None
    clustered = (
        trained.clustering.assign(tastes) if trained else tastes.withColumn("cluster", F.lit(0))
    ).localCheckpoint()
    before = segments_before(published.read(AUDIENCE_SEGMENTS), published.read(PROFILE_SEGMENTS), clustered)
    numbered = numbered_segments(clustered, before).localCheckpoint()
    rows = {
        AUDIENCE_SEGMENTS: audience_segments(clustered, numbered, version, as_of),
        PROFILE_SEGMENTS: profile_segments(clustered, numbered, version, as_of),
    }
    agreed_today = consenting_profiles(consents, MARKETING, today).transform(without_children, profiles)
    without = rows[PROFILE_SEGMENTS].join(agreed_today, on="profile_key", how="left_anti")
    rows[UNCONSENTED_ROWS] = unconsented_rows(PROFILE_SEGMENTS, without)
    candidates = [Candidate(table, lake.at_hand(found)) for table, found in rows.items()]
    champions = [(SEGMENTS_MODEL, version)] if version else []
    return Audience(candidates, champions, [_what_segments(numbered, people, trained)])


def _what_segments(numbered: DataFrame, people: int, trained: SegmentTraining | None) -> str:
    if people < SMALLEST_GROUP:
        return (
            f"no segments: {counted(people, 'profile')} with a consent to marketing watched something in the last "
            f"{ACTIVITY_DAYS} days, and a segment has {SMALLEST_GROUP} at least."
        )
    found = [f"{shown_text(row['name'])} ({row.profiles:,})" for row in numbered.orderBy("segment_id").collect()]
    told = f"{counted(len(found), 'segment')} of {counted(people, 'profile')}: {'; '.join(found)}."
    if trained and trained.stability < STABLE:
        loose = "They are loose: other people like these would be grouped otherwise"
        return f"{told} {loose} (stability {trained.stability:.2f})."
    return f"{told} Their stability is {trained.stability:.2f}." if trained else told


def _signals(lake: Lake, published: PublishedLake, as_of: date) -> Audience:
    """Each month is computed as of its end, by a model of what was known then: nothing in it is from later.

    What children watch is no sign of anything.
    """
    sessions = published.read(VIEWING_SESSIONS).transform(without_children, lake.read(PROFILES))
    subscriptions = lake.read(SUBSCRIPTIONS)
    since = known_since(sessions, paid_periods(subscriptions, as_of))
    done = published.read(CHURN_SIGNALS).select("as_of_date").distinct().collect()
    rows, lines, champions = [], [], []
    due = dates_due(since or as_of, as_of, {row.as_of_date for row in done})
    for day in due:
        periods = paid_periods(subscriptions, day).localCheckpoint()
        recent = _of_days(sessions, day, day)
        signals = account_signals(periods, recent, [day]).drop("tenure_paid_until").localCheckpoint()
        training = _train(lake, published, sessions, periods, since, day)
        if isinstance(training, ChurnTraining):
            rows.append(churn_signals(signals, training.forecast, training.model_version).localCheckpoint())
            champions.extend([(CHURN_MODEL, training.version)] if training.is_champion else [])
        else:
            rows.append(churn_signals(signals, None, None))
        lines.append(f"{day}, {counted(signals.count(), 'account')}: {training}")
    if not due:
        return Audience([], [], ["the signals of leaving are those of the last full month already."])
    found = reduce(DataFrame.unionByName, rows)
    # The last one stays.
    return Audience([Candidate(CHURN_SIGNALS, lake.at_hand(found), [*map(first_of_month, due)])], champions[-1:], lines)


def _train(
    lake: Lake, published: PublishedLake, sessions: DataFrame, periods: DataFrame, since: date | None, day: date
) -> ChurnTraining | NotTrained:
    if since is None or since > day:
        return NotTrained(f"on no day did {FEWEST_ACCOUNTS_OF_A_DAY} subscribers play something.")
    if missing := days_missing(since, day):
        return NotTrained(f"what is known begins on {since}, and {counted(missing, 'more day')} must be known.")
    weeks = labelled_weeks(since, day)
    examples = churn_examples(periods, _of_days(sessions, weeks[0], weeks[-1]), weeks).localCheckpoint()
    return train_churn(examples, split_weeks(weeks), _versions(lake, published, day, *_SIGNAL_SOURCES))


def _of_days(sessions: DataFrame, first: date, last: date) -> DataFrame:
    """The sessions that the signals of these days rest on."""
    return sessions.where(F.col("session_date").between(first - timedelta(days=ACTIVITY_DAYS - 1), last))


def _versions(lake: Lake, published: PublishedLake, as_of: date, *tables: Table) -> dict[str, object]:
    """What a model learns from: gold as published, silver as it stands. Silver's do not change while gold publishes."""
    versions = {
        table.full_name: published.version(table) if table in READ_AS_PUBLISHED else lake.version(table)
        for table in tables
    }
    return {"as_of_date": as_of, **versions}
