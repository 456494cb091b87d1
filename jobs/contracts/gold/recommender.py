"""What a recommender learns from, and the lists that it makes."""

from jobs.contracts import columns as c
from jobs.contracts.gold.viewing import TITLE_PROGRESS, VIEWING_SESSIONS
from jobs.contracts.promises import Between, Unique, at_least, between_its_ends, never_negative, share
from jobs.contracts.silver import BROWSE_EVENTS, FEEDBACK_EVENTS, TITLES
from jobs.contracts.table import Column, Layer, Privacy, Purpose, Table

_PERSONALISATION = (Purpose.PERSONALISATION,)
_RUN = (Purpose.OPERATIONS,)


# Titles of one list.
LIST_LENGTH = 10
# What is left for a viewer may be liked in other countries only; so large a share of all has something of its own.
MOST_EMPTY_LISTS = 0.1
# With fewer of them, how much their rates vary is not known well enough for an interval.
FEWEST_VIEWERS, FEWEST_PLAYS = 60, 10
# Who played a title within so many days before it was shown goes on with it.
BEGUN_WITHIN_DAYS = 28

INTERACTIONS = Table(
    layer=Layer.GOLD,
    name="interactions",
    row="what one viewer did with one title on one UTC date",
    columns=(
        c.SESSION_DATE,
        c.PROFILE_KEY,
        c.ACCOUNT_KEY,
        c.TITLE_ID,
        c.COUNTRY,
        c.PLAYS,
        c.WATCHED_SECONDS,
        Column(
            "watched_ratio",
            "double",
            "watched_seconds / runtime, at most 1; null where completion_ratio is",
            Privacy.BEHAVIOUR,
            purposes=_PERSONALISATION,
        ),
        c.COMPLETION_RATIO,
        Column(
            "is_completed",
            "boolean",
            "By the end of the day, as gold.title_progress has it",
            Privacy.BEHAVIOUR,
            purposes=_PERSONALISATION,
        ),
        c.RATING_SCORE,
        c.IS_LISTED,
    ),
    key=("session_date", "profile_key", "title_id"),
    partitioned_by=("session_date",),
    required=frozenset({"plays", "watched_seconds"}),
    promises=(
        *never_negative("watched_seconds"),
        Between("rating_score", -1, 1),
    ),
    reads={
        "sessions": VIEWING_SESSIONS.days(),
        "progress": TITLE_PROGRESS.days(),
        "feedback": FEEDBACK_EVENTS.days(),
    },
)

PROFILE_FEATURES = Table(
    layer=Layer.GOLD,
    name="profile_features",
    row="one viewer, as known on as_of_date",
    columns=(
        c.PROFILE_KEY,
        c.AS_OF_DATE,
        c.COUNTRY,
        Column(
            "active_days",
            "bigint",
            "Days with a play, a rating or a title put on the list or taken off it",
            Privacy.BEHAVIOUR,
            purposes=_PERSONALISATION,
        ),
        Column("titles_played", "bigint", "Distinct titles played", Privacy.BEHAVIOUR, purposes=_PERSONALISATION),
        c.PLAYS,
        c.WATCHED_SECONDS,
        c.COMPLETION_RATIO_MEAN,
        Column(
            "genre_shares",
            "map<string,double>",
            "Share of watched time by genre; a title counts for each of its genres",
            Privacy.BEHAVIOUR,
            purposes=_PERSONALISATION,
        ),
        Column(
            "theme_shares",
            "map<string,double>",
            "The same by theme",
            Privacy.BEHAVIOUR,
            purposes=_PERSONALISATION,
        ),
    ),
    key=("profile_key",),
    required=frozenset({"as_of_date", "active_days", "plays", "watched_seconds"}),
    promises=never_negative("active_days", "titles_played", "watched_seconds"),
    reads={"interactions": INTERACTIONS.days(), "titles": TITLES.whole()},
)

TITLE_FEATURES = Table(
    layer=Layer.GOLD,
    name="title_features",
    row="one title, as known on as_of_date",
    columns=(
        c.TITLE_ID,
        c.AS_OF_DATE,
        c.KIND,
        c.GENRES,
        c.RUNTIME_SECONDS,
        c.PLAYS,
        c.VIEWERS,
        c.WATCHED_HOURS,
        c.COMPLETION_RATIO_MEAN,
        Column("rating_score_mean", "double", "Mean rating_score", purposes=_PERSONALISATION),
    ),
    key=("title_id",),
    required=frozenset({"as_of_date", "plays", "viewers", "watched_hours"}),
    promises=(
        *never_negative("watched_hours"),
        *at_least("plays", "viewers"),
    ),
    reads={"interactions": INTERACTIONS.days(), "titles": TITLES.whole()},
)

