"""Times as milliseconds since 1970, UTC: what the arrays hold."""

from datetime import UTC, date, datetime

DAY_MS = 24 * 60 * 60 * 1000
# Later than any simulated moment, and small enough to calculate with.
NEVER_MS = 2**53


def epoch_ms(moment: date | datetime) -> int:
    """The moment in ms since 1970; a date is its first moment. Naive times are UTC."""
    moment = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)
    return int(moment.replace(tzinfo=UTC).timestamp() * 1000)


def as_text(ms: int) -> str:
    """RFC 3339 with milliseconds, UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
