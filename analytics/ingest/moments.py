"""When something happened, by the clocks of sender and server."""

from datetime import UTC, datetime, timedelta
from typing import Any

# The way here takes that long, too: what is no more says nothing of the sender's clock. So an event that is sent twice
# keeps its time, unless the clock is wrong.
LATENCY = timedelta(seconds=10)
_MILLISECONDS_FROM = 100_000_000_000  # as seconds that is the year 5138


class UnreadableMoment(ValueError):
    """Not a moment that anybody could have meant."""


def moment(value: Any) -> datetime | None:
    """ISO 8601, or seconds or milliseconds since 1970; without an offset it is UTC. None for nothing. Raises
    UnreadableMoment."""
    if value is None or value == "":
        return None
    try:
        at = _read(value)
        return at if at.tzinfo is UTC else at.astimezone(UTC)
    except (ValueError, OverflowError, OSError, TypeError) as error:
        raise UnreadableMoment(f"{str(value)[:60]!r} is not a time.") from error


def clock(value: Any) -> datetime | None:
    """What the sender's clock showed; None for what cannot be read, and nothing is corrected then."""
    try:
        return moment(int(value) if isinstance(value, str) and value.isdecimal() else value)
    except ValueError:
        return None


def corrected(at: datetime | None, *, sent_at: datetime | None, received_at: datetime) -> datetime:
    """`at` of a sender whose clock showed `sent_at` when ours showed `received_at`. Raises UnreadableMoment."""
    if at is None:
        return received_at
    if sent_at is None or abs(received_at - sent_at) <= LATENCY:
        return at
    try:
        return at + (received_at - sent_at)
    except OverflowError as error:
        raise UnreadableMoment(f"{at:%Y-%m-%d} is not a time that can be corrected.") from error


def before(received_at: datetime, *, milliseconds: Any) -> datetime:
    """The moment that many milliseconds ago; now for nothing. Raises UnreadableMoment."""
    if milliseconds is None:
        return received_at
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float) or milliseconds < 0:
        raise UnreadableMoment(f"{str(milliseconds)[:60]!r} are no milliseconds.")
    try:
        return received_at - timedelta(milliseconds=milliseconds)
    except (OverflowError, ValueError) as error:  # infinite, NaN
        raise UnreadableMoment(f"{milliseconds} milliseconds ago there was no time.") from error


def _read(value: Any) -> datetime:
    if isinstance(value, bool):
        raise UnreadableMoment
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS_FROM else value, UTC)
    at = datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