RECOMMENDATIONS = Table(
    layer=Layer.GOLD,
    name="recommendations",
    row="one title recommended to one viewer",
    columns=(
        c.PROFILE_KEY,
        Column("rank", "int", "Place in the viewer's list, from 1", purposes=_PERSONALISATION),
        c.TITLE_ID,
        Column("score", "double", "The model's score; comparable within one list only", purposes=_PERSONALISATION),
        Column("reason", "string", "Why, in words that a viewer understands", Privacy.BEHAVIOUR),
        Column("source", "string", "personal, new or popular: where the title came from", purposes=_PERSONALISATION),
        Column("model_name", "string", "Registered model that all lists are made with, or popularity", purposes=_RUN),
        c.MODEL_VERSION,
        c.AS_OF_DATE,
        Column(
            "basis",
            "bigint",
            "Hash of what the viewer did, of country and consent: the list is made anew where it changes",
            Privacy.QUASI_IDENTIFIER,
            purposes=_RUN,
        ),
    ),
    key=("profile_key", "rank"),
    required=frozenset({"title_id", "score", "reason", "source", "model_name", "model_version", "as_of_date", "basis"}),
    promises=(
        Between("rank", 1, LIST_LENGTH),
        Unique(("profile_key", "title_id")),
    ),
)

_OUTCOMES = (
    Column("shown", "bigint", "Titles shown in it; what the rates are of"),
    c.VIEWERS,
    Column(
        "played",
        "bigint",
        "Of them, those new to the viewer and played from that row within 60 minutes, each play counted once",
    ),
    Column(
        "resumed",
        "bigint",
        f"Of them, those played so that the viewer had begun in the {BEGUN_WITHIN_DAYS} days before, of a series any "
        "episode; in no rate",
    ),
    Column("play_rate", "double", "played / shown"),
    Column(
        "play_rate_low",
        "double",
        f"Lower end of its 95 % interval; null below {FEWEST_VIEWERS} viewers or {FEWEST_PLAYS} plays",
    ),
    Column("play_rate_high", "double", "Upper end of it"),
    Column(
        "first_place_play_rate",
        "double",
        "Estimate: the rate if every title were noticed as the first; null where random order does not tell it",
    ),
    Column("first_place_play_rate_low", "double", "As for play_rate"),
    Column("first_place_play_rate_high", "double", "Upper end of it"),
)
_OUTCOME_PROMISES = (
    *never_negative("first_place_play_rate_low"),
    *share("play_rate"),
    *between_its_ends("play_rate", "first_place_play_rate"),
    *at_least("shown", "played", "resumed", "viewers"),
)
# What is shown and played on the day after is not the outcome of what was shown before.
_SHOWN_AND_PLAYED = {
    "shown": BROWSE_EVENTS.days(after=1),
    "sessions": VIEWING_SESSIONS.days(before=BEGUN_WITHIN_DAYS, after=1),
    "titles": TITLES.whole(),
}

RECOMMENDATION_OUTCOMES = Table(
    layer=Layer.GOLD,
    name="recommendation_outcomes",
    row="one row of the page in one week, Monday to Sunday in UTC",
    columns=(c.WEEK_START_DATE, c.SHOWN_ROW, *_OUTCOMES),
    key=("week_start_date", "shown_row"),
    partitioned_by=("week_start_date",),
    required=frozenset({"shown", "viewers", "played", "play_rate"}),
    promises=_OUTCOME_PROMISES,
    reads=_SHOWN_AND_PLAYED,
)

RECOMMENDATION_VERSION_OUTCOMES = Table(
    layer=Layer.GOLD,
    name="recommendation_version_outcomes",
    row="one row of the page in one week, Monday to Sunday in UTC, as one version of the model filled it",
    columns=(c.WEEK_START_DATE, c.SHOWN_ROW, c.MODEL_VERSION, *_OUTCOMES),
    key=("week_start_date", "shown_row", "model_version"),
    partitioned_by=("week_start_date",),
    required=frozenset({"shown", "viewers", "played", "resumed", "play_rate"}),
    promises=_OUTCOME_PROMISES,
    reads=_SHOWN_AND_PLAYED,
)

RECOMMENDED_LISTS = Table(
    layer=Layer.GOLD,
    name="recommended_lists",
    row="all lists of one publication together",
    columns=(
        c.AS_OF_DATE,
        Column("profiles", "bigint", "Profiles for whom anything is left that anybody liked", purposes=_RUN),
        Column("lists", "bigint", "Of them, those that have one", purposes=_RUN),
        Column("empty_share", "double", "Of profiles, those that have none", purposes=_RUN),
        Column("titles_shown", "bigint", "Titles that any list shows", purposes=_RUN),
        Column("shown_share", "double", "titles_shown / titles of the longest list that could be", purposes=_RUN),
        Column("coverage", "double", "titles_shown / titles of the catalogue", purposes=_RUN),
    ),
    key=("as_of_date",),
    required=frozenset({"profiles", "lists", "empty_share", "titles_shown", "shown_share", "coverage"}),
    promises=(
        Between("empty_share", 0, MOST_EMPTY_LISTS),
        Between("shown_share", least=1),
        *share("coverage"),
    ),
    is_kept=False,
)
