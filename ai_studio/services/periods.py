"""Days as the brand lives them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from brands.errors import InvalidInput

DEFAULT_DAYS = 30
MAX_DAYS = 366


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included, in a time zone."""

    from_date: date
    to_date: date
    timezone: str

    @property
    def days(self) -> int:
        return (self.to_date - self.from_date).days + 1

    @property
    def dates(self) -> list[date]:
        return [self.from_date + timedelta(days=n) for n in range(self.days)]

    @property
    def former(self) -> "Period":
        """Of the same length, ending the day before."""
        return Period(self.from_date - timedelta(days=self.days), self.from_date - timedelta(days=1), self.timezone)

    def midnights(self) -> Sequence[datetime]:
        """Where each day begins, and the one after the last, in UTC: days of 23 and 25 hours are what they are."""
        zone = ZoneInfo(self.timezone)
        days = [*self.dates, self.to_date + timedelta(days=1)]
        return [datetime.combine(day, time.min, zone).astimezone(UTC) for day in days]


def period(
    *,
    timezone: str,
    at: datetime,
    from_date: date | None = None,
    to_date: date | None = None,
    days: int = DEFAULT_DAYS,
    at_most: int = MAX_DAYS,
) -> Period:
    """What is not given: until today, `days` in all. Raises InvalidInput naming `from`."""
    last = to_date or at.astimezone(ZoneInfo(timezone)).date()
    found = Period(from_date or last - timedelta(days=days - 1), last, timezone)
    if found.days < 1:
        raise InvalidInput(fields={"from": [f"It is after the last day, {last}."]})
    if found.days > at_most:
        raise InvalidInput(fields={"from": [f"At most {at_most} days: these are {found.days}."]})
    return found
