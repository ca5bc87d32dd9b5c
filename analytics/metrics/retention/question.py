"""What a question about retention means."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.metrics.periods import Buckets, Period

_HOUR = 3_600_000_000
# How long a period of a person's own lasts, in microseconds: what a month is must not depend on when somebody came.
ELAPSED = {Period.HOUR: _HOUR, Period.DAY: 24 * _HOUR, Period.WEEK: 7 * 24 * _HOUR, Period.MONTH: 30 * 24 * _HOUR}


class Entry(StrEnum):
    """Which start events bring a person into the cohort of their period."""

    RECURRING = "recurring"  # each one: a person is in the cohort of every period in which they started
    FIRST_IN_RANGE = "first_in_range"  # the first within the range, whatever was before
    FIRST_TIME = "first_time"  # the first that passes the filters in all history, if it is within the range
    FIRST_EVER = (
        "first_ever"  # the first of that event in all history, if it is within the range and passes the filters
    )


class Match(StrEnum):
    """When a person counts as back in period j."""

    ON = "on"  # came in it
    ON_OR_AFTER = "on_or_after"  # came in it or in any later one that is known


class Windows(StrEnum):
    """What the periods after the start are."""

    CALENDAR = "calendar"  # those of the place's calendar
    ELAPSED = "elapsed"  # 24 hours, 7 or 30 times 24 hours since that person's own first start in the range


@dataclass(frozen=True, eq=False)
class Question:
    """The first `rows` periods are the cohorts; those behind them are where their people may come back.

    There are at least `rows + columns - 1` periods, `columns` counts the cohort's own. `minimum`: so many return events
    in a period make a return. `known_until`: everything before it has arrived (microseconds since 1970 UTC).
    With elapsed windows a recurring start is the first in the range: one person, one clock.
    """

    periods: Buckets
    rows: int
    columns: int
    known_until: int
    entry: Entry = Entry.RECURRING
    match: Match = Match.ON
    windows: Windows = Windows.CALENDAR
    minimum: int = 1

    def __post_init__(self) -> None:
        if min(self.rows, self.columns, self.minimum) < 1 or self.rows + self.columns - 1 > len(self.periods):
            raise ValueError("Each cohort needs all its periods, and at least one.")

    @property
    def elapsed(self) -> int:
        """Microseconds of one elapsed window."""
        return ELAPSED[self.periods.period]

    def ends_at(self, row: int, column: int) -> int:
        """When nobody of this cohort can come back in that period any more."""
        edges = self.periods.edges
        if self.windows is Windows.CALENDAR:
            return int(edges[row + column + 1])
        return int(edges[row + 1]) + (column + 1) * self.elapsed if column else int(edges[row + 1])
